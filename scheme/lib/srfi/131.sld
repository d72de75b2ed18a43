;; SRFI 131: define-record-type with inheritance, the syntax of SRFI 99.
(define-library (srfi 131)
  (export define-record-type)
  (import (srfi 99)))
