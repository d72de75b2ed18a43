(define-library (data declared)
  (include-library-declarations "declared-exports.scm")
  (cond-expand
    ((and r7rs (not no-such-feature))
     (import (scheme base))
     (begin (define answer 'r7rs)))
    (else
     (import (no such library))
     (begin (define answer 'other))))
  (include-ci "shouting.scm"))
