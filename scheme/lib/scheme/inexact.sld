;; (scheme inexact): R7RS 6.2.6.
(define-library (scheme inexact)
  (export acos asin atan cos exp finite? infinite? log nan? sin sqrt tan)
  (import (only (fermata builtins)
                acos asin atan cos exp finite? infinite? log nan? sin sqrt
                tan)))
