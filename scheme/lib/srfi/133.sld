;; SRFI 133: vectors.
;;
;; (fermata vector) has what most programs use; here is the rest of the SRFI.
(define-library (srfi 133)
  (include-library-declarations "133/names.scm")
  (import (fermata builtins) (fermata vector))
  (include "133/vectors.scm"))
