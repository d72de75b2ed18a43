;; Format strings: the one engine of SRFI 28 and SRFI 48.
(define-library (fermata format)
  (export format format-basic number->fixed)
  (import (scheme base) (scheme char) (scheme complex) (scheme inexact)
          (scheme write)
          (only (fermata builtins) %wrong-type string-pad))
  (include "format.scm"))
