;; Records: a bank of accounts and an event queue; constructors, accessors, modifiers.
(import (scheme base) (scheme write))

(define-record-type <account>
  (make-account id balance history)
  account?
  (id account-id)
  (balance account-balance set-account-balance!)
  (history account-history set-account-history!))

(define-record-type <event>
  (make-event kind from to amount)
  event?
  (kind event-kind)
  (from event-from)
  (to event-to)
  (amount event-amount))

(define (make-bank n)
  (let ((bank (make-vector n)))
    (do ((i 0 (+ i 1))) ((= i n) bank)
      (vector-set! bank i (make-account i 1000 '())))))

(define (change! a amount)
  (set-account-balance! a (+ (account-balance a) amount))
  (set-account-history! a
    (let ((old (account-history a)))
      (if (and (pair? old) (pair? (cdr old)))
          (list amount (car old))
          (cons amount old)))))

(define (process bank e)
  (let ((from (vector-ref bank (event-from e)))
        (to (vector-ref bank (event-to e))))
    (cond ((eq? (event-kind e) 'transfer)
           (if (>= (account-balance from) (event-amount e))
               (begin
                 (change! from (- (event-amount e)))
                 (change! to (event-amount e))
                 1)
               0))
          ((eq? (event-kind e) 'deposit) (change! to (event-amount e)) 1)
          (else 0))))

(define (event-number i)
  (make-event (if (= 0 (modulo i 5)) 'deposit 'transfer)
              (modulo (* i 31) 97) (modulo (* i 17) 89) (modulo (* i 7) 113)))

(define (total bank)
  (let loop ((i 0) (sum 0))
    (if (= i (vector-length bank))
        sum
        (loop (+ i 1) (+ sum (account-balance (vector-ref bank i)) (account-id (vector-ref bank i))
                         (apply + (account-history (vector-ref bank i))))))))

(display "records: ")
(let ((bank (make-bank 100)))
  (let loop ((i 0) (done 0))
    (if (= i 700000)
        (display (+ done (total bank)))
        (loop (+ i 1) (+ done (process bank (event-number i)))))))
(newline)
