;; (scheme complex): Complex numbers. R7RS 6.2.6.
(define-library (scheme complex)
  (export angle imag-part magnitude make-polar make-rectangular real-part)
  (import (only (fermata builtins)
                angle imag-part magnitude make-polar make-rectangular
                real-part)))
