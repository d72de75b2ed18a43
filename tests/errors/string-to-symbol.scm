(import (scheme base) (scheme write))
(string->symbol 'a)
