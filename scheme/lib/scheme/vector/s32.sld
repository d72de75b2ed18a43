;; (scheme vector s32): SRFI 160 under its R7RS-large name.
(define-library (scheme vector s32)
  (include-library-declarations "../../srfi/160/types/s32.scm")
  (import (srfi 160 s32)))
