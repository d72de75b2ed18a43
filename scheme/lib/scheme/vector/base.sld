;; (scheme vector base): SRFI 160 under its R7RS-large name.
(define-library (scheme vector base)
  (include-library-declarations "../../srfi/160/names.scm")
  (import (srfi 160 base)))
