;; SRFI 180: JSON.
;;
;; An object is an alist with symbols as keys, an array a vector, null the symbol null.
;; Text is read as events by a machine with an explicit stack; json-fold and json-read
;; stand on it, and so stop and go on anywhere, as generators do.
(define-library (srfi 180)
  (export json-null? json-error? json-error-reason
          json-number-of-character-limit json-nesting-depth-limit
          json-generator json-fold json-read json-lines-read
          json-sequence-read json-accumulator json-write)
  (import (scheme base)
          (only (fermata builtins)
                make-condition condition? condition-kind condition-message
                %wrong-type))
  (include "180-read.scm" "180-write.scm"))
