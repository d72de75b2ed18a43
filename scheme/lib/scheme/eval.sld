;; (scheme eval): R7RS 6.12.
(define-library (scheme eval)
  (export environment eval)
  (import (only (fermata builtins)
                environment eval)))
