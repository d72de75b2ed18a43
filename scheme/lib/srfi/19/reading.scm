;; Dates from text, by a template.
;;
;; A reader of a directive takes the input port and the fields found so far, a vector, and
;; puts in what it read.  Before most of them, characters that cannot begin it are skipped.

(define %field-names
  '#(nanosecond second minute hour day month year zone-offset))

(define (%set-field! fields name value)
  (let loop ((i 0))
    (if (eq? (vector-ref %field-names i) name)
        (vector-set! fields i value)
        (loop (+ i 1)))))

(define (%unreadable what)
  (error "string->date: the text does not fit the template:" what))

(define (%skip-to! port found?)
  (let loop ()
    (let ((char (peek-char port)))
      (cond ((eof-object? char) (%unreadable "it ends too early"))
            ((not (found? char)) (read-char port) (loop))))))

(define (%digit? char)
  (and (char? char) (char<=? #\0 char #\9)))

;; The number made of the next digits, `most` at most.
(define (%read-number port most)
  (let loop ((n 0) (count 0))
    (if (and (< count most) (%digit? (peek-char port)))
        (loop (+ (* 10 n) (digit-value (read-char port))) (+ count 1))
        (if (= count 0) (%unreadable (peek-char port)) n))))

;; The digits after a point, as nanoseconds; more than nine are cut.
(define (%read-fraction port)
  (let loop ((n 0) (unit (quotient %billion 10)))
    (if (%digit? (peek-char port))
        (loop (+ n (* unit (digit-value (read-char port))))
              (quotient unit 10))
        n)))

;; The index of the name that the next letters are, in any case.
(define (%read-name port names)
  (let* ((word (let loop ((chars '()))
                 (let ((char (peek-char port)))
                   (if (and (char? char) (char-alphabetic? char))
                       (loop (cons (read-char port) chars))
                       (list->string (reverse chars))))))
         (n (vector-length names)))
    (let loop ((i 0))
      (cond ((= i n) (%unreadable word))
            ((string-ci=? word (vector-ref names i)) i)
            (else (loop (+ i 1)))))))

;; Z, +0200, +02:00, +02.
(define (%read-zone port)
  (let ((char (read-char port)))
    (case char
      ((#\Z #\z) 0)
      ((#\+ #\-)
       (let ((hours (%read-number port 2)))
         (if (eqv? (peek-char port) #\:) (read-char port))
         (let* ((minutes (if (%digit? (peek-char port))
                             (%read-number port 2)
                             0))
                (offset (+ (* 3600 hours) (* 60 minutes))))
           (if (char=? char #\-) (- offset) offset))))
      (else (%unreadable char)))))

(define (%read-year port)
  (let* ((negative? (and (eqv? (peek-char port) #\-) (read-char port) #t))
         (year (%read-number port 9)))
    (if negative? (- year) year)))

;; The year that ends so and is nearest to this one.
(define (%near-year two-digits)
  (let* ((now (date-year (current-date 0)))
         (year (+ two-digits (* 100 (quotient now 100)))))
    (cond ((> (- year now) 50) (- year 100))
          ((<= (- year now) -50) (+ year 100))
          (else year))))

(define %short-days (vector-map %short %days))
(define %short-months (vector-map %short %months))

(define (%number-reader field)
  (lambda (port fields)
    (%set-field! fields field (%read-number port 2))))

;; The names of months and days; only a month says something about the date.
(define (%month-reader names)
  (lambda (port fields)
    (%set-field! fields 'month (+ 1 (%read-name port names)))))
(define (%day-reader names)
  (lambda (port fields) (%read-name port names)))

(define (%any-char? char) #t)
(define (%year-begin? char) (or (%digit? char) (char=? char #\-)))
(define (%visible? char) (not (char-whitespace? char)))

;; The directive, what it begins with, and its reader.
(define %readers
  (list
   (list #\a char-alphabetic? (%day-reader %short-days))
   (list #\A char-alphabetic? (%day-reader %days))
   (list #\b char-alphabetic? (%month-reader %short-months))
   (list #\h char-alphabetic? (%month-reader %short-months))
   (list #\B char-alphabetic? (%month-reader %months))
   (list #\d %digit? (%number-reader 'day))
   (list #\e %visible? (%number-reader 'day))
   (list #\H %digit? (%number-reader 'hour))
   (list #\k %visible? (%number-reader 'hour))
   (list #\m %digit? (%number-reader 'month))
   (list #\M %digit? (%number-reader 'minute))
   (list #\S %digit? (%number-reader 'second))
   (list #\N %digit?
         (lambda (port fields)
           (%set-field! fields 'nanosecond (%read-fraction port))))
   (list #\f %digit?
         (lambda (port fields)
           (%set-field! fields 'second (%read-number port 2))
           (if (eqv? (peek-char port) #\.)
               (begin
                 (read-char port)
                 (%set-field! fields 'nanosecond (%read-fraction port))))))
   (list #\y %digit?
         (lambda (port fields)
           (%set-field! fields 'year (%near-year (%read-number port 2)))))
   (list #\Y %year-begin?
         (lambda (port fields)
           (%set-field! fields 'year (%read-year port))))
   (list #\z %any-char?
         (lambda (port fields)
           (%set-field! fields 'zone-offset (%read-zone port))))))

(define (%read-literal port char)
  (if (not (eqv? (peek-char port) char)) (%unreadable (peek-char port)))
  (read-char port))

(define (%read-template port template fields)
  (let ((n (string-length template)))
    (let loop ((i 0))
      (cond ((= i n) #t)
            ((not (char=? (string-ref template i) #\~))
             (%read-literal port (string-ref template i))
             (loop (+ i 1)))
            (else
             (%read-directive port
                              (and (< (+ i 1) n) (string-ref template (+ i 1)))
                              fields)
             (loop (+ i 2)))))))

(define (%read-directive port char fields)
  (cond ((assv char %readers)
         => (lambda (row)
              (%skip-to! port (cadr row))
              ((list-ref row 2) port fields)))
        ((eqv? char #\~) (%read-literal port #\~))
        ((eqv? char #\n) (%read-literal port #\newline))
        ((eqv? char #\t) (%read-literal port #\tab))
        ((assv char %abbreviations)
         => (lambda (row) (%read-template port (cdr row) fields)))
        (else (%bad-directive 'string->date char))))

;;> (string->date string template)
;;> The date that the text says, in the form of the template, which has the directives of
;;> date->string. A year, a month and a day must be there; without a zone it is the
;;> system's.
(define (string->date string template)
  (if (not (string? string)) (%wrong-type 'string->date 1 "a string" string))
  (if (not (string? template))
      (%wrong-type 'string->date 2 "a string" template))
  (let ((fields (vector 0 0 0 0 #f #f #f #f)))
    (%read-template (open-input-string string) template fields)
    (vector-for-each
     (lambda (name value)
       (if (not (or value (eq? name 'zone-offset)))
           (error (string-append "string->date: nothing says the "
                                 (symbol->string name) ":")
                  string template)))
     %field-names fields)
    (if (not (vector-ref fields 7))
        (vector-set! fields 7 (%local-offset-of fields)))
    (apply make-date (vector->list fields))))

;; How far the system's zone is ahead of UTC when its clocks show these fields: the offset
;; at that second of UTC is at most a change of clocks away, so it is asked for twice.
(define (%local-offset-of fields)
  (vector-set! fields 7 0)
  (let* ((local (%date-seconds (apply %make-date (vector->list fields))))
         (near (%local-offset local)))
    (%local-offset (- local near))))
