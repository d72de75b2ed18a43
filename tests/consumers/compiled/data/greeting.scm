(import (scheme base))
(include "names.scm")
(define (greeting of) (string-append "Hello, " (name of) "!"))
(greeting 'world)
