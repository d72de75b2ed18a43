;; Dates as text, by a template of directives such as ~Y.

(define %days
  '#("Sunday" "Monday" "Tuesday" "Wednesday" "Thursday" "Friday" "Saturday"))

(define %months
  '#("January" "February" "March" "April" "May" "June" "July" "August"
     "September" "October" "November" "December"))

(define (%short name) (string-copy name 0 3))
(define (%day-name date) (vector-ref %days (date-week-day date)))
(define (%month-name date) (vector-ref %months (- (date-month date) 1)))

;; The number, filled on the left up to that width; with #f for `fill` as it is.
(define (%padded number fill width)
  (let* ((digits (number->string (abs number)))
         (missing (- width (string-length digits))))
    (string-append (if (negative? number) "-" "")
                   (if (and fill (> missing 0)) (make-string missing fill) "")
                   digits)))

(define (%hour-of-12 date)
  (+ 1 (modulo (- (date-hour date) 1) 12)))

;; RFC 822: Z, +0200, -0330.
(define (%zone-text offset)
  (let ((minutes (quotient (abs offset) 60)))
    (if (= offset 0)
        "Z"
        (string-append (if (negative? offset) "-" "+")
                       (%padded (quotient minutes 60) #\0 2)
                       (%padded (remainder minutes 60) #\0 2)))))

;; A point and the digits of the nanoseconds, without zeros at the end.
(define (%fraction-text nanosecond)
  (let loop ((digits (%padded nanosecond #\0 9)))
    (let ((last (- (string-length digits) 1)))
      (cond ((< last 0) "")
            ((char=? (string-ref digits last) #\0)
             (loop (string-copy digits 0 last)))
            (else (string-append "." digits))))))

;; What stands for a whole template.
(define %abbreviations
  '((#\c . "~a ~b ~d ~H:~M:~S~z ~Y")
    (#\D . "~m/~d/~y")
    (#\r . "~I:~M:~S ~p")
    (#\T . "~H:~M:~S")
    (#\x . "~m/~d/~y")
    (#\X . "~H:~M:~S")
    (#\1 . "~Y-~m-~d")
    (#\2 . "~H:~M:~S~z")
    (#\3 . "~H:~M:~S")
    (#\4 . "~Y-~m-~dT~H:~M:~S~z")
    (#\5 . "~Y-~m-~dT~H:~M:~S")))

;; Numbers: their width, what fills them, and how they are found.
(define %numbers
  (list
   (list #\d 2 #\0 date-day)
   (list #\e 2 #\space date-day)
   (list #\H 2 #\0 date-hour)
   (list #\k 2 #\space date-hour)
   (list #\I 2 #\0 %hour-of-12)
   (list #\l 2 #\space %hour-of-12)
   (list #\j 3 #\0 date-year-day)
   (list #\m 2 #\0 date-month)
   (list #\M 2 #\0 date-minute)
   (list #\N 9 #\0 date-nanosecond)
   (list #\s 1 #f %date-seconds)
   (list #\S 2 #\0 date-second)
   (list #\U 2 #\0 (lambda (date) (%week-of-year date 0)))
   (list #\V 2 #\0 %iso-week)
   (list #\w 1 #f date-week-day)
   (list #\W 2 #\0 (lambda (date) (%week-of-year date 1)))
   (list #\y 2 #\0 (lambda (date) (modulo (date-year date) 100)))
   (list #\Y 1 #f date-year)))

;; Everything else: a procedure that gives the text.
(define %texts
  (list
   (cons #\~ (lambda (date) "~"))
   (cons #\n (lambda (date) "\n"))
   (cons #\t (lambda (date) "\t"))
   (cons #\a (lambda (date) (%short (%day-name date))))
   (cons #\A %day-name)
   (cons #\b (lambda (date) (%short (%month-name date))))
   (cons #\h (lambda (date) (%short (%month-name date))))
   (cons #\B %month-name)
   (cons #\f (lambda (date)
               (string-append (%padded (date-second date) #\0 2)
                              (%fraction-text (date-nanosecond date)))))
   (cons #\p (lambda (date) (if (< (date-hour date) 12) "AM" "PM")))
   (cons #\z (lambda (date) (%zone-text (date-zone-offset date))))
   (cons #\Z (lambda (date) (%zone-text (date-zone-offset date))))))

;; The text of one directive.  `fill` is what the template asks for: a character, #f, or
;; default.
(define (%directive-text char fill date)
  (cond ((assv char %numbers)
         => (lambda (row)
              (%padded ((list-ref row 3) date)
                       (if (eq? fill 'default) (list-ref row 2) fill)
                       (cadr row))))
        ((assv char %texts) => (lambda (row) ((cdr row) date)))
        ((assv char %abbreviations)
         => (lambda (row) (date->string date (cdr row))))
        (else (%bad-directive 'date->string char))))

(define (%bad-directive who char)
  (error (string-append (symbol->string who)
                        ": this is no directive of a template:")
         (if char (string #\~ char) "~")))

;;> (date->string date [template])
;;> The date as text. In the template ~Y ~m ~d ~H ~M ~S stand for the year ... the second,
;;> ~a ~A ~b ~B for names of the day and month, ~z for the zone, ~c for all of it, ~1 to ~5
;;> for forms of ISO 8601; ~-d is without zeros in front, ~_d with spaces.
(define (date->string date 1 . template)
  (%check-date 'date->string date)
  (let* ((template (if (pair? template) (car template) "~c"))
         (n (if (string? template)
                (string-length template)
                (%wrong-type 'date->string 2 "a string" template)))
         (out (open-output-string)))
    (let loop ((i 0))
      (define (at k) (and (< (+ i k) n) (string-ref template (+ i k))))
      (define (directive char fill size)
        (if (not char) (%bad-directive 'date->string char))
        (write-string (%directive-text char fill date) out)
        (loop (+ i size)))
      (cond ((= i n) (get-output-string out))
            ((not (char=? (at 0) #\~))
             (write-char (at 0) out)
             (loop (+ i 1)))
            (else
             (case (at 1)
               ((#\-) (directive (at 2) #f 3))
               ((#\_) (directive (at 2) #\space 3))
               (else (directive (at 1) 'default 2))))))))
