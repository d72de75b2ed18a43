;; (scheme time): Clocks. R7RS 6.14.
(define-library (scheme time)
  (export current-jiffy current-second jiffies-per-second)
  (import (only (fermata builtins)
                current-jiffy current-second jiffies-per-second)))
