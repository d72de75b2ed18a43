;; The same with many seeds.
(import (scheme base) (srfi 64) (fermata flow) (fermata sched))
(include "../data/moving.scm")
(test-begin "flows that move, for long")
(do ((seed 100 (+ seed 1))) ((= seed 200))
  (test-equal (string-append "seed " (number->string seed)) '((0 0) (0 0))
    (let ((moved (try-moves 20 seed)))
      (list (list (car moved) (cadr moved)) (try-promotions 20 seed)))))
(test-end)
