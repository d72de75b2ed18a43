;; Budgets: how many ticks and durable operations may happen within a node. They
;; count the same in every replay, so what they end is ended again in the same place.
(define-library (fermata flow budget)
  (export tick flow-timeout? with-budget without-budgets raise-timeout)
  (import (scheme base)
          (only (fermata condition)
                condition? condition-kind condition-irritants make-condition))
  (begin

    (define budgets (make-parameter '()))   ; (left in-all) ...

    (define (with-budget n thunk)
      (parameterize ((budgets (cons (list n n) (budgets)))) (thunk)))

    ;; What undoes a saga is not limited by what ended it.
    (define (without-budgets thunk)
      (parameterize ((budgets '())) (thunk)))

    ;;> (tick)
    ;;> Uses one unit of every budget around it; see with-gas.
    (define (tick)
      (for-each
       (lambda (budget)
         (set-car! budget (- (car budget) 1))
         (if (< (car budget) 0)
             (raise-timeout
              (string-append "more than " (number->string (cadr budget)) " ticks")
              (cadr budget))))
       (budgets)))

    ;; limit: what was exceeded, in ticks or seconds.
    (define (raise-timeout message limit)
      (raise (make-condition 'timeout (string-append "flow-timeout: " message)
                             (list 'flow-timeout limit))))

    ;;> (flow-timeout? obj)
    ;;> Whether obj was raised by timeout or with-gas.
    (define (flow-timeout? obj)
      (and (condition? obj) (eq? (condition-kind obj) 'timeout)
           (pair? (condition-irritants obj))
           (eq? (car (condition-irritants obj)) 'flow-timeout)))))
