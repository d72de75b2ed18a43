;; (scheme write): R7RS 6.13.3.
(define-library (scheme write)
  (export display write write-shared write-simple)
  (import (only (fermata builtins)
                display write write-shared write-simple)))
