;; Calls over a network that loses a fifth of the messages and of the answers, sends a fifth
;; twice, and lets any be overtaken by up to 32 others. (try-network count seed) makes so many
;; calls; a list: how many ends are wrong or missing, how many nodes did not run exactly once,
;; and whether the network did lose, repeat and delay.
(define done (make-vector 0 0))
(define-remote-node (mark n)
  (step 'mark (lambda () (vector-set! done n (+ 1 (vector-ref done n))) (* 2 n))))
(defflow batch (map-flow (remote-node 'far 'mark)))

(define random-source 1)
(define (random-below n)
  (set! random-source (modulo (+ (* random-source 1103515245) 12345) 2147483648))
  (modulo (quotient random-source 65536) n))
(define (a-fifth?) (< (random-below 100) 20))

(define lost 0)
(define repeated 0)
(define delayed '())   ; (how many others may still overtake it . bytes) ...

;; Delivers those that have been overtaken enough. Their answers go nowhere.
(define (let-through! deliver)
  (let ((held delayed))
    (set! delayed '())
    (for-each (lambda (letter)
                (if (= (car letter) 0)
                    (deliver (cdr letter))
                    (set! delayed (cons (cons (- (car letter) 1) (cdr letter)) delayed))))
              held)))
(define overtaken 0)
(define (bad-network bytes deliver)
  (let-through! deliver)
  (cond ((a-fifth?) (set! lost (+ lost 1)) 'lost)
        ((a-fifth?)
         (set! overtaken (+ overtaken 1))
         (set! delayed (cons (cons (random-below 32) bytes) delayed))
         'lost)
        (else
         (if (a-fifth?)
             (begin
               (set! repeated (+ repeated 1))
               (set! delayed (cons (cons (random-below 32) bytes) delayed))))
         (let ((answer (deliver bytes)))
           (if (a-fifth?) (begin (set! lost (+ lost 1)) 'lost) answer)))))

(define (virtually thunk)
  (let* ((s (make-scheduler 'clock 'virtual 'on-error 'keep)) (task (task-spawn s thunk)))
    (scheduler-run s)
    (if (eq? (task-status task) 'finished) (task-result task) (raise (task-result task)))))

(define (numbers from count)
  (if (= count 0) '() (cons from (numbers (+ from 1) (- count 1)))))

;; One flow calls so many at once.
(define at-once 50)

(define (wrong-ends from)
  (let* ((wanted (numbers from at-once))
         (id (string->symbol (string-append "batch-" (number->string from)))))
    (flow/start batch wanted 'id id)
    (let wait ()
      (if (eq? (flow/status id) 'suspended)
          (begin (flow/work 'once #t) (task-sleep 1) (wait))))
    (let loop ((ends (flow/result id)) (wanted wanted) (wrong 0))
      (if (null? ends)
          wrong
          (loop (cdr ends) (cdr wanted)
                (if (= (car ends) (* 2 (car wanted))) wrong (+ wrong 1)))))))

(define (try-network count seed)
  (set! random-source seed)
  (set! done (make-vector count 0))
  (use-flow-store! "memory:")
  (flow-peer-register! 'far 'transport bad-network)
  (let ((wrong (virtually
                (lambda ()
                  (let loop ((from 0) (wrong 0))
                    (if (= from count)
                        wrong
                        (loop (+ from at-once) (+ wrong (wrong-ends from)))))))))
    (list wrong
          (let loop ((i 0) (not-once 0))
            (if (= i count)
                not-once
                (loop (+ i 1) (if (= 1 (vector-ref done i)) not-once (+ not-once 1)))))
          (and (> lost (quotient count 8)) (> repeated (quotient count 10))
               (> overtaken (quotient count 10))))))
