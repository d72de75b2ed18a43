;; A network that loses a fifth of the messages and of the answers, sends a fifth twice, and lets
;; any be overtaken by up to 32 others; by seed. To be included.
(define random-source 1)
(define (random-below n)
  (set! random-source (modulo (+ (* random-source 1103515245) 12345) 2147483648))
  (modulo (quotient random-source 65536) n))
(define (a-fifth?) (< (random-below 100) 20))

(define lost 0)
(define repeated 0)
(define overtaken 0)
(define delayed '())   ; (how many others may still overtake it bytes . where it goes) ...
(define (delay! bytes deliver)
  (set! delayed (cons (cons (random-below 32) (cons bytes deliver)) delayed)))

;; Delivers those that have been overtaken enough. Their answers go nowhere.
(define (let-through!)
  (let ((held delayed))
    (set! delayed '())
    (for-each (lambda (letter)
                (if (= (car letter) 0)
                    ((cddr letter) (cadr letter))
                    (set! delayed (cons (cons (- (car letter) 1) (cdr letter)) delayed))))
              held)))

(define (bad-network bytes deliver)
  (let-through!)
  (cond ((a-fifth?) (set! lost (+ lost 1)) 'lost)
        ((a-fifth?)
         (set! overtaken (+ overtaken 1))
         (delay! bytes deliver)
         'lost)
        (else
         (if (a-fifth?)
             (begin (set! repeated (+ repeated 1)) (delay! bytes deliver)))
         (let ((answer (deliver bytes)))
           (if (a-fifth?) (begin (set! lost (+ lost 1)) 'lost) answer)))))

(include "../../flow/data/virtual_time.scm")
