(import (scheme base) (scheme write))
(import (srfi 69))
(define ages (alist->hash-table '((ann . 30))))
(display (hash-table-ref ages 'bob))
