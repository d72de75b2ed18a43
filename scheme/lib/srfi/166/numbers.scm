;; Numbers: digits, points, commas, signs, suffixes.

;; The text of a real number without its sign; what is not finite is as it is.
(define (magnitude-text n radix precision point)
  (cond ((not (finite? n)) (substring (number->string n) 1))
        (precision
         (let* ((scaled (number->string
                         (round (* (exact n) (expt radix precision))) radix))
                (digits (string-append
                         (make-string
                          (max 0 (- (+ precision 1) (string-length scaled)))
                          #\0)
                         scaled))
                (whole (- (string-length digits) precision)))
           (if (= precision 0)
               digits
               (string-append (substring digits 0 whole) (string point)
                              (substring digits whole)))))
        (else
         (let ((text (number->string n radix)))
           (if (char=? point #\.)
               text
               (string-map (lambda (c) (if (char=? c #\.) point c)) text))))))

;; The text with commas in its whole part, as the rule says.
(define (with-commas text rule comma)
  (let* ((end (let loop ((i 0))
                (if (and (< i (string-length text))
                         (let ((c (string-ref text i)))
                           (or (char-alphabetic? c) (char-numeric? c))))
                    (loop (+ i 1))
                    i)))
         (rule (if (pair? rule) rule (list rule))))
    (let loop ((rule rule) (end end) (pieces (list (substring text end))))
      (let ((start (- end (car rule))))
        (if (or (<= start 0) (<= (car rule) 0))
            (apply string-append (substring text 0 end) pieces)
            (loop (if (pair? (cdr rule)) (cdr rule) rule)
                  start
                  (cons* (string comma) (substring text start end) pieces)))))))

(define (cons* first second rest) (cons first (cons second rest)))

(define (negative-number? n)
  (or (negative? n) (eqv? n -0.0)))

(define (real-text n radix precision sign commas comma point)
  (let* ((negative (negative-number? n))
         (text (magnitude-text (abs n) radix precision point))
         (text (if (and commas (finite? n))
                   (with-commas text commas comma)
                   text)))
    (cond ((and negative (pair? sign))
           (string-append (car sign) text (cdr sign)))
          (negative (string-append "-" text))
          ((or (eq? sign #t) (not (finite? n))) (string-append "+" text))
          (else text))))

(define (aligned text column point)
  (let* ((at (or (string-index text (lambda (c) (char=? c point)))
                 (string-length text)))
         (missing (- column at 1)))
    (if (> missing 0)
        (string-append (make-string missing #\space) text)
        text)))

(define (number-text n radix precision sign commas comma point)
  (if (real? n)
      (real-text n radix precision sign commas comma point)
      (string-append
       (real-text (real-part n) radix precision sign commas comma point)
       (real-text (imag-part n) radix precision #t commas comma point)
       "i")))

;;> (numeric n [radix [precision [sign-rule [comma-rule [comma-sep [decimal-sep]]]]]])
;;> The number; what is not given is as the state variables of these names say. With a
;;> precision it has that many digits after the point, rounded to even.
(define (numeric n 6 . options)
  (if (not (number? n)) (error "numeric: not a number:" n))
  (lambda (state)
    (let* ((rest options)
           (option (lambda (variable)
                     (if (pair? rest)
                         (let ((value (car rest)))
                           (set! rest (cdr rest))
                           value)
                         (state-ref state variable))))
           (radix (option radix))
           (precision (option precision))
           (sign (option sign-rule))
           (commas (option comma-rule))
           (comma (option comma-sep))
           (point (or (option decimal-sep) (if (eqv? comma #\.) #\, #\.)))
           (text (number-text n radix precision sign commas comma point))
           (align (state-ref state decimal-align)))
      (emit (if align (aligned text align point) text) state))))

;;> (numeric/comma n [comma-rule [radix [precision [sign-rule ...]]]])
;;> The number with commas, every three digits when nothing else is given.
(define (numeric/comma n . options)
  (fn ((usual-rule comma-rule))
    (let ((rule (if (pair? options) (car options) (or usual-rule 3)))
          (more (if (pair? options) (cdr options) '())))
      (with ((comma-rule rule))
        (let loop ((given '()) (more more) (left 3))
          (cond ((null? more) (apply numeric n (reverse given)))
                ((= left 0)              ; the separators stand after the rule
                 (apply numeric n (append (reverse given) (cons rule more))))
                (else
                 (loop (cons (car more) given) (cdr more) (- left 1)))))))))

;;> (numeric/fitted width n [radix [precision ...]])
;;> As numeric; hashes when that takes more than width columns.
(define (numeric/fitted width n . options)
  (call-with-output (apply numeric n options)
    (lambda (text)
      (fn ((usual precision) (point decimal-sep) (comma comma-sep))
        (if (<= (string-length text) width)
            text
            (let ((precision (if (and (pair? options) (pair? (cdr options)))
                                 (cadr options)
                                 usual))
                  (point (or point (if (eqv? comma #\.) #\, #\.))))
              (if (and precision (< 0 precision (- width 1)))
                  (string-append (make-string (- width precision 1) #\#)
                                 (string point)
                                 (make-string precision #\#))
                  (make-string width #\#))))))))

;; ---- SI suffixes

(define large-suffixes '#("" "k" "M" "G" "T" "P" "E" "Z" "Y" "R" "Q"))
(define small-suffixes '#("" "m" "µ" "n" "p" "f" "a" "z" "y" "r" "q"))
(define binary-suffixes '#("" "Ki" "Mi" "Gi" "Ti" "Pi" "Ei" "Zi" "Yi" "Ri" "Qi"))

(define largest-power (- (vector-length large-suffixes) 1))

;; To one digit after the point.
(define (tenths n) (/ (round (* 10 (exact n))) 10))

;; The power of base that brings n, not negative, between 1 and base, and what n is then.
(define (power-for n base smallest)
  (define (down n power)
    (if (and (< 0 n 1) (> power smallest))
        (down (* n base) (- power 1))
        (up n power)))
  (define (up n power)
    (if (and (>= (tenths n) base) (< power largest-power))
        (up (/ n base) (+ power 1))
        (values (tenths n) power)))
  (down (exact n) 0))

;;> (numeric/si n [base [separator]])
;;> The number with at most one digit after the point and the suffix of a power of base,
;;> 1000 (k, M, ...) or 1024 (Ki, Mi, ...), behind the separator.
(define (numeric/si n 2 . options)
  (let ((base (if (pair? options) (car options) 1000))
        (separator (if (and (pair? options) (pair? (cdr options)))
                       (cadr options)
                       "")))
    (let-values (((short power)
                  (power-for (abs n) base
                             (if (= base 1024) 0 (- largest-power)))))
      (each (if (negative? n) "-" "")
            (number->string (if (integer? short) short (inexact short)))
            separator
            (cond ((< power 0) (vector-ref small-suffixes (- power)))
                  ((= base 1024) (vector-ref binary-suffixes power))
                  (else (vector-ref large-suffixes power)))))))
