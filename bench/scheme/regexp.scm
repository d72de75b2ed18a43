;; Regular expressions compiled into closures that take what follows as an argument.
(import (scheme base) (scheme cxr) (scheme write))

;; A matcher: (string position success) -> what success gives, or #f.
(define (compile-regexp re)
  (cond ((char? re)
         (lambda (s i k)
           (and (< i (string-length s)) (char=? (string-ref s i) re) (k (+ i 1)))))
        ((eq? re 'any)
         (lambda (s i k) (and (< i (string-length s)) (k (+ i 1)))))
        (else
         (case (car re)
           ((seq) (let loop ((parts (map compile-regexp (cdr re))))
                    (if (null? (cdr parts))
                        (car parts)
                        (let ((first (car parts)) (rest (loop (cdr parts))))
                          (lambda (s i k)
                            (first s i (lambda (j) (rest s j k))))))))
           ((or) (let ((parts (map compile-regexp (cdr re))))
                   (lambda (s i k)
                     (let loop ((ps parts))
                       (and (pair? ps)
                            (or ((car ps) s i k) (loop (cdr ps))))))))
           ((*) (let ((part (compile-regexp (cadr re))))
                  (define (many s i k)
                    (or (part s i (lambda (j) (and (> j i) (many s j k))))
                        (k i)))
                  many))
           ((range)
            (let ((low (cadr re)) (high (caddr re)))
              (lambda (s i k)
                (and (< i (string-length s))
                     (char<=? low (string-ref s i) high)
                     (k (+ i 1))))))
           (else (error "bad regexp" re))))))

(define (search matcher s)
  (let ((end (string-length s)))
    (let loop ((i 0) (found 0))
      (if (> i end)
          found
          (loop (+ i 1) (+ found (or (matcher s i (lambda (j) (- j i))) 0)))))))

(define address
  (compile-regexp
   '(seq (range #\a #\z) (* (or (range #\a #\z) (range #\0 #\9) #\.))
         #\@ (range #\a #\z) (* (range #\a #\z)) #\. (or (seq #\c #\o #\m) (seq #\o #\r #\g)))))

(define hard (compile-regexp '(seq (* (or #\a (seq #\a #\a))) #\b)))

(define text
  "write to ann.miller@example.org or bob7@mail.com, not to carl@nowhere nor @all.com; thanks")

(display "regexp: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 500)
               acc
               (loop (+ i 1)
                     (+ acc
                        (search address text)
                        (search hard "aaaaaaaaac")
                        (search hard "aaaaaaab"))))))
(newline)
