;; SRFI 61: cond with a guard between a test and its receiver.
(define-library (srfi 61)
  (export cond else =>)
  (import (rename (scheme base) (cond %cond)))
  (begin

    ;;> (cond clause ...)
    ;;> R7RS's cond, with one clause more: (generator guard => receiver) calls receiver
    ;;> on the values of generator when guard is true of them.
    (define-syntax cond
      (syntax-rules (=> else)
        ((_ (else expression ...)) (%cond (else expression ...)))
        ((_ (else . wrong) clause . clauses)
         (syntax-error "cond: else must be the last clause" (else . wrong)))
        ((_ (generator guard => receiver)) (cond (generator guard => receiver) (else (%nothing))))
        ((_ (generator guard => receiver) clause ...)
         (call-with-values (lambda () generator)
           (lambda values
             (if (apply guard values)
                 (apply receiver values)
                 (cond clause ...)))))
        ((_ clause) (%cond clause))
        ((_ clause more ...)
         (%cond clause (else (cond more ...))))))

    (define (%nothing) (if #f #f))))
