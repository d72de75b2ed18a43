(import (scheme base) (scheme write))
(letrec ((a (lambda () b)) (b (a))) b)
