;; The same with many seeds.
(import (scheme base) (scheme read) (srfi 64) (fermata flow) (fermata sched))
(include "../data/handing_over.scm")
(test-begin "flows handed over, for long")
(do ((seed 100 (+ seed 1))) ((= seed 300))
  (let ((came-to (try-handing-over 12 seed)))
    (test-equal (string-append "seed " (number->string seed)) '(0 0 0 0)
      (list (car came-to) (cadr came-to) (list-ref came-to 2) (list-ref came-to 3)))))
(test-end)
