;; Go's select (G29 to G45).
(import (scheme base) (fermata condition) (fermata go) (fermata sched) (srfi 64))

(test-begin "go select")

(define (repeat n proc)
  (let loop ((i 0))
    (if (< i n) (begin (proc i) (loop (+ i 1))))))

(define (full value)
  (let ((c (make-chan 1)))
    (chan-send! c value)
    c))

(test-equal "G29 nothing is ready: default" 'default
  (select ((recv (make-chan) v) v) ((send (make-chan) 1) 'sent) (default 'default)))

(test-equal "G30 something is ready: never default" '(100 0)
  (let ((received 0) (defaulted 0))
    (repeat 100 (lambda (i)
                  (select ((recv (full 1)) (set! received (+ received 1)))
                          ((recv (make-chan)) #f)
                          (default (set! defaulted (+ defaulted 1))))))
    (list received defaulted)))

(test-equal "G31 two become ready for a parked select: one communication" '((1) (0 1))
  (with-virtual-time
   (lambda ()
     (let ((a (make-chan 1)) (b (make-chan 1)) (seen '()))
       (go (select ((recv a v) (set! seen (cons v seen)))
                   ((recv b v) (set! seen (cons v seen)))))
       (settle)
       (chan-send! a 1)
       (chan-send! b 2)
       (settle)
       (list seen (list (chan-len a) (chan-len b)))))))

(define (counts seed)
  (with-virtual-time
   (lambda ()
     (let ((a 0) (b 0) (order '()))
       (repeat 1000 (lambda (i)
                      (select ((recv (full 1)) (set! a (+ a 1)) (set! order (cons 'a order)))
                              ((recv (full 2)) (set! b (+ b 1)) (set! order (cons 'b order))))))
       (list a b order)))
   'seed seed))

(test-assert "G32 of two that are always ready each is chosen about as often"
  (let ((c (counts 7)))
    (and (<= 400 (car c) 600) (= 1000 (+ (car c) (cadr c))))))
(test-assert "G32 the same seed gives the same choices, another seed others"
  (and (equal? (counts 7) (counts 7)) (not (equal? (counts 7) (counts 8)))))
(test-assert "of eight, of which three are ready, each of the three is chosen about as often"
  (let ((chosen (make-vector 8 0)) (idle (make-chan)))
    (repeat 3000
      (lambda (i)
        (let ((k (select ((recv idle) 0) ((recv (full 1)) 1) ((recv idle) 2) ((recv idle) 3)
                         ((recv (full 1)) 4) ((recv idle) 5) ((recv idle) 6) ((send (make-chan 1) 1) 7))))
          (vector-set! chosen k (+ 1 (vector-ref chosen k))))))
    (and (<= 900 (vector-ref chosen 1) 1100) (<= 900 (vector-ref chosen 4) 1100)
         (<= 900 (vector-ref chosen 7) 1100))))

(test-equal "G33 the expressions of every clause are evaluated once, in order"
  '(a b value-b c)
  (let ((order '()))
    (define (note name value) (set! order (cons name order)) value)
    (select ((recv (note 'a (make-chan)) v) v)
            ((send (note 'b (make-chan)) (note 'value-b 1)) 'sent)
            ((recv (note 'c (make-chan))) 'c)
            (default #t))
    (reverse order)))

(test-equal "G34 of the clauses not chosen nothing is evaluated" '(got)
  (let ((touched '()))
    (select ((recv (make-chan) v) (set! touched (cons 'other touched)))
            ((recv (full 'got) v) (set! touched (cons v touched))))
    touched))

(test-equal "G36 the same channel twice is allowed, and its queue stays sound" '(other 1 2)
  (with-virtual-time
   (lambda ()
     (let ((c (make-chan)) (other (make-chan)) (results (make-chan 1)))
       (go (begin
             (chan-send! results
                         (select ((recv c) 'first) ((recv c) 'second) ((recv other v) v)))))
       (settle)
       (chan-send! other 'other)
       (let ((first (chan-recv! results)))
         (go (begin (chan-send! c 1) (chan-send! c 2)))
         (let* ((a (chan-recv! c)) (b (chan-recv! c)))
           (list first a b)))))))

(test-equal "G36 a select does not meet itself" 'later
  (with-virtual-time
   (lambda ()
     (let ((c (make-chan)))
       (select ((send c 1) 'sent) ((recv c) 'received) ((after 1) 'later))))))

(test-equal "G38 selects on both sides: each value is delivered once" 499500
  (with-virtual-time
   (lambda ()
     (let ((a (make-chan)) (b (make-chan)) (sum 0) (wg (make-wait-group)))
       (repeat 4 (lambda (p)
                   (wait-group-go! wg
                     (lambda ()
                       (repeat 250 (lambda (i)
                                     (let ((v (+ (* p 250) i)))
                                       (select ((send a v) #t) ((send b v) #t)))))))))
       (repeat 4 (lambda (p)
                   (wait-group-go! wg
                     (lambda ()
                       (repeat 250 (lambda (i)
                                     (select ((recv a v) (set! sum (+ sum v)))
                                             ((recv b v) (set! sum (+ sum v))))))))))
       (wait-group-wait! wg)
       sum))))

(test-equal "G39 a select without clauses parks for ever" 'stuck
  (guard (e (#t (condition-kind e)))
    (with-virtual-time (lambda () (select)))))

(test-equal "G40 a timeout comes no earlier than asked" 2.5
  (with-virtual-time
   (lambda ()
     (let ((start (time-now)) (c (make-chan)))
       (select ((recv c) #f) ((after 2.5) #t))
       (- (time-now) start)))))
(test-equal "a timeout of 0 or less comes at once, if nothing else can be done" '(late value late)
  (list (select ((recv (make-chan)) 'value) ((after 0) 'late))
        (select ((recv (full 'value) v) v) ((after 0) 'late))
        (select ((recv (make-chan)) 'value) ((after -1) 'late))))
(test-equal "of several timeouts the first that is due" 'short
  (with-virtual-time (lambda () (select ((after 3) 'long) ((after 1) 'short) ((after 2) 'middle)))))

(test-equal "G41 a loop that switches finished channels off ends" '(1 2 3 4)
  (with-virtual-time
   (lambda ()
     (let ((a (make-chan 2)) (b (make-chan 2)))
       (for-each (lambda (v) (chan-send! a v)) '(1 3))
       (for-each (lambda (v) (chan-send! b v)) '(2 4))
       (chan-close! a)
       (chan-close! b)
       (let loop ((a a) (b b) (seen '()))
         (select ((recv a v ok) (if ok (loop a b (cons v seen)) (loop #f b seen)))
                 ((recv b v ok) (if ok (loop a b (cons v seen)) (loop a #f seen)))
                 (default
                  (let sort ((wanted '(1 2 3 4)))
                    (if (null? wanted)
                        '()
                        (if (memv (car wanted) seen)
                            (cons (car wanted) (sort (cdr wanted)))
                            (sort (cdr wanted))))))))))))

(test-equal "the value of select is that of the body; definitions may stand there" '(3 #t)
  (list (select ((recv (full 1) v) (define two 2) (+ v two)))
        (select ((recv (full #f) v ok) ok))))

(test-equal "G42 an escape out of a select leaves the select only: the loop goes on" '(4 (skipped 2))
  (let ((c (full 1)) (rounds 0) (skipped '()))
    (repeat 4 (lambda (i)
                (call/cc
                 (lambda (break)
                   (select ((recv c v) (if (= i 2) (break #f)) (chan-send! c v))
                           (default (set! skipped (list 'skipped (- i 1)))))))
                (set! rounds (+ rounds 1))))
    (list rounds skipped)))

(test-equal "G44 a thousand cases built at run time" '(617 hello #t)
  (with-virtual-time
   (lambda ()
     (let* ((channels (let loop ((i 0) (l '())) (if (= i 1000) (reverse l) (loop (+ i 1) (cons (make-chan) l)))))
            (results (make-chan 1)))
       (go (let-values (((i v ok) (select-cases (map case-recv channels))))
             (chan-send! results (list i v ok))))
       (settle)
       (chan-send! (list-ref channels 617) 'hello)
       (chan-recv! results)))))
(test-equal "cases of all kinds at run time" '((1 #f #f) (0 x #t) (#f #f #f) (2 #f #f) (0 #f #f))
  (with-virtual-time
   (lambda ()
     (define (run cases . default) (call-with-values (lambda () (apply select-cases cases default)) list))
     (let ((c (make-chan)) (closed (make-chan)))
       (chan-close! closed)
       (list (run (list (case-recv c) (case-send (make-chan 1) 5)))
             (run (list (case-recv (full 'x))))
             (run (list (case-recv c)) #t)
             (run (list (case-recv c) (case-recv #f) (case-after 1)))
             (run (list (case-recv closed))))))))
(test-error "what is no case is refused" #t (select-cases (list (make-chan))))

(test-equal "G45a a hundred thousand selects with a case that is never ready leave nothing" 0
  (let ((never (make-chan)) (c (make-chan 1)))
    (repeat 100000 (lambda (i)
                     (chan-send! c i)
                     (select ((recv c) #t) ((recv never) #t))))
    (let ((parked (make-chan)))
      (go (repeat 1000 (lambda (i) (chan-send! parked i))))
      (repeat 1000 (lambda (i) (select ((recv parked) #t) ((recv never) #t)))))
    (cdr (assq 'timers (scheduler-stats)))))
(test-equal "G45a timeouts that lost leave no timer" '(0 0)
  (let ((c (make-chan)) (most 0))
    (go (repeat 10000 (lambda (i) (chan-send! c i))))
    (repeat 10000 (lambda (i)
                    (select ((recv c) #t) ((after 3600) #f))
                    (set! most (max most (cdr (assq 'timers (scheduler-stats)))))))
    (list most (cdr (assq 'timers (scheduler-stats))))))

(test-equal "the words of select are known by name, whatever they mean in the program" '(1 5)
  (let ((send list) (recv #f) (after car) (default 5))
    (list (select ((recv (full 1) v) v) (default default))
          (select ((send nil-chan 1) v) (default default)))))

(test-end "go select")
