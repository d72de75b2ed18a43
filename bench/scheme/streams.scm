;; Lazy streams by delay and force: primes, merged multiples, sums.
(import (scheme base) (scheme lazy) (scheme write))

(define-syntax lazy-cons
  (syntax-rules () ((_ a b) (cons a (delay b)))))
(define (tail s) (force (cdr s)))

(define (from n) (lazy-cons n (from (+ n 1))))

(define (keep wanted? s)
  (if (wanted? (car s))
      (lazy-cons (car s) (keep wanted? (tail s)))
      (keep wanted? (tail s))))

(define (sieve s)
  (let ((p (car s)))
    (lazy-cons p (sieve (keep (lambda (n) (not (= 0 (modulo n p)))) (tail s))))))

(define (nth s n) (if (= n 0) (car s) (nth (tail s) (- n 1))))

(define (scale s k) (lazy-cons (* k (car s)) (scale (tail s) k)))

(define (merge a b)
  (cond ((< (car a) (car b)) (lazy-cons (car a) (merge (tail a) b)))
        ((> (car a) (car b)) (lazy-cons (car b) (merge a (tail b))))
        (else (lazy-cons (car a) (merge (tail a) (tail b))))))

(define (hamming)
  (define s (lazy-cons 1 (merge (scale s 2) (merge (scale s 3) (scale s 5)))))
  s)

(display "streams: ")
(display (+ (nth (sieve (from 2)) 1000)
            (let loop ((i 0) (acc 0))
              (if (= i 60) acc (loop (+ i 1) (modulo (+ acc (nth (hamming) 1500)) 1000003))))))
(newline)
