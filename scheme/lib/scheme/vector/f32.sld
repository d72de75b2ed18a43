;; (scheme vector f32): SRFI 160 under its R7RS-large name.
(define-library (scheme vector f32)
  (include-library-declarations "../../srfi/160/types/f32.scm")
  (import (srfi 160 f32)))
