;; (scheme show): formatting, SRFI 166 under its R7RS-large name.
(define-library (scheme show)
  (include-library-declarations "../srfi/166/names.scm"
                                "../srfi/166/more-names.scm")
  (import (srfi 166)))
