;; The text of an object on one line, if it is short enough; otherwise its layout.

;; How many operands stay with the head; the rest is a body.
(define bodies
  '((lambda . 1) (define . 1) (define-syntax . 1) (define-values . 1)
    (define-library . 1) (define-record-type . 1) (let . 1) (let* . 1)
    (letrec . 1) (letrec* . 1) (let-values . 1) (let*-values . 1)
    (let-syntax . 1) (letrec-syntax . 1) (syntax-rules . 1) (case . 1) (when . 1)
    (unless . 1) (do . 2) (parameterize . 1) (guard . 1) (begin . 0)
    (case-lambda . 0) (fn . 1)))

;; The forms whose first list binds names.
(define binding-forms '(let let* letrec letrec* parameterize do fn with))

(define (starts? string prefix)
  (and (>= (string-length string) (string-length prefix))
       (string=? (substring string 0 (string-length prefix)) prefix)))

;; The number for the form, or #f.
(define (body-operands form)
  (let ((head (car form)))
    (cond ((not (symbol? head)) #f)
          ((and (eq? head 'let) (pair? (cdr form)) (symbol? (cadr form))) 2)
          ((assq head bodies) => cdr)
          (else
           (let ((name (symbol->string head)))
             (and (or (starts? name "call-with-") (starts? name "with-")
                      (starts? name "define-") (string=? name "with"))
                  1))))))

;; The elements of a list, and what comes behind its last dot: (), another object, or a
;; rest with a label of its own.
(define (list-parts obj labels)
  (let loop ((rest obj) (elements '()))
    (if (and (pair? rest)
             (or (null? elements)
                 (not labels)
                 (not (hash-table-ref/default (car labels) rest #f))))
        (loop (cdr rest) (cons (car rest) elements))
        (values (reverse elements) rest))))

(define (atom? obj) (not (or (pair? obj) (vector? obj))))

;; A formatter that lays out obj; which says what gets labels.
(define (laid-out obj which)
  (lambda (state)
    (define labels (find-labels obj which))
    (define line (state-ref state width))
    (define (column) (state-ref state col))
    (define (put text) (emit text state))
    (define (new-line column)
      (put (string-append "\n" (make-string column #\space))))
    (define (atom obj) (text-of (written obj) state))

    ;; On one line, when it takes at most room columns; else #f, and no label is used.
    (define (flat obj room)
      (let ((port (open-output-string))
            (trial (and labels
                        (list (hash-table-copy (car labels) #t) (cadr labels))))
            (left room))
        (and (call/cc
              (lambda (stop)
                ((tree-writer (lambda (text)
                                (set! left (- left (string-length text)))
                                (if (< left 0) (stop #f))
                                (write-string text port))
                              atom trial)
                 obj)
                #t))
             (begin
               (if labels (set! labels trial))
               (get-output-string port)))))

    ;; After tells how many columns of the last line are taken already.
    (define (flat-or obj after layout)
      (let ((text (flat obj (- line (column) after))))
        (if text (put text) (layout))))

    (define (lay-out obj after)
      (flat-or obj after
               (lambda ()
                 (let-values (((label done?) (opened-label obj labels)))
                   (if label (put label))
                   (cond (done?)
                         ((atom? obj) (put (atom obj)))
                         ((vector? obj)
                          (put "#(")
                          (lay-out-data (vector->list obj) '() after))
                         ((abbreviation obj)
                          => (lambda (prefix)
                               (put prefix)
                               (lay-out (cadr obj) after)))
                         (else (lay-out-list obj after)))))))

    (define (lay-out-list obj after)
      (let-values (((elements end) (list-parts obj labels)))
        (let ((start (column)))
          (put "(")
          (cond ((not (and (null? end) (symbol? (car elements))
                           (pair? (cdr elements))))
                 (lay-out-data elements end after))
                ((body-operands elements)
                 => (lambda (n) (lay-out-form elements n start after)))
                (else (lay-out-call elements start after))))))

    ;; Each element in the column where we are.
    (define (lay-out-column elements end after)
      (let ((at (column)))
        (let loop ((rest elements))
          (cond ((and (null? (cdr rest)) (null? end))
                 (lay-out (car rest) (+ after 1))
                 (put ")"))
                ((null? (cdr rest))
                 (lay-out (car rest) 0)
                 (new-line at)
                 (put ". ")
                 (lay-out end (+ after 1))
                 (put ")"))
                (else
                 (lay-out (car rest) 0)
                 (new-line at)
                 (loop (cdr rest)))))))

    (define (lay-out-data elements end after)
      (cond ((null? elements) (put ")"))
            ((and (null? end) (all-atoms? elements))
             (lay-out-grid (map atom elements)))
            ((and (null? (cdr elements)) (not (null? end)))
             (lay-out (car elements) 0)
             (put " . ")
             (lay-out end (+ after 1))
             (put ")"))
            (else (lay-out-column elements end after))))

    ;; Atoms below each other, as many in a line as fit.
    (define (lay-out-grid texts)
      (let* ((at (column))
             (wide (+ 1 (apply max (map string-length texts))))
             (in-line (max 1 (quotient (- line at) wide))))
        (let loop ((rest texts) (i 1))
          (put (car rest))
          (cond ((null? (cdr rest)) (put ")"))
                ((= i in-line) (new-line at) (loop (cdr rest) 1))
                (else
                 (put (make-string (- wide (string-length (car rest))) #\space))
                 (loop (cdr rest) (+ i 1)))))))

    (define (lay-out-form elements operands start after)
      (put (atom (car elements)))
      (let loop ((rest (cdr elements)) (i 0))
        (cond ((null? rest) (put ")"))
              (else
               (let ((after (if (null? (cdr rest)) (+ after 1) 0))
                     (obj (car rest)))
                 (cond ((and (< i operands)
                             (flat obj (- line (column) after 1)))
                        => (lambda (text) (put " ") (put text)))
                       ((>= i operands)
                        (new-line (+ start 2))
                        (lay-out obj after))
                       ((and (pair? obj)
                             (memq (car elements) binding-forms)
                             (= i (if (symbol? (cadr elements)) 1 0)))
                        (put " (")
                        (lay-out-bindings obj after))
                       ((= i 0) (put " ") (lay-out obj after))
                       (else (new-line (+ start 4)) (lay-out obj after)))
                 (loop (cdr rest) (+ i 1)))))))

    ;; Values stand beside the names.
    (define (lay-out-bindings obj after)
      (let-values (((elements end) (list-parts obj labels)))
        (let ((at (column)))
          (if (null? end)
              (let loop ((rest elements))
                (let* ((last? (null? (cdr rest)))
                       (after (if last? (+ after 1) 0)))
                  (flat-or (car rest) after
                           (lambda () (lay-out-binding (car rest) after)))
                  (if last?
                      (put ")")
                      (begin (new-line at) (loop (cdr rest))))))
              (lay-out-data elements end after)))))

    (define (lay-out-binding obj after)
      (if (and (pair? obj) (pair? (cdr obj)) (null? (cddr obj))
               (symbol? (car obj)))
          (begin
            (put "(")
            (put (atom (car obj)))
            (put " ")
            (lay-out (cadr obj) (+ after 1))
            (put ")"))
          (lay-out obj after)))

    (define (lay-out-call elements start after)
      (let* ((head (atom (car elements)))
             (at (+ start 2 (string-length head)))
             (first (flat (cadr elements) (- line at))))
        (put head)
        (cond ((and first (pair? (cddr elements)))
               (put " ")
               (put first)
               (new-line at)
               (lay-out-column (cddr elements) '() after))
              (else
               (new-line (+ start 1))
               (lay-out-column (cdr elements) '() after)))))

    (lay-out obj 0)
    (put "\n")))

(define (all-atoms? elements)
  (or (null? elements)
      (and (atom? (car elements)) (all-atoms? (cdr elements)))))

;;> (pretty obj)
;;> The object, laid out on as many lines as it needs; circular parts have labels.
(define (pretty obj) (laid-out obj 'cycles))

;;> (pretty-shared obj)
;;> The same, with labels for all parts that occur more than once.
(define (pretty-shared obj) (laid-out obj 'shared))

;;> (pretty-simply obj)
;;> The same, without labels.
(define (pretty-simply obj) (laid-out obj 'none))

;; ---- color

;; The end of the token that starts at i.
(define (token-end text i)
  (define n (string-length text))
  (define (delimiter? c)
    (or (char-whitespace? c) (memv c '(#\( #\) #\" #\'))))
  (let ((first (string-ref text i)))
    (cond ((memv first '(#\" #\|))
           (let loop ((j (+ i 1)))
             (cond ((>= j n) n)
                   ((char=? (string-ref text j) first) (+ j 1))
                   ((char=? (string-ref text j) #\\) (loop (+ j 2)))
                   (else (loop (+ j 1))))))
          ((delimiter? first) (+ i 1))
          ((starts? (substring text i n) "#\\") (min n (+ i 3)))
          (else
           (let loop ((j (+ i 1)))
             (if (or (>= j n) (delimiter? (string-ref text j)))
                 j
                 (loop (+ j 1))))))))

(define (token-color token)
  (cond ((char=? (string-ref token 0) #\") as-green)
        ((or (string->number token) (char=? (string-ref token 0) #\#))
         as-magenta)
        ((assq (string->symbol token) bodies) as-blue)
        (else each)))

(define (colored text plain)
  (let loop ((i 0) (pieces '()))
    (if (>= i (string-length text))
        (with ((output plain)) (each-in-list (reverse pieces)))
        (let* ((end (token-end text i)) (token (substring text i end)))
          (loop end (cons ((token-color token) token) pieces))))))

;;> (pretty-with-color obj)
;;> As pretty; strings, numbers and the names of forms in color.
(define (pretty-with-color obj)
  (terminal-aware
   (fn ((plain output))
     (with ((output (lambda (text) (colored text plain))))
       (pretty obj)))))
