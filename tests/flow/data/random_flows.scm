;; Random flows: made by a seed, of steps, waits, time, branches, tasks, channels, errors, and a
;; variable that all of them share.

;; ---- making a tree

(define source (make-random-source))
(define (below n) ((random-source-make-integers source) n))
(define tags 0)
(define (tag!)
  (set! tags (+ tags 1))
  (string->symbol (string-append "t" (number->string tags))))

(define (make-tree depth)
  (case (below (if (= depth 0) 6 18))
    ((0 1) (list 'step (tag!) (below 100)))
    ((2) (list 'wait (tag!)))
    ((3) (list 'sleep (+ 1 (below 50))))
    ((4) (list 'chance))
    ((5) (if (= 0 (below 3)) (list 'fail (tag!)) (list 'signal (tag!))))
    ((6 7 8) (cons 'seq (make-trees depth)))
    ((9 10) (cons 'par (make-trees depth)))
    ((11) (cons 'race (make-trees depth)))
    ((12) (list 'try (make-tree (- depth 1)) (make-tree (- depth 1))))
    ((13) (list 'within (+ 1 (below 60)) (make-tree (- depth 1))))
    ((14) (list 'task (make-tree (- depth 1))))
    ((15) (cons 'chan (make-trees depth)))
    ((16) (list 'select (make-tree (- depth 1)) (+ 1 (below 60))))
    (else (list 'relay (+ 1 (below 3)) (make-tree (- depth 1))))))
(define (make-trees depth)
  (let loop ((n (+ 1 (below 3))) (trees '()))
    (if (= n 0) trees (loop (- n 1) (cons (make-tree (- depth 1)) trees)))))

;; ---- running it: shared is a vector that everything reads and writes

(define (bump! shared n)
  (vector-set! shared 0 (modulo (+ (* 31 (vector-ref shared 0)) n) 1000003))
  (vector-ref shared 0))
(define (nodes trees shared)
  (map (lambda (tree) (lambda (x) (interpret tree shared))) trees))

(define (bump-below! shared n) (modulo (bump! shared n) n))
(define (attempt tree shared)
  (guard (e (#t (if (cancelled? e) (raise e)) 'failed))
    (interpret tree shared)))

(define (interpret tree shared)
  (case (car tree)
    ((step) (bump! shared (step (cadr tree) (lambda () (list-ref tree 2)))))
    ((wait) (let ((answer (suspend (cadr tree)))) (list answer (bump! shared 1))))
    ((signal) (let ((value (await-signal (cadr tree)))) (list value (bump! shared 2))))
    ((sleep) (flow-sleep (cadr tree)) (bump! shared 3))
    ((chance) (bump! shared (flow-random 1000)))
    ((fail) (bump! shared 4) (error "failed" (cadr tree)))
    ((seq)
     (let loop ((trees (cdr tree)) (results '()))
       (if (null? trees)
           (reverse results)
           (loop (cdr trees) (cons (interpret (car trees) shared) results)))))
    ((par) ((apply parallel (nodes (cdr tree) shared)) #f))
    ((race) ((apply race (nodes (cdr tree) shared)) #f))
    ((try)
     ((try-catch (lambda (x) (interpret (list-ref tree 1) shared))
                 (lambda (e) (interpret (list-ref tree 2) shared)))
      #f))
    ((within)
     ((timeout (cadr tree) (lambda (x) (interpret (list-ref tree 2) shared))
               (lambda (x) (bump! shared 5)))
      #f))
    ((chan)      ; goroutines that send what they made, in the order in which they are done
     (let ((c (make-chan (bump-below! shared 3))))
       (for-each (lambda (tree) (go (begin (chan-send! c (attempt tree shared))))) (cdr tree))
       (map (lambda (tree) (bump! shared 6) (chan-recv! c)) (cdr tree))))
    ((select)    ; whatever is first
     (let ((c (make-chan 1)) (d (make-chan 1)))
       (go (begin (chan-send! c (attempt (cadr tree) shared))))
       (go (begin (chan-send! d (bump! shared 7))))
       (let loop ((left 2) (seen '()))
         (if (= left 0)
             seen
             (select
              ((recv c v) (loop (- left 1) (cons (list 'c v) seen)))
              ((recv d v) (bump! shared v) (loop (- left 1) (cons 'd seen)))
              ((after (list-ref tree 2)) (cons 'late seen)))))))
    ((relay)     ; through goroutines, each of which changes what all share
     (let ((first (make-chan)))
       (let loop ((n (cadr tree)) (in first))
         (if (= n 0)
             (begin
               (go (begin (chan-send! first (attempt (list-ref tree 2) shared))))
               (chan-recv! in))
             (let ((out (make-chan)))
               (go (begin
                     (let ((v (chan-recv! in)))
                       (bump! shared n)
                       (chan-send! out (list v (vector-ref shared 0))))))
               (loop (- n 1) out))))))
    (else
     (let ((queue (make-waitq)))
       (task-spawn
        (lambda ()
          (waitq-give! queue
                       (guard (e (#t (if (cancelled? e) (raise e)) 'task-failed))
                         (interpret (cadr tree) shared)))))
       (waitq-park! queue)))))

(defflow (random-flow tree)
  (let ((shared (vector 0)))
    (let ((result (guard (e ((and (error-object? e) (not (cancelled? e)))
                             (list 'raised (error-object-message e))))
                    (interpret tree shared))))
      (list result (vector-ref shared 0)))))
