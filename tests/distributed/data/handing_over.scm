;; Three workers on one store that hand flows to each other, leave and are replaced, while the
;; flows call nodes of a peer, and go to the peer and come back; on a bad network, see network.scm. To
;; be included.
;;
;; (try-handing-over count seed): so many flows of six steps each, which take a second or two; after
;; each second step the node `stamp` is called at the peer, and once the flow sleeps. A list: how many
;; flows did not end as they should, how many steps and nodes were not done exactly once, how often two
;; steps of a flow ran at once, how many histories have a gap or a falling epoch, and whether there
;; were enough orders, departures and moves.
;;
;; (restoring? #t) is the control: in the middle a second office begins with what was in the store
;; of the first, as if a backup were restored that is not needed.
(include "scenes.scm")

(define steps 6)
(define count-of-stamps #f)          ; by number of the flow and step
(define in-step #f)                  ; by number, how many steps of the flow run now
(define at-once 0)
(define (in-step! n change)
  (vector-set! in-step n (+ change (vector-ref in-step n)))
  (if (> (vector-ref in-step n) 1) (set! at-once (+ at-once 1))))

(define-remote-node (stamp place)
  (if (odd? (apply + place)) (flow-sleep 7))
  (step 'stamp
        (lambda ()
          (let ((i (+ (* steps (car place)) (cadr place))))
            (vector-set! count-of-stamps i (+ 1 (vector-ref count-of-stamps i)))
            (list 'stamped i)))
        'in-doubt 'retry))
(define (walk n i stamps)
  (if (= i steps)
      (list n (reverse stamps))
      (begin
        (step 'act
              (lambda ()
                (in-step! n 1)
                (task-sleep (+ 1/2 (/ (modulo (* 7 (+ n i)) 10) 5)))
                (in-step! n -1)
                (act! (+ n n (quotient i 3)) (modulo i 3)))
              'in-doubt 'retry)
        (if (= i (modulo n 5)) (flow-sleep 9))
        (walk n (+ i 1)
              (if (odd? i) (cons (cadr ((remote-node 'b 'stamp) (list n i))) stamps) stamps)))))
(defflow walker (lambda (n) (walk n 0 '())))

;; ---- the workers, #(name store stays?)
(define office "")                   ; the URL of their store
(define offices 0)
(define staff '())
(define hired 0)
(define departures 0)
(define (hire!)
  (set! hired (+ hired 1))
  (let* ((name (string->symbol (string-append "w" (number->string hired))))
         (store (open-flow-store office))
         (worker (vector name store #t)))
    (flow-peer-register! 'a 'store store 'transport bad-network)
    (set! staff (append staff (list worker)))
    (task-spawn
     (lambda ()
       (at store
         (flow/work 'name name 'poll 1 'grace 60
                    'stop? (lambda () (not (vector-ref worker 2)))))))))
(define (dismiss! worker)
  (set! departures (+ departures 1))
  (vector-set! worker 2 #f)
  (set! staff (let loop ((rest staff))
                (if (eq? (car rest) worker) (cdr rest) (cons (car rest) (loop (cdr rest)))))))
(define (anybody) (list-ref staff (random-below (length staff))))
(define-syntax at-office
  (syntax-rules () ((_ body ...) (at (vector-ref (anybody) 1) body ...))))

(define b #f)
(define orders 0)
(define moves 0)
(define restoring? (make-parameter #f))
(define (open? id) (not (at-office (ended? id))))

(define (disturb! n id)
  (if (and (one-in 2)
           (unless-refused
            (lambda () (at-office (flow/handoff id (vector-ref (anybody) 0))))))
      (set! orders (+ orders 1)))
  (if (one-in 10)
      (if (memq (at-office (unless-refused (lambda () (flow/delegate id 'b))))
                '(delegated delegating))
          (set! moves (+ moves 1))))
  (if (one-in 10) (at b (unless-refused (lambda () (flow/delegate id 'a))))))
(define (restore!)
  (let ((texts (at-office (flow-store-export)))
        (other (open-flow-store "memory:")))
    (at other
      (flow-store-import! texts)
      (task-spawn (lambda () (flow/work 'poll 1 'name 'second 'stop? (lambda () (null? staff))))))))

;; ---- what is in the histories

(define (sound? text)
  (let ((port (open-input-string text)))
    (let next ((seq #f) (epoch 0))
      (let ((line (read port)))
        (cond ((eof-object? line) #t)
              ((not (eq? (car line) 'record)) (next seq epoch))
              (else
               (and (or (not seq) (= (cadr line) (+ seq 1)))
                    (>= (list-ref line 2) epoch)
                    (next (cadr line) (list-ref line 2)))))))))

(define (try-handing-over count seed)
  (begin-seed! seed (* 2 count))
  (set! count-of-stamps (make-vector (* steps count) 0))
  (set! in-step (make-vector count 0))
  (set! at-once 0)
  (set! office (string-append "memory:office-" (number->string (begin (set! offices (+ offices 1)) offices))))
  (set! staff '())
  (set! orders 0)
  (set! moves 0)
  (set! departures 0)
  (set! b (open-flow-store "memory:"))
  (flow-peer-register! 'b 'store b 'transport bad-network)
  (virtually
   (lambda ()
     (hire!) (hire!) (hire!)
     (let ((over? #f))
       (task-spawn (lambda () (at b (flow/work 'poll 1 'name 'clerk 'stop? (lambda () over?)))))
       (each-flow count
         (lambda (n id) (task-spawn (lambda () (at-office (flow/start walker n 'id id))))))
       (task-sleep 1)
       (dynamic-wind
        values
        (lambda ()
          (let round ((left 600))
            (each-flow count (lambda (n id) (if (open? id) (disturb! n id))))
            (if (one-in 12) (begin (hire!) (dismiss! (car staff))))
            (if (one-in 8) (flow-evict!))
            (if (and (restoring?) (= left 595)) (restore!))
            (task-sleep 1)
            (if (and (> left 0) (> (count-flows count (lambda (n id) (open? id))) 0))
                (round (- left 1)))))
        (lambda ()
          (set! over? #t)
          (for-each dismiss! staff))))))
  (set! last-store (open-flow-store office))
  (list (count-flows count
          (lambda (n id)
            (not (equal? (unless-refused (lambda () (at last-store (flow/result id))))
                         (list n (map (lambda (i) (+ (* steps n) i)) '(1 3 5)))))))
        (+ (count-acts (lambda (times) (not (= times 1))))
           (count-wrong-stamps))
        at-once
        (length (keep-unsound (append (at last-store (flow-store-export))
                                      (at b (flow-store-export)))))
        (and (> orders 12) (> departures 3) (> moves 10))))
(define last-store #f)

(define (count-wrong-stamps)
  (let loop ((i 0) (wrong 0))
    (if (= i (vector-length count-of-stamps))
        wrong
        (loop (+ i 1)
              (if (= (vector-ref count-of-stamps i) (if (odd? (modulo i steps)) 1 0))
                  wrong
                  (+ wrong 1))))))
(define (keep-unsound texts)
  (let loop ((rest texts) (kept '()))
    (cond ((null? rest) kept)
          ((sound? (car rest)) (loop (cdr rest) kept))
          (else (loop (cdr rest) (cons (car rest) kept))))))
