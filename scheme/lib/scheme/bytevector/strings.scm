;; Strings in UTF-16 and UTF-32.

(define (order-in rest default) (if (pair? rest) (car rest) default))

;; The bytevector of integers of this size.
(define (packed integers order size)
  (uint-list->bytevector integers order size))

;;> (string->utf16 string [order])
;;> The string in UTF-16, without a mark of the byte order, which is big when not given.
(define (string->utf16 string 1 . order)
  (packed
   (let loop ((i (- (string-length string) 1)) (units '()))
     (if (< i 0)
         units
         (let ((code (char->integer (string-ref string i))))
           (loop (- i 1)
                 (if (< code #x10000)
                     (cons code units)
                     (let ((rest (- code #x10000)))
                       (cons (+ #xD800 (quotient rest #x400))
                             (cons (+ #xDC00 (remainder rest #x400))
                                   units))))))))
   (order-in order 'big) 2))

;;> (string->utf32 string [order])
;;> The string in UTF-32, without a mark of the byte order, which is big when not given.
(define (string->utf32 string 1 . order)
  (packed (map char->integer (string->list string)) (order-in order 'big) 4))

;; The units of a text, by the byte order or, unless it is mandatory, the mark that the
;; text begins with.
(define (units bytevector order mandatory? size)
  (let* ((whole (* size (quotient (bytevector-length bytevector) size)))
         (begins? (lambda (order)
                    (and (>= whole size)
                         (= #xFEFF
                            (bytevector-uint-ref bytevector 0 order size)))))
         (marked (and (not mandatory?)
                      (cond ((begins? 'big) 'big)
                            ((begins? 'little) 'little)
                            (else #f)))))
    (bytevector->uint-list (bytevector-copy bytevector (if marked size 0) whole)
                           (or marked order) size)))

(define (scalar->char code)
  (if (or (< code #xD800) (< #xDFFF code #x110000))
      (integer->char code)
      #\xFFFD))

;;> (utf16->string bytevector order [mandatory?])
;;> The text. A mark of the byte order at its beginning is heeded, unless order is
;;> mandatory; what is no character becomes U+FFFD.
(define (utf16->string bytevector order 1 . mandatory?)
  (let loop ((rest (units bytevector order (order-in mandatory? #f) 2))
             (chars '()))
    (cond ((null? rest) (list->string (reverse chars)))
          ((and (<= #xD800 (car rest) #xDBFF)
                (pair? (cdr rest))
                (<= #xDC00 (cadr rest) #xDFFF))
           (loop (cddr rest)
                 (cons (integer->char (+ #x10000
                                         (* #x400 (- (car rest) #xD800))
                                         (- (cadr rest) #xDC00)))
                       chars)))
          (else (loop (cdr rest) (cons (scalar->char (car rest)) chars))))))

;;> (utf32->string bytevector order [mandatory?])
;;> The text, in the same way.
(define (utf32->string bytevector order 1 . mandatory?)
  (list->string
   (map scalar->char (units bytevector order (order-in mandatory? #f) 4))))
