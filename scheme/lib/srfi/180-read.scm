;; ---- common to reading and writing

;;> (json-null? obj)
;;> Whether obj is the symbol null, which stands for JSON's null.
(define (json-null? obj) (eq? obj 'null))

;;> (json-error? obj)
;;> Whether obj was raised because of something that is no JSON.
(define (json-error? obj)
  (and (condition? obj) (eq? (condition-kind obj) 'json-error)))

;;> (json-error-reason error)
;;> What was wrong and where, as a string.
(define (json-error-reason error)
  (if (not (json-error? error))
      (%wrong-type 'json-error-reason 1 "a JSON error" error))
  (condition-message error))

(define (%json-error message . irritants)
  (raise (make-condition 'json-error message irritants)))

(define (%check-limit n)
  (if (and (real? n) (>= n 0))
      n
      (%wrong-type 'json-limit 1 "a number that is not negative" n)))

;;> json-number-of-character-limit
;;> A parameter: how long a JSON text may be.
(define json-number-of-character-limit (make-parameter +inf.0 %check-limit))

;;> json-nesting-depth-limit
;;> A parameter: how deep arrays and objects may lie in one another.
(define json-nesting-depth-limit (make-parameter +inf.0 %check-limit))

;; ---- characters, with their place

(define-record-type json-input
  (%make-input take peeked line column count limit)
  %json-input?
  (take %take)                        ; the next character or the eof object
  (peeked %peeked %set-peeked!)       ; taken and not yet used, or #f
  (line %line %set-line!)
  (column %column %set-column!)
  (count %count %set-count!)
  (limit %limit))

;; Of a port nothing is taken before it is used.
(define (%input who source)
  (define (make take)
    (%make-input take #f 1 1 0 (json-number-of-character-limit)))
  (cond ((procedure? source) (make source))
        ((and (input-port? source) (textual-port? source)) (make source))
        (else (%wrong-type who 1 "a textual input port or a generator" source))))

(define (%source rest)
  (if (pair? rest) (car rest) (current-input-port)))

(define (%peek in)
  (let ((take (%take in)))
    (if (procedure? take)
        (or (%peeked in)
            (begin
              (%set-peeked! in (take))
              (%peeked in)))
        (peek-char take))))

(define (%next in)
  (let* ((take (%take in))
         (char (if (procedure? take) (%peek in) (read-char take))))
    (%set-peeked! in #f)
    (cond ((eof-object? char))
          ((char=? char #\newline)
           (%set-line! in (+ (%line in) 1))
           (%set-column! in 1))
          (else (%set-column! in (+ (%column in) 1))))
    (%set-count! in (+ (%count in) 1))
    (if (> (%count in) (%limit in))
        (%bad in "the text is longer than json-number-of-character-limit"))
    char))

(define (%bad in message)
  (%json-error (string-append "JSON, line " (number->string (%line in))
                              ", column " (number->string (%column in))
                              ": " message)))

(define (%bad-char in wanted)
  (let ((char (%peek in)))
    (%bad in (if (eof-object? char)
                 (string-append "the text ends where " wanted " is expected")
                 (string-append "expected " wanted ", got "
                                (%shown char))))))

(define (%shown char)
  (if (char<? char #\space)
      (string-append "the control character "
                     (number->string (char->integer char)))
      (string char)))

(define (%white? char)
  (memv char '(#\space #\newline #\return #\tab)))

(define (%skip-white in)
  (if (%white? (%peek in))
      (begin
        (%next in)
        (%skip-white in))))

;; ---- scalars

(define (%read-scalar in)
  (let ((char (%peek in)))
    (cond ((eqv? char #\") (%next in) (%read-string in))
          ((or (eqv? char #\-) (%digit? char)) (%read-number in))
          ((eqv? char #\t) (%read-word in "true" #t))
          ((eqv? char #\f) (%read-word in "false" #f))
          ((eqv? char #\n) (%read-word in "null" 'null))
          (else (%bad-char in "a value")))))

(define (%read-word in word value)
  (string-for-each
   (lambda (char)
     (if (eqv? (%peek in) char)
         (%next in)
         (%bad-char in word)))
   word)
  (if (%letter? (%peek in)) (%bad-char in (string-append word " and its end")))
  value)

(define (%letter? char)
  (and (char? char) (or (char<=? #\a char #\z) (char<=? #\A char #\Z))))

(define (%digit? char)
  (and (char? char) (char<=? #\0 char #\9)))

(define (%read-number in)
  (let ((text (open-output-string)))
    (define (keep) (write-char (%next in) text))
    (define (digits)
      (if (not (%digit? (%peek in))) (%bad-char in "a digit"))
      (let loop ()
        (if (%digit? (%peek in))
            (begin (keep) (loop)))))
    (if (eqv? (%peek in) #\-) (keep))
    (if (eqv? (%peek in) #\0)
        (begin
          (keep)
          (if (%digit? (%peek in)) (%bad-char in "no digit after a leading 0")))
        (digits))
    (if (eqv? (%peek in) #\.)
        (begin (keep) (digits)))
    (if (memv (%peek in) '(#\e #\E))
        (begin
          (keep)
          (if (memv (%peek in) '(#\+ #\-)) (keep))
          (digits)))
    (let ((number (string->number (get-output-string text) 10)))
      (if (not (and number (< -inf.0 number +inf.0)))
          (%bad in "the number is too large"))
      number)))

;; After the opening quotation mark.
(define (%read-string in)
  (let ((text (open-output-string)))
    (let loop ()
      (let ((char (%peek in)))
        (cond ((eof-object? char) (%bad in "the text ends inside a string"))
              ((char=? char #\") (%next in) (get-output-string text))
              ((char=? char #\\)
               (%next in)
               (write-char (%read-escape in) text)
               (loop))
              ((char<? char #\space)
               (%bad in (string-append (%shown char) " inside a string")))
              (else
               (write-char (%next in) text)
               (loop)))))))

(define %escapes
  '((#\" . #\") (#\\ . #\\) (#\/ . #\/) (#\b . #\backspace) (#\f . #\x0c)
    (#\n . #\newline) (#\r . #\return) (#\t . #\tab)))

(define (%read-escape in)
  (let ((char (%peek in)))
    (cond ((assv char %escapes)
           => (lambda (row) (%next in) (cdr row)))
          ((eqv? char #\u)
           (%next in)
           (let ((high (%read-hex in)))
             (cond ((<= #xD800 high #xDBFF)
                    (if (not (and (eqv? (%peek in) #\\)
                                  (begin (%next in) (eqv? (%peek in) #\u))))
                        (%bad in "half of a surrogate pair"))
                    (%next in)
                    (let ((low (%read-hex in)))
                      (if (not (<= #xDC00 low #xDFFF))
                          (%bad in "half of a surrogate pair"))
                      (integer->char (+ #x10000
                                        (* #x400 (- high #xD800))
                                        (- low #xDC00)))))
                   ((<= #xDC00 high #xDFFF) (%bad in "half of a surrogate pair"))
                   (else (integer->char high)))))
          (else (%bad-char in "the rest of an escape")))))

(define (%read-hex in)
  (let loop ((i 0) (n 0))
    (if (= i 4)
        n
        (let* ((char (%peek in))
               (digit (and (char? char) (string->number (string char) 16))))
          (if (not digit) (%bad-char in "a hexadecimal digit"))
          (%next in)
          (loop (+ i 1) (+ (* n 16) digit))))))

;; ---- events

;;> (json-generator [port-or-generator])
;;> A generator of the events of one JSON text: array-start, array-end, object-start,
;;> object-end, strings, numbers, booleans and null; the keys of an object are strings
;;> before their values.
(define (json-generator 1 . source)
  (%events (%input 'json-generator (%source source))))

;; Open arrays and objects are on a stack, as the symbols array and object; expected says
;; what comes next: value, first (value or end), comma, key, first-key, or done.
(define (%events in)
  (let ((stack '()) (depth 0) (expected 'value) (limit (json-nesting-depth-limit)))
    (define (open kind event next)
      (%next in)
      (set! depth (+ depth 1))
      (if (> depth limit)
          (%bad in "nested deeper than json-nesting-depth-limit"))
      (set! stack (cons kind stack))
      (set! expected next)
      event)
    (define (finished)
      (set! expected (if (null? stack) 'done 'comma)))
    (define (close event)
      (%next in)
      (set! depth (- depth 1))
      (set! stack (cdr stack))
      (finished)
      event)
    (define (value)
      (case (%peek in)
        ((#\[) (open 'array 'array-start 'first))
        ((#\{) (open 'object 'object-start 'first-key))
        (else
         (let ((scalar (%read-scalar in)))
           (finished)
           scalar))))
    (define (key)
      (if (not (eqv? (%peek in) #\")) (%bad-char in "a key in quotation marks"))
      (%next in)
      (let ((name (%read-string in)))
        (%skip-white in)
        (if (not (eqv? (%peek in) #\:)) (%bad-char in "a colon"))
        (%next in)
        (set! expected 'value)
        name))
    (lambda ()
      (if (eq? expected 'done)
          (eof-object)
          (begin
            (%skip-white in)
            (let ((char (%peek in)))
              (case expected
                ((value)
                 (if (and (eof-object? char) (null? stack))
                     (begin
                       (set! expected 'done)
                       char)
                     (value)))
                ((first) (if (eqv? char #\]) (close 'array-end) (value)))
                ((first-key) (if (eqv? char #\}) (close 'object-end) (key)))
                (else
                 (let ((array? (eq? (car stack) 'array)))
                   (cond ((eqv? char #\,)
                          (%next in)
                          (%skip-white in)
                          (if array? (value) (key)))
                         ((and array? (eqv? char #\])) (close 'array-end))
                         ((and (not array?) (eqv? char #\})) (close 'object-end))
                         (else
                          (%bad-char in (if array?
                                            "a comma or ]"
                                            "a comma or }")))))))))))))

;;> (json-fold proc array-start array-end object-start object-end seed [source])
;;> Folds the events of one JSON text. An array or object begins with the seed that its
;;> start procedure returns for the current one; its end procedure makes the object
;;> that proc gets, together with the seed of what is around it. Everything else goes to
;;> (proc obj seed).
(define (json-fold proc array-start array-end object-start object-end seed
                   1 . source)
  (%fold (%events (%input 'json-fold (%source source)))
         proc array-start array-end object-start object-end seed))

;; Answers the seed, or the eof object when there is no text.
(define (%fold events proc array-start array-end object-start object-end seed)
  (let loop ((seed seed) (outer '()) (begun? #f))
    (let ((event (events)))
      (cond ((eof-object? event) (if begun? seed event))
            ((symbol? event)
             (case event
               ((array-start)
                (loop (array-start seed) (cons seed outer) #t))
               ((object-start)
                (loop (object-start seed) (cons seed outer) #t))
               ((array-end)
                (loop (proc (array-end seed) (car outer)) (cdr outer) #t))
               ((object-end)
                (loop (proc (object-end seed) (car outer)) (cdr outer) #t))
               (else (loop (proc event seed) outer #t))))
            (else (loop (proc event seed) outer #t))))))

;; ---- values

;;> (json-read [port-or-generator])
;;> The value of one JSON text, or the eof object when there is none.
(define (json-read 1 . source)
  (%read (%input 'json-read (%source source))))

(define (%read in)
  (define (nothing seed) '())
  (define (alist items)
    (let loop ((items items) (alist '()))
      (if (null? items)
          alist
          (loop (cddr items)
                (cons (cons (string->symbol (cadr items)) (car items))
                      alist)))))
  (let ((result (%fold (%events in) cons
                       nothing (lambda (items) (list->vector (reverse items)))
                       nothing alist '())))
    (if (eof-object? result) result (car result))))

;;> (json-lines-read [port-or-generator])
;;> A generator of the values of JSON texts, one on each line.
(define (json-lines-read 1 . source)
  (let ((in (%input 'json-lines-read (%source source))))
    (lambda () (%read in))))

;;> (json-sequence-read [port-or-generator])
;;> A generator of the values of a JSON text sequence, RFC 7464. A text that was cut off
;;> before its record separator is left out.
(define (json-sequence-read 1 . source)
  (let ((in (%input 'json-sequence-read (%source source))))
    (define (skip)
      (let ((char (%peek in)))
        (if (not (or (eof-object? char) (char=? char #\x1e)))
            (begin
              (%next in)
              (skip)))))
    (define (next)
      (skip)
      (if (eof-object? (%peek in))
          (eof-object)
          (begin
            (%next in)
            (%skip-white in)
            (if (eqv? (%peek in) #\x1e)
                (next)
                (let ((value (guard (problem ((json-error? problem) #f))
                               (list (%read in)))))
                  (cond ((not value) (next))
                        ((eof-object? (car value)) (car value))
                        (else (car value))))))))
    next))
