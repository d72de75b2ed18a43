;; Objects in the form that read understands.

;; ---- labels: a table from the objects that need one to #t, later to their number

;; The objects that occur more than once, or only those that contain themselves.
(define (find-labels obj which)
  (let ((seen (make-eq-hash-table)) (labels (make-eq-hash-table)))
    (define (visit obj)
      (if (or (pair? obj) (vector? obj))
          (let ((state (hash-table-ref/default seen obj 'new)))
            (cond ((eq? state 'new)
                   (hash-table-set! seen obj 'open)
                   (if (pair? obj)
                       (begin (visit (car obj)) (visit (cdr obj)))
                       (vector-for-each visit obj))
                   (hash-table-set! seen obj 'done))
                  ((or (eq? state 'open) (eq? which 'shared))
                   (hash-table-set! labels obj #t))))))
    (if (eq? which 'none) #f (visit obj))
    (and (> (hash-table-size labels) 0) (list labels 0))))

;; Two values: the text of the label at this place, or #f, and whether that is all.
(define (opened-label obj labels)
  (let ((number (and labels (or (pair? obj) (vector? obj))
                     (hash-table-ref/default (car labels) obj #f))))
    (cond ((not number) (values #f #f))
          ((integer? number)
           (values (string-append "#" (number->string number) "#") #t))
          (else
           (let ((number (cadr labels)))
             (hash-table-set! (car labels) obj number)
             (set-car! (cdr labels) (+ number 1))
             (values (string-append "#" (number->string number) "=") #f))))))

;; ---- atoms

(define prefixes '((2 . "#b") (8 . "#o") (10 . "") (16 . "#x")))

;; The number as read understands it, in the radix of the state if it is one of these.
(define (readable-number n state)
  (let* ((own-radix (state-ref state radix))
         (digits (state-ref state precision))
         (prefix (assv own-radix prefixes)))
    (cond ((and digits (eqv? own-radix 10))
           (number-text n 10 digits #f #f #\, #\.))
          ((and prefix (exact? n))
           (string-append (cdr prefix) (number->string n own-radix)))
          (else (number->string n)))))

(define (atom-text obj)
  (let ((port (open-output-string)))
    (write-simple obj port)
    (get-output-string port)))

;; ---- trees

(define abbreviations
  '((quote . "'") (quasiquote . "`") (unquote . ",") (unquote-splicing . ",@")))

;; The prefix that stands for the list, or #f.
(define (abbreviation obj)
  (and (pair? obj) (pair? (cdr obj)) (null? (cddr obj))
       (cond ((assq (car obj) abbreviations) => cdr)
             (else #f))))

;; A procedure that gives (put string) the pieces of the text of obj.
(define (tree-writer put atom labels)
  (define (write-tree obj)
    (let-values (((label done?) (opened-label obj labels)))
      (if label (put label))
      (cond (done?)
            ((abbreviation obj)
             => (lambda (prefix) (put prefix) (write-tree (cadr obj))))
            ((pair? obj) (put "(") (write-elements obj))
            ((vector? obj)
             (put "#(")
             (let loop ((i 0))
               (if (< i (vector-length obj))
                   (begin
                     (if (> i 0) (put " "))
                     (write-tree (vector-ref obj i))
                     (loop (+ i 1)))))
             (put ")"))
            (else (put (atom obj))))))
  (define (write-elements obj)
    (write-tree (car obj))
    (let ((rest (cdr obj)))
      (cond ((null? rest) (put ")"))
            ((and (pair? rest)
                  (not (and labels
                            (hash-table-ref/default (car labels) rest #f))))
             (put " ")
             (write-elements rest))
            (else (put " . ") (write-tree rest) (put ")")))))
  write-tree)

(define (written-with which write)
  (lambda (obj)
    (lambda (state)
      (define (atom obj)
        (if (number? obj) (readable-number obj state) (atom-text obj)))
      (cond ((not (or (pair? obj) (vector? obj))) (emit (atom obj) state))
            ((and write
                  (eqv? (state-ref state radix) 10)
                  (not (state-ref state precision)))
             (let ((port (open-output-string)))
               (write obj port)
               (emit (get-output-string port) state)))
            (else
             ((tree-writer (lambda (string) (emit string state))
                           atom (find-labels obj which))
              obj))))))

;;> (written obj)
;;> The object as write writes it; numbers in the radix and precision of the state, as far
;;> as read understands them.
(define written (written-with 'cycles write))

;;> (written-shared obj)
;;> The object as write-shared writes it.
(define written-shared (written-with 'shared write-shared))

;;> (written-simply obj)
;;> The object as write-simple writes it, piece by piece: it may be circular where only
;;> the beginning is wanted.
(define written-simply (written-with 'none #f))

;; What the variable writer is at first: numbers as numeric writes them, so that signs and
;; commas are seen, but with the prefix of their radix.
(define (shown obj)
  (if (number? obj)
      (lambda (state)
        (if (and (memv (state-ref state radix) '(2 8 16))
                 (exact? obj)
                 (not (state-ref state precision)))
            (emit (readable-number obj state) state)
            (run-formatter (numeric obj) state)))
      (written obj)))

;; ---- strings with quotes

(define (option options n default)
  (cond ((null? options) default)
        ((= n 0) (car options))
        (else (option (cdr options) (- n 1) default))))

;;> (escaped string [quote [escape [renamer]]])
;;> The string with the escape character before each quote and escape character in it; for
;;> the escape #f quotes are doubled. (renamer char) may give another character to stand
;;> behind the escape.
(define (escaped string 3 . options)
  (let ((mark (option options 0 #\"))
        (escape (option options 1 #\\))
        (renamer (option options 2 (lambda (c) #f))))
    (lambda (state)
      (let ((port (open-output-string)))
        (string-for-each
         (lambda (c)
           (let ((other (renamer c)))
             (cond (other
                    (write-char (or escape mark) port)
                    (write-char other port))
                   ((or (eqv? c mark) (eqv? c escape))
                    (write-char (or escape mark) port)
                    (write-char c port))
                   (else (write-char c port)))))
         string)
        (emit (get-output-string port) state)))))

;;> (maybe-escaped string pred [quote [escape [renamer]]])
;;> The string as it is, or between quotes and escaped when it holds a quote, an escape or
;;> a character that pred is true of.
(define (maybe-escaped string pred 3 . options)
  (let ((mark (option options 0 #\"))
        (escape (option options 1 #\\))
        (renamer (option options 2 (lambda (c) #f))))
    (if (string-index string
                      (lambda (c)
                        (or (eqv? c mark) (eqv? c escape) (renamer c)
                            (pred c))))
        (each mark (apply escaped string options) mark)
        (displayed string))))
