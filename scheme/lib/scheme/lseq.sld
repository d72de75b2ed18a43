;; (scheme lseq): lazy sequences, SRFI 127 under its R7RS-large name.
(define-library (scheme lseq)
  (include-library-declarations "../srfi/127/names.scm")
  (import (srfi 127)))
