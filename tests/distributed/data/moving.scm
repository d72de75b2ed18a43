;; Flows that move between two peers on a bad network, see network.scm. To be included.
;;
;; (try-moves count seed): so many flows at peer a; each acts, waits for an answer, acts, waits for a
;; signal, acts. At times that the seed says they are delegated to b, and back; answers and
;; signals are given at a. A list: how many did not come to their end at a, how many acts were
;; not done exactly once, how many moves there were.
;;
;; (try-promotions count seed): copies at b; a is cut off at some time, and the copies are
;; promoted. A list: how many flows do not end at a as they ended at b, how many are still run
;; by both.
(include "scenes.scm")

(defflow traveller
  (lambda (n)
    (step 'first (lambda () (act! n 0)))
    (let ((answer (suspend 'one)))
      (step 'second (lambda () (act! n 1)))
      (let ((signal (await-signal 'go)))
        (step 'third (lambda () (act! n 2)))
        (list n answer signal)))))

(define a #f)
(define b #f)
(define cut? #f)
(define (wire bytes deliver) (if cut? 'lost (bad-network bytes deliver)))
(define (new-peers!)
  (set! cut? #f)
  (set! a (open-flow-store "memory:"))
  (set! b (open-flow-store "memory:"))
  (use-flow-store! a)
  (flow-peer-register! 'a 'store a 'transport wire)
  (flow-peer-register! 'b 'store b 'transport wire))
(define (work!) (at a (flow/work 'once #t)) (at b (flow/work 'once #t)) (task-sleep 1))

(define moves 0)
(define (move! store id to)
  (if (memq (at store (unless-refused (lambda () (flow/delegate id to)))) '(delegated delegating))
      (set! moves (+ moves 1))))

(define (answer! n id)
  (at a (unless-refused (lambda () (flow/resume id 'one (* 10 n))))))

(define (try-moves count seed)
  (begin-seed! seed count)
  (set! moves 0)
  (new-peers!)
  (virtually
   (lambda ()
     (each-flow count (lambda (n id) (flow/start traveller n 'id id)))
     (let round ((left 2000))
       (each-flow count
         (lambda (n id)
           (if (not (ended? id))
               (begin
                 (if (one-in 12) (move! a id 'b))
                 (if (one-in 12) (move! b id 'a))
                 (if (one-in 20) (answer! n id))
                 ;; Who answers where the flow is meets it at last.
                 (if (one-in 20)
                     (at b (unless-refused (lambda () (flow/resume id 'one (* 10 n))))))
                 (if (one-in 20)
                     (unless-refused
                      (lambda () (at a (flow/signal id 'go 'now (symbol->string id))))))))))
       (if (one-in 5) (begin (at a (flow-evict!)) (at b (flow-evict!))))
       (work!)
       (if (and (> left 0) (< (count-flows count (lambda (n id) (ended? id))) count))
           (round (- left 1))))))
  (list (count-flows count
          (lambda (n id) (not (equal? (unless-refused (lambda () (at a (flow/result id))))
                                      (list n (* 10 n) 'now)))))
        (count-acts (lambda (times) (not (= times 1))))
        moves))

(define (work-for seconds) (do ((i 0 (+ i 1))) ((= i seconds)) (work!)))

(define (try-promotions count seed)
  (begin-seed! seed count)
  (new-peers!)
  (flow/replicate 'b)
  (virtually
   (lambda ()
     (each-flow count
       (lambda (n id)
         (flow/start traveller n 'id id)
         (if (one-in 3) (answer! n id))
         (if (one-in 4) (work!))))
     (work-for (random-below 60))
     (set! cut? #t)
     (each-flow count (lambda (n id) (if (one-in 4) (answer! n id))))   ; nobody there knows
     (work-for 5)
     (at b (for-each flow/promote (flow/copies)))
     (each-flow count
       (lambda (n id) (if (one-in 2) (at b (unless-refused (lambda () (flow/resume id 'one 'b)))))))
     (work-for 5)
     (set! cut? #f)
     (work-for 60)
     ;; Every flow that b has is at b alone, and takes its letters by way of a.
     (each-flow count
       (lambda (n id)
         (at b (unless-refused (lambda () (flow/resume id 'one 'b))))
         (at a (flow/signal id 'go 'now (symbol->string id)))))
     (work-for 300)))
  (let ((there? (lambda (id) (at b (flow/status id)))))
    (list (count-flows count
            (lambda (n id)
              (and (there? id)
                   (not (equal? (unless-refused (lambda () (at a (flow/result id))))
                                (unless-refused (lambda () (at b (flow/result id)))))))))
          (count-flows count
            (lambda (n id)
              (and (there? id) (not (eq? (at a (flow/status id)) 'finished))))))))
