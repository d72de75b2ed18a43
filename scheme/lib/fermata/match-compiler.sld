;; How (fermata match) turns patterns into code: plain procedures from forms to forms,
;; called while expanding.
(define-library (fermata match-compiler)
  (export compile-match pattern-variables)
  (import (scheme base) (scheme cxr)
          (only (fermata builtins) %strip-syntax))
  (include "match-compiler.scm"))
