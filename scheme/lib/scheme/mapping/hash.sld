;; (scheme mapping hash): hashmaps, SRFI 146 under its R7RS-large name.
(define-library (scheme mapping hash)
  (include-library-declarations "../../srfi/146/hash-names.scm")
  (import (srfi 146 hash)))
