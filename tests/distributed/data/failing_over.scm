;; Calls that fail over among three peers which are cut off, come back, and are cut in the
;; middle of a call, on a bad network, see network.scm. To be included.
;;
;; (try-failover count seed order): so many flows of that kind, each of which calls the node
;; `place` on p, q and r in turn, and at last a local one: `patient` without a timeout, `hasty`
;; with one. The node sleeps, and acts. What is cut off is unreachable for a new message, and
;; loses what is under way. An act is counted for each place, the local one too. A list:
;;   how many flows did not end, or ended with what nobody did;
;;   how many were done twice at one place;
;;   how many were done at no place;
;;   how many were done at several;
;;   whether each of the places was used.
;; Without a timeout there must be none of the last but one either. With one, a peer that was
;; given up may act yet.
;;
;; (lying? #t) is a control: a network that says of what may have arrived that it never left.
;; (forgetful? #t) is another: peers forget what they did.
(include "scenes.scm")

(define places '(p q r local))
(define stores '())    ; (name . store) ...
(define cut '())       ; names of those that are cut off now
(define done #f)       ; by place, a vector of how often each number was done there
(define lying? (make-parameter #f))
(define forgetful? (make-parameter #f))

(define (times place n) (vector-ref (cdr (assq place done)) n))
(define (done-at! place n)
  (let ((counts (cdr (assq place done))))
    (vector-set! counts n (+ 1 (vector-ref counts n)))
    (list place n)))
(define (place-of store)
  (let loop ((rest stores)) (if (eqv? (cdar rest) store) (caar rest) (loop (cdr rest)))))

(define-remote-node (place n)
  (let ((where (step 'where (lambda () (place-of (current-flow-store))))))
    (flow-sleep (* 3 (modulo n 5)))
    (step 'do (lambda () (done-at! where n)))))
(define (here n) (step 'do (lambda () (done-at! 'local n))))
(defflow patient (remote-failover '(p q r) 'place here))
(defflow hasty (remote-failover '(p q r) 'place here 'timeout 10))

;; A wire is cut between two messages, or behind one: then the answer is lost.
(define (wire-to name)
  (lambda (bytes deliver)
    (define (deliver-if-up bytes)
      (let ((answer (if (memq name cut) 'lost (deliver bytes))))
        (if (forgetful?) (at (cdr (assq name stores)) (flow/purge 0)))
        (if (one-in 10) (cut-off! name))
        (if (memq name cut) 'lost answer)))
    (if (memq name cut)
        'unreachable
        (let ((answer (bad-network bytes deliver-if-up)))
          (if (and (lying?) (eq? answer 'lost)) 'unreachable answer)))))

(define (cut-off! name) (if (not (memq name cut)) (set! cut (cons name cut))))
(define (come-back! name)
  (set! cut (let loop ((rest cut))
              (cond ((null? rest) '())
                    ((eq? (car rest) name) (loop (cdr rest)))
                    (else (cons (car rest) (loop (cdr rest))))))))

(define (new-places! count)
  (set! cut '())
  (set! done (map (lambda (name) (cons name (make-vector count 0))) places))
  (use-flow-store! "memory:")
  (set! stores (map (lambda (name) (cons name (open-flow-store "memory:"))) '(p q r)))
  (for-each (lambda (place)
              (flow-peer-register! (car place) 'store (cdr place)
                                   'transport (wire-to (car place))))
            stores))

(define (work!)
  (flow/work 'once #t)
  (for-each (lambda (place) (at (cdr place) (flow/work 'once #t))) stores)
  (task-sleep 1))

(define (try-failover count seed order)
  (begin-seed! seed count)
  (new-places! count)
  (virtually
   (lambda ()
     (let round ((begun 0) (left 3000))
       (for-each (lambda (place)
                   (if (one-in 5) (cut-off! (car place)))
                   (if (one-in 6) (come-back! (car place))))
                 stores)
       (if (one-in 6) (flow-evict!))
       (work!)
       (cond ((and (< begun count) (one-in 2))
              (flow/start order begun 'id (name-of begun))
              (round (+ begun 1) (- left 1)))
             ((and (> left 0)
                   (or (< begun count) (pair? (flow/list 'status '(running suspended)))))
              (round begun (- left 1)))))
     ;; What was given up may still be on its way.
     (for-each (lambda (place) (come-back! (car place))) stores)
     (do ((i 0 (+ i 1))) ((= i 100)) (work!))))
  (let ((per-flow (lambda (wrong?)
                    (count-flows count
                      (lambda (n id) (wrong? (map (lambda (place) (times place n)) places)))))))
    (list (count-flows count
            (lambda (n id)
              (let ((end (unless-refused (lambda () (flow/result id)))))
                (not (and (list? end) (= (length end) 2) (assq (car end) done)
                          (eqv? (cadr end) n) (> (times (car end) n) 0))))))
          (per-flow (lambda (counts) (> (apply max counts) 1)))
          (per-flow (lambda (counts) (= (apply + counts) 0)))
          (per-flow (lambda (counts) (> (apply + (map (lambda (c) (min c 1)) counts)) 1)))
          (not (memv 0 (map (lambda (place) (apply + (vector->list (cdr place)))) done))))))
