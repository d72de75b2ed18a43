;; Counting words: a hash table with strings as keys, and one with symbols.
(import (scheme base) (scheme write) (srfi 69))

(define syllables '#("ka" "lo" "mi" "ne" "ru" "ta" "vo" "shi"))

(define (word n)
  (let loop ((n n) (acc ""))
    (if (= n 0)
        acc
        (loop (quotient n 8)
              (string-append acc (vector-ref syllables (modulo n 8)))))))

(define words
  (let loop ((i 0) (x 1) (acc '()))
    (if (= i 20000)
        acc
        (loop (+ i 1) (modulo (+ (* x 1103) 12345) 4096) (cons (word (+ 64 x)) acc)))))

(define (count-words)
  (let ((counts (make-hash-table equal?)))
    (for-each (lambda (w)
                (hash-table-set! counts w (+ 1 (hash-table-ref/default counts w 0))))
              words)
    counts))

(define (count-symbols)
  (let ((counts (make-hash-table eq?)))
    (for-each (lambda (w)
                (let ((s (string->symbol w)))
                  (hash-table-set! counts s (+ 1 (hash-table-ref/default counts s 0)))))
              words)
    counts))

(define (most table) (apply max (hash-table-values table)))

(display "hash-strings: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 30)
               acc
               (let ((a (count-words)) (b (count-symbols)))
                 (loop (+ i 1) (+ acc (hash-table-size a) (hash-table-size b)
                                  (most a) (most b)))))))
(newline)
