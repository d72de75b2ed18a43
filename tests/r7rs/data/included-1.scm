(define included-1 1)
(include "included-2.scm")
