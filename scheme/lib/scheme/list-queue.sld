;; (scheme list-queue): list queues, SRFI 117 under its R7RS-large name.
(define-library (scheme list-queue)
  (include-library-declarations "../srfi/117/names.scm")
  (import (srfi 117)))
