;; Calls over a bad network, see network.scm. (try-network count seed) makes so many
;; calls; a list: how many ends are wrong or missing, how many nodes did not run exactly once,
;; and whether the network did lose, repeat and delay. (forgetful? #t) is the control: the
;; peer forgets what it did as soon as it has answered.
(define done (make-vector 0 0))
(define-remote-node (mark n)
  (step 'mark (lambda () (vector-set! done n (+ 1 (vector-ref done n))) (* 2 n))))
(defflow batch (map-flow (remote-node 'far 'mark)))

(include "network.scm")

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

(define forgetful? (make-parameter #f))
(define far #f)
(define (forgetting-network bytes deliver)
  (bad-network bytes
               (lambda (bytes)
                 (let ((answer (deliver bytes)))
                   (parameterize ((current-flow-store far)) (flow/purge 0))
                   answer))))

(define (try-network count seed)
  (set! random-source seed)
  (set! done (make-vector count 0))
  (use-flow-store! "memory:")
  (set! far (open-flow-store "memory:"))
  (flow-peer-register! 'far 'store far
                       'transport (if (forgetful?) forgetting-network bad-network))
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
