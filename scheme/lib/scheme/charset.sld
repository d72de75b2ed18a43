;; (scheme charset): sets of characters, SRFI 14 under its R7RS-large name.
(define-library (scheme charset)
  (include-library-declarations "../srfi/14/names.scm")
  (import (srfi 14)))
