(import (scheme base) (scheme write))
(define prices '((tea . 3) (milk . 2)))
(display (cond ((assq 'tea prices) => 'cheap) (else 'none)))
