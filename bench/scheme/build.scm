;; Building strings: string-append in loops, list->string, string-copy, apply
;; string-append, substrings, upper case, symbols, comparison.
(import (scheme base) (scheme char) (scheme write))

(define (repeat s n) (if (= n 0) "" (string-append s (repeat s (- n 1)))))

(define (join strings between)
  (if (null? strings)
      ""
      (let loop ((rest (cdr strings)) (acc (list (car strings))))
        (if (null? rest)
            (apply string-append (reverse acc))
            (loop (cdr rest) (cons (car rest) (cons between acc)))))))

(define (reversed s) (list->string (reverse (string->list s))))

(define (caesar s n)
  (let* ((end (string-length s)) (out (make-string end #\space)))
    (do ((i 0 (+ i 1))) ((= i end) out)
      (let ((c (string-ref s i)))
        (string-set! out i
                     (if (char-alphabetic? c)
                         (integer->char
                          (+ 97 (modulo (+ n (- (char->integer (char-downcase c)) 97)) 26)))
                         c))))))

(define (palindrome? s) (string=? s (reversed s)))

(define words '("never" "odd" "or" "even" "Level" "deed" "Noon" "refer"))

(define (one-round i)
  (let* ((line (join words ", "))
         (secret (caesar line (modulo i 26)))
         (bars (repeat "=-" 10))
         (name (symbol->string (string->symbol (string-append "name" (number->string (modulo i 50)))))))
    (+ (string-length (string-append bars secret bars name))
       (apply + (map (lambda (w) (if (palindrome? w) 1 0)) words))
       (if (string<? secret line) 1 0)
       (char->integer (string-ref (string-upcase secret) 3))
       (string-length (substring secret 3 17)))))

(display "build: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 40000) acc (loop (+ i 1) (+ acc (one-round i))))))
(newline)
