;; SRFI 99: records with inheritance, by procedures and by syntax.
;;
;; They are the same records as R7RS's: a type that define-record-type of (scheme base)
;; made can be extended here.
(define-library (srfi 99)
  (export make-rtd rtd? rtd-constructor rtd-predicate rtd-accessor rtd-mutator
          record? record-rtd rtd-name rtd-parent rtd-field-names
          rtd-all-field-names rtd-field-mutable?
          define-record-type)
  (import (except (scheme base) define-record-type)
          (only (fermata builtins)
                er-macro-transformer %strip-syntax
                make-record-type record-type? record-type-name
                record-type-fields record-type-parent record-type-of
                %record-field-mutable? %make-record %record? %record-ref
                %record-set! record? %wrong-type %out-of-range))
  (include "99.scm"))
