;; The library's sort: numbers, pairs by a key, strings; lists and vectors.
(import (scheme base) (scheme write) (srfi 132))

(define (numbers n)
  (let loop ((i 0) (x 42) (acc '()))
    (if (= i n)
        acc
        (loop (+ i 1) (modulo (+ (* x 1103515245) 12345) 2147483648) (cons x acc)))))

(define (checksum l)
  (let loop ((l l) (acc 0))
    (if (null? l) acc (loop (cdr l) (modulo (+ (* acc 3) (car l)) 1000003)))))

(define many (numbers 200000))
(define some (numbers 30000))

(define pairs (map (lambda (x) (cons (modulo x 1000) x)) some))
(define strings (map number->string some))

(display "sort: ")
(display (+ (checksum (list-sort < many))
            (checksum (vector->list (vector-sort < (list->vector many))))
            (checksum (map cdr (list-sort (lambda (a b) (< (car a) (car b))) pairs)))
            (checksum (map string->number (list-sort string<? strings)))))
(newline)
