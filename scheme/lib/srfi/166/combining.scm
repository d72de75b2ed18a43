;; Space, one after another, and lists.

;;> nl
;;> The formatter that ends the line.
(define (nl state) (emit "\n" state))

;;> fl
;;> The formatter that ends the line, unless at the start of one.
(define (fl state)
  (if (> (vector-ref state slot-col) 0) (nl state)))

;;> nothing
;;> The formatter that does nothing.
(define (nothing state) #t)

(define (emit-spaces n state)
  (if (> n 0) (emit (make-string n #\space) state)))

;;> (space-to column)
;;> Spaces up to the column.
(define (space-to column)
  (lambda (state) (emit-spaces (- column (vector-ref state slot-col)) state)))

;;> (tab-to [width])
;;> Spaces up to the next column that width divides, 8 when it is not given; none at such
;;> a column.
(define (tab-to 1 . tab)
  (let ((tab (if (pair? tab) (car tab) 8)))
    (lambda (state)
      (emit-spaces (floor-remainder (- (vector-ref state slot-col)) tab)
                   state))))

;;> (each formatter ...)
;;> The formatters one after another.
(define (each . formatters) (each-in-list formatters))

;;> (each-in-list formatters)
;;> The formatters of the list one after another.
(define (each-in-list formatters)
  (lambda (state)
    (let loop ((rest formatters))
      (if (pair? rest)
          (begin
            (run-formatter (car rest) state)
            (loop (cdr rest)))))))

(define (separator-in rest)
  (if (pair? rest) (car rest) ""))

;;> (joined proc list [separator])
;;> What proc makes of each element, with the separator between them.
(define (joined proc list 1 . separator)
  (let ((separator (separator-in separator)))
    (lambda (state)
      (if (pair? list)
          (begin
            (run-formatter (proc (car list)) state)
            (run-after separator proc (cdr list) state))))))

;; The elements, each after the separator.
(define (run-after separator proc list state)
  (let loop ((rest list))
    (if (pair? rest)
        (begin
          (run-formatter separator state)
          (run-formatter (proc (car rest)) state)
          (loop (cdr rest))))))

;;> (joined/prefix proc list [separator])
;;> What proc makes of each element, with the separator before it.
(define (joined/prefix proc list 1 . separator)
  (lambda (state) (run-after (separator-in separator) proc list state)))

;;> (joined/suffix proc list [separator])
;;> What proc makes of each element, with the separator after it.
(define (joined/suffix proc list 1 . separator)
  (let ((separator (separator-in separator)))
    (lambda (state)
      (let loop ((rest list))
        (if (pair? rest)
            (begin
              (run-formatter (proc (car rest)) state)
              (run-formatter separator state)
              (loop (cdr rest))))))))

;;> (joined/last proc last-proc list [separator])
;;> As joined, with last-proc for the last element.
(define (joined/last proc last-proc list 1 . separator)
  (let ((separator (separator-in separator)))
    (lambda (state)
      (let loop ((rest list))
        (cond ((null? rest))
              ((null? (cdr rest))
               (run-formatter (last-proc (car rest)) state))
              (else
               (run-formatter (proc (car rest)) state)
               (run-formatter separator state)
               (loop (cdr rest))))))))

;;> (joined/dot proc dot-proc list [separator])
;;> As joined, with dot-proc for what ends an improper list.
(define (joined/dot proc dot-proc list 1 . separator)
  (let ((separator (separator-in separator)))
    (lambda (state)
      (let loop ((rest list) (first? #t))
        (if (not (null? rest))
            (begin
              (if (not first?) (run-formatter separator state))
              (if (pair? rest)
                  (begin
                    (run-formatter (proc (car rest)) state)
                    (loop (cdr rest) #f))
                  (run-formatter (dot-proc rest) state))))))))

;;> (joined/range proc start [end [separator]])
;;> What proc makes of the integers from start up to end, or without an end, with the
;;> separator between them.
(define (joined/range proc start 2 . end+separator)
  (let ((end (and (pair? end+separator) (car end+separator)))
        (separator (if (pair? end+separator)
                       (separator-in (cdr end+separator))
                       "")))
    (lambda (state)
      (let loop ((i start))
        (if (or (not end) (< i end))
            (begin
              (if (> i start) (run-formatter separator state))
              (run-formatter (proc i) state)
              (loop (+ i 1))))))))

;; ---- letters

(define (mapped-output change formatters)
  (fn ((old output))
    (with ((output (lambda (string) (old (change string)))))
      (each-in-list formatters))))

;;> (upcased formatter ...)
;;> The formatters, in upper case.
(define (upcased . formatters) (mapped-output string-upcase formatters))

;;> (downcased formatter ...)
;;> The formatters, in lower case.
(define (downcased . formatters) (mapped-output string-downcase formatters))
