;; Widths of characters and strings, parts of strings by columns.

(define none-boundaries
  (let loop ((classes '(Mn Me Cf)) (all '()))
    (if (null? classes)
        all
        (loop (cdr classes) (cons (%class-boundaries (car classes)) all)))))

;; Whether an odd number of boundaries are at or before the code.
(define (among? boundaries code)
  (let loop ((low 0) (high (vector-length boundaries)))
    (if (= low high)
        (odd? low)
        (let ((middle (quotient (+ low high) 2)))
          (if (<= (vector-ref boundaries middle) code)
              (loop (+ middle 1) high)
              (loop low middle))))))

(define (any-among? sets code)
  (and (pair? sets)
       (or (among? (car sets) code) (any-among? (cdr sets) code))))

(define (char-columns c wide?)
  (let ((code (char->integer c)))
    (cond ((< 31 code 127) 1)
          ((or (< code 32) (< 126 code 160)) 0)
          ((eqv? code #xAD) 1)
          ((any-among? none-boundaries code) 0)
          ((among? wide-boundaries code) 2)
          ((and wide? (among? ambiguous-boundaries code)) 2)
          (else 1))))

;; The index after the escape sequence that starts at i, or #f when none does.
(define (escape-end string i)
  (define n (string-length string))
  (and (char=? (string-ref string i) #\x1B)
       (< (+ i 1) n)
       (char=? (string-ref string (+ i 1)) #\[)
       (let loop ((j (+ i 2)))
         (cond ((= j n) n)
               ((char<=? #\@ (string-ref string j) #\~) (+ j 1))
               (else (loop (+ j 1)))))))

(define (columns string wide?)
  (let loop ((i 0) (sum 0))
    (cond ((= i (string-length string)) sum)
          ((escape-end string i) => (lambda (end) (loop end sum)))
          (else
           (loop (+ i 1) (+ sum (char-columns (string-ref string i) wide?)))))))

;; The characters that lie between two columns, with what takes no column there.
(define (part-by-columns string start end wide?)
  (let ((port (open-output-string)))
    (let loop ((i 0) (column 0))
      (if (< i (string-length string))
          (let* ((escape (escape-end string i))
                 (next (or escape (+ i 1)))
                 (after (if escape
                            column
                            (+ column
                               (char-columns (string-ref string i) wide?)))))
            (if (and (>= column start) (<= after end)
                     (or (< column end) (> column start)))
                (write-string string port i next))
            (loop next after))
          (get-output-string port)))))

;;> (string-terminal-width string)
;;> How many columns of a terminal the string takes.
(define (string-terminal-width string) (columns string #f))

;;> (string-terminal-width/wide string)
;;> The same where characters of ambiguous width take two.
(define (string-terminal-width/wide string) (columns string #t))

;;> (substring-terminal-width string start end)
;;> The part between two columns, without characters that are only half there.
(define (substring-terminal-width string start end)
  (part-by-columns string start end #f))

;;> (substring-terminal-width/wide string start end)
;;> The same where characters of ambiguous width take two columns.
(define (substring-terminal-width/wide string start end)
  (part-by-columns string start end #t))

;;> (substring-terminal-preserve string)
;;> The escape sequences in the string.
(define (substring-terminal-preserve string)
  (let ((port (open-output-string)))
    (let loop ((i 0))
      (cond ((= i (string-length string)) (get-output-string port))
            ((escape-end string i)
             => (lambda (end) (write-string string port i end) (loop end)))
            (else (loop (+ i 1)))))))

;;> (terminal-aware formatter ...)
;;> The formatters, with widths as a terminal shows strings: East Asian characters take
;;> two columns, combining marks and escape sequences none.
(define (terminal-aware . formatters)
  (fn (ambiguous-is-wide?)
    (with ((string-width (if ambiguous-is-wide?
                             string-terminal-width/wide
                             string-terminal-width))
           (substring/width (if ambiguous-is-wide?
                                substring-terminal-width/wide
                                substring-terminal-width))
           (substring/preserve substring-terminal-preserve))
      (each-in-list formatters))))
