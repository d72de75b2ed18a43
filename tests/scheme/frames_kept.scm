;; Arguments stay alive while the stack moves under them: a collection may come at each step.
(import (scheme base) (srfi 64))

(test-begin "frames kept")

(define (junk n) (do ((i 0 (+ i 1))) ((= i 4)) (make-vector n 'junk)))

(define (first-after-junk v n) (junk n) (vector-ref v 0))

(define (first-after-depth v n depth)
  (if (= depth 0)
      (first-after-junk v n)
      (car (list (first-after-depth v n (- depth 1))))))

(for-each
  (lambda (n)
    (test-equal "an argument that only the frame holds" 'kept
      (first-after-junk (make-vector n 'kept) n))
    (test-equal "one at the end of a deep recursion" 'kept
      (first-after-depth (make-vector n 'kept) n 300)))
  '(20 170 300 600))

(test-end "frames kept")
