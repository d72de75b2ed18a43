;; (scheme vector s16): SRFI 160 under its R7RS-large name.
(define-library (scheme vector s16)
  (include-library-declarations "../../srfi/160/types/s16.scm")
  (import (srfi 160 s16)))
