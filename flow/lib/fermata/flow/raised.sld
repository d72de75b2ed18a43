;; What a flow raises, as data for the journal and back again.
(define-library (fermata flow raised)
  (export condition->datum datum->raised transparent? written)
  (import (scheme base) (scheme write)
          (only (fermata condition)
                condition? condition-kind condition-message condition-irritants
                make-condition)
          (fermata flow builtins) (fermata flow journals))
  (begin

    (define (written obj)
      (let ((port (open-output-string)))
        (write obj port)
        (get-output-string port)))

    ;; These are about the engine, not about the flow: they are never recorded,
    ;; and pass through `retry` and `try-catch`.
    (define (transparent? obj)
      (and (condition? obj)
           (memq (condition-kind obj)
                 '(flow-mismatch flow-fenced store-error store-damaged interrupted
                   out-of-memory too-deep internal-error))
           #t))

    (define (condition->datum obj)
      (cond ((condition? obj)
             (list 'condition (condition-kind obj)
                   (let ((message (condition-message obj)))
                     (if (string? message) message (written message)))
                   (map (lambda (irritant)
                          (if (%flow-plain? irritant) irritant (written irritant)))
                        (condition-irritants obj))))
            ((%flow-plain? obj) (list 'raised obj))
            (else (list 'raised (written obj)))))

    (define (datum->raised datum)
      (if (eq? (car datum) 'condition)
          (make-condition (list-ref datum 1) (list-ref datum 2) (list-ref datum 3))
          (list-ref datum 1)))))
