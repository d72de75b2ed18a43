;; Modular exponentiation with numbers of a few hundred bits; a primality test.
(import (scheme base) (scheme write))

(define (modexp base exponent modulus)
  (let loop ((b (modulo base modulus)) (e exponent) (acc 1))
    (cond ((= e 0) acc)
          ((even? e) (loop (modulo (* b b) modulus) (quotient e 2) acc))
          (else (loop (modulo (* b b) modulus)
                      (quotient e 2)
                      (modulo (* acc b) modulus))))))

(define (probably-prime? n)
  (let loop ((bases '(2 3 5 7 11 13)))
    (or (null? bases)
        (and (= 1 (modexp (car bases) (- n 1) n))
             (loop (cdr bases))))))

(define (next-prime n)
  (if (probably-prime? n) n (next-prime (+ n 2))))

(define p (next-prime (+ (expt 2 255) 1)))
(define q (next-prime (+ (expt 3 161) 2)))

(display "modexp: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 400)
               acc
               (loop (+ i 1)
                     (+ acc (modulo (modexp (+ i 12345678901234567890) (* p 7) (* p q))
                                    1000003))))))
(newline)
