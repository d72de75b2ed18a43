(import (scheme base) (scheme write))
(define (f) (raise 'some-symbol))
(f)
