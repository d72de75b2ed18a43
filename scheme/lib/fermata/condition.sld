;; What can be asked of a condition, beyond R7RS's error objects; assert raises one.
(define-library (fermata condition)
  (export condition? condition-kind condition-message condition-irritants
          condition-who make-condition
          condition-place condition-backtrace condition-hint
          condition->string condition-report
          assert)
  (import (fermata builtins)))
