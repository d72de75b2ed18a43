(import (scheme base) (scheme write))
(define s (symbol->string 'abc))
(string-set! s 0 #\x)
