;; A format string is walked once; each directive takes what it needs from the list of
;; arguments and writes to the port.

;;> (format [port] format-string obj ...)
;;> Writes the string with its directives replaced by the objects: to port, to the
;;> current output port when port is #t, to a string that is returned when it is #f
;;> or left out. ~a display, ~s write, ~w write with labels for cycles, ~d ~x ~o ~b
;;> numbers, ~c a character, ~y pretty, ~w,dF fixed point, ~? a format string and its
;;> list, ~% ~& ~t ~_ ~~, ~h a list of all.
(define (format first . rest)
  (cond ((string? first) (%format-to-string first rest #f))
        ((not (and (pair? rest) (string? (car rest))))
         (%wrong-type 'format 2 "a format string"
                      (if (pair? rest) (car rest) '())))
        ((not first) (%format-to-string (car rest) (cdr rest) #f))
        ((eq? first #t)
         (%format-to (current-output-port) (car rest) (cdr rest) #f))
        ((output-port? first) (%format-to first (car rest) (cdr rest) #f))
        (else (%wrong-type 'format 1 "a port, a boolean or a format string"
                           first))))

;;> (format-basic format-string objs)
;;> The string by SRFI 28: ~a ~s ~% ~~ and nothing else.
(define (format-basic format-string objs)
  (if (not (string? format-string))
      (%wrong-type 'format 1 "a format string" format-string))
  (%format-to-string format-string objs '(#\a #\s #\% #\~)))

(define (%format-to-string text objs known)
  (let ((port (open-output-string)))
    (%format-to port text objs known)
    (get-output-string port)))

(define (%format-to port text objs known)
  (let ((column (%make-column)))
    (let ((rest (%format-some port column text objs known)))
      (if (pair? rest)
          (error "format: objects are left over after the last directive" text rest)))))

;; Whether the last character written was a line's end: for ~&.
(define (%make-column) (vector #t))
(define (%at-line-start? column) (vector-ref column 0))

(define (%put port column string)
  (let ((n (string-length string)))
    (if (> n 0)
        (begin
          (vector-set! column 0 (char=? (string-ref string (- n 1)) #\newline))
          (write-string string port)))))

(define (%shown obj show)
  (let ((port (open-output-string)))
    (show obj port)
    (get-output-string port)))

;; Answers the objects that no directive took.
(define (%format-some port column text objs known)
  (let ((end (string-length text)))
    (define (put string) (%put port column string))
    (define (need objs directive)
      (if (null? objs)
          (error "format: nothing is left for the directive"
                 (string #\~ directive) text)))
    (let loop ((i 0) (objs objs))
      (let ((tilde (%find-tilde text i end)))
        (if (< i tilde) (put (substring text i tilde)))
        (cond
         ((= tilde end) objs)
         ((= (+ tilde 1) end)
          (error "format: the string ends after ~" text))
         (else
          (let* ((at (+ tilde 1))
                 (given (string-ref text at))
                 (directive (char-downcase given))
                 (next (+ at 1)))
            (define (show-with show)
              (need objs given)
              (put (%shown (car objs) show))
              (loop next (cdr objs)))
            (define (number radix)
              (need objs given)
              (if (not (number? (car objs)))
                  (error "format: the directive wants a number"
                         (string #\~ given) (car objs)))
              (put (number->string (car objs) radix))
              (loop next (cdr objs)))
            (define (plain string)
              (put string)
              (loop next objs))
            (cond
             ((and known (not (memv given known))) (%unknown given text))
             ((memv directive '(#\0 #\1 #\2 #\3 #\4 #\5 #\6 #\7 #\8 #\9 #\, #\f))
              (need objs given)
              (call-with-values (lambda () (%fixed-point text at end))
                (lambda (next width digits)
                  (put (%fixed (car objs) width digits))
                  (loop next (cdr objs)))))
             (else
              (case directive
                ((#\a) (show-with display))
                ((#\s) (show-with write))
                ((#\w) (show-with write-shared))
                ((#\y) (show-with %write-pretty))
                ((#\d) (number 10))
                ((#\x) (number 16))
                ((#\o) (number 8))
                ((#\b) (number 2))
                ((#\c)
                 (need objs given)
                 (if (not (char? (car objs)))
                     (error "format: ~c wants a character" (car objs)))
                 (put (string (car objs)))
                 (loop next (cdr objs)))
                ((#\? #\k)
                 (need objs given)
                 (if (not (and (string? (car objs)) (pair? (cdr objs))
                               (list? (cadr objs))))
                     (error "format: ~? wants a format string and a list" objs))
                 (let ((rest (%format-some port column (car objs) (cadr objs)
                                           known)))
                   (if (pair? rest)
                       (error "format: objects are left over after the last directive"
                              (car objs) rest)))
                 (loop next (cddr objs)))
                ((#\~) (plain "~"))
                ((#\%) (plain "\n"))
                ((#\&) (plain (if (%at-line-start? column) "" "\n")))
                ((#\t) (plain "\t"))
                ((#\_) (plain " "))
                ((#\h) (plain %format-help))
                (else (%unknown given text)))))))))))) 

(define (%unknown directive text)
  (error "format: unknown directive" (string #\~ directive) text))

(define (%find-tilde text i end)
  (cond ((= i end) end)
        ((char=? (string-ref text i) #\~) i)
        (else (%find-tilde text (+ i 1) end))))

(define %format-help
  (string-append
   "~a  display      ~s  write        ~w  write, cycles labelled\n"
   "~d  decimal      ~x  hexadecimal  ~o  octal      ~b  binary\n"
   "~c  character    ~y  pretty       ~?  format string and list (also ~k)\n"
   "~w,dF  fixed point: w columns, d digits after the point\n"
   "~%  newline      ~&  newline unless at a line's start\n"
   "~t  tab          ~_  space        ~~  tilde      ~h  this text\n"))

;; ---- fixed point

;; From the w,d of ~w,dF: the place behind it, the width and the digits or #f.
(define (%fixed-point text at end)
  (define (digits i n)
    (let ((digit (and (< i end) (digit-value (string-ref text i)))))
      (if digit
          (digits (+ i 1) (+ (* 10 (or n 0)) digit))
          (values i n))))
  (define (finish i width after)
    (if (and (< i end) (char-ci=? (string-ref text i) #\f))
        (values (+ i 1) (or width 0) after)
        (error "format: a number after ~ must be part of ~w,dF" text)))
  (call-with-values (lambda () (digits at #f))
    (lambda (i width)
      (if (and (< i end) (char=? (string-ref text i) #\,))
          (call-with-values (lambda () (digits (+ i 1) #f))
            (lambda (i after) (finish i width (or after 0))))
          (finish i width #f)))))

(define (%fixed obj width digits)
  (let ((text (cond ((string? obj) obj)
                    ((not (number? obj))
                     (error "format: ~F wants a number or a string" obj))
                    (digits (number->fixed obj digits))
                    (else (number->string obj)))))
    (if (< (string-length text) width)
        (string-pad text width)
        text)))

;;> (number->fixed z digits)
;;> The number in decimal with so many digits after the point, rounded to the nearest.
(define (number->fixed z digits)
  (if (real? z)
      (%real->fixed z digits)
      (let ((imaginary (%real->fixed (imag-part z) digits)))
        (string-append
         (%real->fixed (real-part z) digits)
         (if (memv (string-ref imaginary 0) '(#\+ #\-)) "" "+")
         imaginary "i"))))

(define (%real->fixed x digits)
  (if (not (and (rational? x)))
      (number->string x)
      (let* ((scaled (round (* (exact (abs x)) (expt 10 digits))))
             (text (number->string scaled))
             (short (- (+ digits 1) (string-length text)))
             (text (if (> short 0)
                       (string-append (make-string short #\0) text)
                       text))
             (point (- (string-length text) digits)))
        (string-append (if (and (negative? x) (> scaled 0)) "-" "")
                       (substring text 0 point)
                       (if (> digits 0) "." "")
                       (substring text point (string-length text))))))

;; ---- pretty

;; A list too long for a line has its elements below one another.
(define (%write-pretty obj port)
  (%pretty obj port 0)
  (newline port))

(define (%pretty obj port indent)
  (let ((line (%shown obj write)))
    (if (or (<= (+ indent (string-length line)) 79)
            (not (and (pair? obj) (list? obj) (pair? (cdr obj)))))
        (write-string line port)
        (let* ((head (%shown (car obj) write))
               (beside? (and (symbol? (car obj)) (< (string-length head) 12)))
               (inside (if beside?
                           (+ indent 2 (string-length head))
                           (+ indent 1))))
          (write-string "(" port)
          (if beside? (write-string head port) (%pretty (car obj) port (+ indent 1)))
          (let loop ((rest (cdr obj)) (same-line? beside?))
            (if (pair? rest)
                (begin
                  (if same-line?
                      (write-string " " port)
                      (begin
                        (newline port)
                        (write-string (make-string inside #\space) port)))
                  (%pretty (car rest) port inside)
                  (loop (cdr rest) #f))))
          (write-string ")" port)))))
