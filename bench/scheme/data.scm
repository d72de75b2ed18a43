;; Data written to a string port and read back; compared with equal?.
(import (scheme base) (scheme read) (scheme write))

(define (tree n)
  (if (= n 0)
      (list 'leaf "text \"quoted\"" #\x 12 -3.5)
      (list (tree (- n 1)) (vector n (* n 1000003) 'name) (tree (- n 1)))))

(define (round-trip x)
  (let ((out (open-output-string)))
    (write x out)
    (let* ((text (get-output-string out))
           (in (open-input-string text)))
      (if (equal? x (read in)) (string-length text) -1))))

(display "data: ")
(let ((t (tree 9)))
  (display (let loop ((i 0) (acc 0))
             (if (= i 200) acc (loop (+ i 1) (+ acc (round-trip t)))))))
(newline)
