;; Copies of flows at a peer of this process, in virtual time: how they are kept up, what nobody
;; can do to them, what promoting one means for it and for its origin.
(import (scheme base) (srfi 64) (fermata flow) (fermata sched)
        (only (fermata flow replicas) flows-remembered))

(include "data/virtual_time.scm")
(define-syntax scene   ; what each act gave
  (syntax-rules () ((_ act ...) (virtually (lambda () (let* ((acts '()) (acts (cons act acts)) ...)
                                                        (reverse acts)))))))

(include "data/two_places.scm")
(flow-peer-register! 'here 'store here 'transport wire)
(flow-peer-register! 'there 'store there 'transport wire)
(define (work-for seconds . stores)
  (let loop ((end (+ (clock-now) seconds)))
    (if (< (clock-now) end)
        (begin
          (for-each (lambda (store) (at store (flow/work 'once #t))) stores)
          (task-sleep 1)
          (loop end)))))
(define (work seconds) (work-for seconds here there))

(defflow asked-twice
  (lambda (n)
    (step 'first (lambda () (note! (list 'first n))))
    (let* ((one (suspend 'one))
           (noted (step 'noted (lambda () (note! (list 'noted one)))))
           (two (suspend 'two)))
      (list n one two))))
(defflow other (lambda (n) (suspend 'it)))

(test-begin "copies")

(test-equal "a copy grows as its origin does, and does not run"
  '(there
    (copy (one))
    "c1 is a copy of a flow at here"
    "c1 is a copy of a flow at here"
    "c1 is a copy of a flow at here"
    "c1 is a copy of a flow at here"
    (copy (two))
    (finished (1 a b))
    ((first 1) (noted a)))
  (scene
   (begin (flow/start asked-twice 1 'id 'c1) (flow/replicate 'there))
   (begin (work 3) (at there (list (flow/status 'c1) (flow/waiting 'c1))))
   (message-of (lambda () (at there (flow/resume 'c1 'no))))
   (message-of (lambda () (at there (flow/signal 'c1 's 'no))))
   (message-of (lambda () (at there (flow/cancel 'c1))))
   (message-of (lambda () (at there (flow/recover 'c1))))
   (begin (flow/resume 'c1 'a) (work 3) (at there (list (flow/status 'c1) (flow/waiting 'c1))))
   (begin (flow/resume 'c1 'b) (work 3) (at there (list (flow/status 'c1) (flow/result 'c1))))
   (take-log!)))

(test-equal "promoted it goes on from what it has; the origin stops when it comes back"
  '((2 (copy copy) #t)
    (suspended (one))
    (suspended (two))                ; here, where nobody knows
    5                                ; records, of which the last
    (2 x y)                          ; runs there
    (suspended (two))
    (finished (2 x y))               ; its end there, not what was recorded here
    ((first 2) (noted lost) (noted x)))
  (scene
   (begin (flow/start asked-twice 2 'id 'p1) (flow/start other 3 'id 'p2)
          (flow/replicate 'there) (work 3)
          (list (length (at there (flow/copies)))
                (map (lambda (id) (at there (flow/status id))) '(p1 p2))
                (let ((complete (list-ref (car (flow/replicas)) 3))) (and complete #t))))
   (at there (list 'suspended (flow/waiting 'p1)))
   (begin (set! up? #f) (flow/resume 'p1 'lost) (work 2)
          (list (flow/status 'p1) (flow/waiting 'p1)))
   (at there (car (flow/promote 'p1)))
   (at there (work-for 2 there) (flow/resume 'p1 'x) (flow/resume 'p1 'y))
   (list (flow/status 'p1) (flow/waiting 'p1))
   (begin (set! up? #t) (flow/signal 'p1 'anything 1) (work 20)
          (list (flow/status 'p1) (flow/result 'p1)))
   (take-log!)))

(test-equal "an origin that does nothing is told, and sends on what comes for it"
  '((3 suspended) suspended delegated (flow-delivered p3) (finished yes) finished
    "p3 is finished, not a copy")
  (scene
   (begin (flow/start other 3 'id 'p3) (flow/replicate 'there) (work 3)
          (set! up? #f)
          (at there (let ((known (flow/promote 'p3)))
                      (work-for 1 there)
                      (list (car known) (flow/status 'p3)))))
   (begin (work 5) (flow/status 'p3))
   (begin (set! up? #t) (work 30) (flow/status 'p3))
   (flow/resume 'p3 'yes)
   (begin (work 5) (at there (list (flow/status 'p3) (flow/result 'p3))))
   (begin (work 30) (flow/status 'p3))
   (message-of (lambda () (at there (flow/promote 'p3))))))

(flow-peer-register! 'keeps-none 'copies '())
(test-equal "a peer that keeps no copies of ours" #f
  (virtually (lambda ()
               (flow/start other 3 'id 'k1)
               (flow/replicate 'keeps-none)
               (work 3)
               (list-ref (car (flow/replicas)) 3))))
(flow/replicate 'keeps-none 'stop #t)
(test-equal "nor is it sent any after that" '(there) (map car (flow/replicas)))


;; ---- ids that are taken there, and what is remembered

(define full (open-flow-store "memory:"))
(define origin (open-flow-store "memory:"))
(flow-peer-register! 'origin 'store origin)
(flow-peer-register! 'full 'store full)
(test-equal "a flow whose id is another's there is told of, and the others are copied"
  '((x1) (suspended copy) ())
  (scene
   (begin
     (at full (flow/start other 1 'id 'x1))
     (at origin (flow/start other 2 'id 'x1) (flow/start other 3 'id 'x2) (flow/replicate 'full))
     (work-for 3 origin full)
     (at origin (list-ref (car (flow/replicas)) 4)))
   (at full (map flow/status '(x1 x2)))
   (begin   ; once the other is gone, this one is copied
     (at full (flow/resume 'x1 'end))
     (task-sleep 1)
     (at full (flow/purge 0))
     (at origin (flow/signal 'x1 'changed 1))
     (work-for 3 origin full)
     (at origin (list-ref (car (flow/replicas)) 4)))))
(test-equal "what is remembered of flows does not grow with those that ended" '(#t 2)
  (scene
   (let ((ids (map (lambda (n) (string->symbol (string-append "e" (number->string n))))
                   '(1 2 3 4 5 6 7 8))))
     (work-for 60 origin full)   ; each scene has a clock of its own, which begins anew
     (at origin
       (for-each (lambda (id) (flow/start other 1 'id id)) ids)
       (work-for 2 origin full)
       (for-each (lambda (id) (flow/resume id 'end)) ids)
       (work-for 2 origin full))
     (>= (flows-remembered origin 'full) 8))
   (begin
     (work-for 60 origin full)
     (at origin (flow/signal 'x1 'again 1) (flow/signal 'x2 'again 1))
     (work-for 3 origin full)
     (flows-remembered origin 'full))))
(define (refused-at-full) (at origin (list-ref (car (flow/replicas)) 4)))
(test-equal "a flow that ended there under the same id is no copy of ours, whether ours ended or not"
  '((#t #t #t) (7 8 9) (finished #f))
  (scene
   (begin
     (work-for 130 origin full)   ; as above
     (at full (for-each (lambda (id n) (flow/start other n 'id id) (flow/resume id n))
                        '(x3 x4 x5) '(7 8 9)))
     (task-sleep 1)
     (at origin
       (flow/start other 3 'id 'x3)                            ; shorter than what is there
       (flow/start other 4 'id 'x4) (flow/resume 'x4 'end)     ; as long
       (flow/start asked-twice 5 'id 'x5) (flow/resume 'x5 'a) (flow/resume 'x5 'b))   ; longer
     (work-for 3 origin full)
     (map (lambda (id) (and (memq id (refused-at-full)) #t)) '(x3 x4 x5)))
   (at full (map flow/result '(x3 x4 x5)))
   (begin   ; one that was copied to its end is complete
     (at origin (flow/start other 6 'id 'x6))
     (work-for 3 origin full)
     (at origin (flow/resume 'x6 'end))
     (work-for 3 origin full)
     (list (at full (flow/status 'x6)) (memq 'x6 (refused-at-full))))))
(test-end)
