(import (scheme base) (scheme write))
(cdr (assq 'c '((a . 1) (b . 2))))
