(import (scheme base) (scheme write))
((lambda (x) x))
