;; SRFI 127: lists whose rest may still be a generator.
;;
;; A generator at the end of an lseq is replaced, once it is asked, by what it gave and
;; itself.
(define-library (srfi 127)
  (include-library-declarations "127/names.scm")
  (import (scheme base))
  (include "127/sequences.scm"))
