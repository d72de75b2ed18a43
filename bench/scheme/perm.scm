;; Lists of lists: permutations, subsets, combinations by map and append.
(import (scheme base) (scheme write))

(define (insertions x l)
  (if (null? l)
      (list (list x))
      (cons (cons x l)
            (map (lambda (rest) (cons (car l) rest)) (insertions x (cdr l))))))

(define (append-map f l)
  (if (null? l) '() (append (f (car l)) (append-map f (cdr l)))))

(define (permutations l)
  (if (null? l)
      '(())
      (append-map (lambda (p) (insertions (car l) p)) (permutations (cdr l)))))

(define (subsets l)
  (if (null? l)
      '(())
      (let ((rest (subsets (cdr l))))
        (append rest (map (lambda (s) (cons (car l) s)) rest)))))

(define (checksum lists)
  (let loop ((l lists) (acc 0))
    (if (null? l)
        acc
        (loop (cdr l)
              (modulo (+ (* acc 7) (let inner ((p (car l)) (s 0))
                                     (if (null? p) s (inner (cdr p) (+ (* 3 s) (car p))))))
                      1000003)))))

(display "perm: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 5)
               acc
               (loop (+ i 1)
                     (+ acc
                        (checksum (permutations '(1 2 3 4 5 6 7 8)))
                        (checksum (subsets '(1 2 3 4 5 6 7 8 9 10 11 12 13 14))))))))
(newline)
