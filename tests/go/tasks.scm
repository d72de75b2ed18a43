;; Go's goroutines, defer, panic and recover (G45 to G56).
(import (scheme base) (scheme process-context) (fermata condition) (fermata go) (srfi 64))

(test-begin "go tasks")

(define (message-of thunk)
  (guard (e ((error-object? e) (error-object-message e))
            (else e))
    (thunk)))

(test-equal "G45 the procedure and its arguments are evaluated by the spawner" '((1 one) 3)
  (with-virtual-time
   (lambda ()
     (let* ((results (make-chan 2)) (x 1)
            (work (lambda (a b) (chan-send! results (list a b))))
            (evaluated 0)
            (note (lambda (v) (set! evaluated (+ evaluated 1)) v)))
       (go ((begin (note #t) work) (note x) (note 'one)))
       (let ((before evaluated))
         (set! x 2)
         (set! work #f)
         (list (chan-recv! results) before))))))

(test-equal "go with a procedure and arguments, a thunk, or several expressions" '(a b c d)
  (with-virtual-time
   (lambda ()
     (let* ((seen '()) (note (lambda (v) (set! seen (cons v seen)))))
       (go note 'a)
       (settle)
       (go (lambda () (note 'b)))
       (settle)
       (go (note 'c) (note 'd))
       (settle)
       (if (equal? seen '(b a)) seen (reverse seen))))))

(test-equal "several expressions are evaluated in the task" '(c d)
  (with-virtual-time
   (lambda ()
     (let* ((seen '()) (note (lambda (v) (set! seen (cons v seen)))) (what 'x))
       (go (note what) (note 'd))
       (set! what 'c)
       (settle)
       (reverse seen)))))

(test-equal "syntax in go is evaluated in the task" '(2 2)
  (with-virtual-time
   (lambda ()
     (let ((x 1) (seen '()))
       (go (let ((y x)) (set! seen (cons y seen))))
       (go (if #t (set! seen (cons x seen))))
       (set! x 2)
       (settle)
       seen))))

(test-equal "G46 the value of the procedure is dropped" #t
  (with-virtual-time
   (lambda ()
     (go ((lambda () (values 1 2 3))))
     (settle)
     #t)))

(test-equal "an error in a goroutine comes out of with-virtual-time" "boom"
  (message-of (lambda ()
                (with-virtual-time
                 (lambda ()
                   (go (error "boom"))
                   (sleep 1))))))

;; ---- defer

(define (trace-of proc)
  (let ((seen '()))
    (let ((result (proc (lambda (v) (set! seen (cons v seen)) #t))))
      (list result (reverse seen)))))

(test-equal "G52 deferred calls run last in first out, with the arguments of the defer"
  '(result (body 2 1))
  (trace-of
   (lambda (note)
     (with-defer ()
       (let ((x 1))
         (defer note x)
         (set! x 2)
         (defer note x)
         (set! x 3)
         (note 'body)
         'result)))))

(test-equal "G52 in a loop too, and each function has its own" '(done (inner 4 3 2 1 0))
  (trace-of
   (lambda (note)
     (with-defer ()
       (let loop ((i 0))
         (if (< i 5) (begin (defer note i) (loop (+ i 1)))))
       (with-defer () (defer note 'inner))
       'done))))

(test-equal "deferred calls run when a continuation leaves the function" '(early (deferred))
  (trace-of
   (lambda (note)
     (call-with-current-continuation
      (lambda (return)
        (with-defer ()
          (defer note 'deferred)
          (return 'early)))))))

(test-error "defer outside of a function is an error" #t (defer list 1))
(test-equal "what is deferred must be a procedure"
  "defer: argument 1 must be a procedure, got"
  (message-of (lambda () (with-defer () (defer 5)))))

(test-equal "G53 recover in a deferred call stops the panic; the named result is returned" '(7 (7))
  (trace-of
   (lambda (note)
     (with-defer ((r 0))
       (defer (lambda () (let ((p (recover))) (if p (set! r p)))))
       (set! r 5)
       (panic 7)
       (note 'not-reached))
     (let ((r (with-defer ((r 0))
                (defer (lambda () (set! r (recover))))
                (panic 7))))
       (note r)
       r))))
(test-equal "G53 without a panic a deferred call may change the result as well" 6
  (with-defer ((r 0))
    (defer (lambda () (set! r (+ r 1))))
    (set! r 5)))
(test-equal "G53 several named results" '(1 oops)
  (call-with-values
   (lambda ()
     (with-defer ((n 1) (err #f))
       (defer (lambda () (set! err (recover))))
       (panic 'oops)))
   list))
(test-equal "G53 an error is a panic; without named results the function returns #f" '(#f "oops")
  (let* ((said #f)
         (value (with-defer ()
                  (defer (lambda () (set! said (error-object-message (recover)))))
                  (error "oops"))))
    (list value said)))

(test-equal "G54 recover outside of a deferred call gives #f" '(#f #f)
  (list (recover) (with-defer () (recover))))
(test-equal "G54 and in a deferred call without a panic" #f
  (let ((got 'nothing))
    (with-defer () (defer (lambda () (set! got (recover)) #t)))
    got))
(define (helper note) (note (recover)) #t)
(test-equal "G54 called one deeper than the deferred procedure it does nothing"
  '(oops (#f))
  (trace-of
   (lambda (note)
     (guard (e (#t e))
       (with-defer ()
         (defer (lambda () (helper note) #t))
         (panic 'oops))))))
(test-equal "G54 recover itself deferred does nothing" 'oops
  (guard (e (#t e)) (with-defer () (defer recover) (panic 'oops))))

(test-equal "G55 a panic in a deferred call replaces the one going on" '(second (ran))
  (trace-of
   (lambda (note)
     (guard (e (#t e))
       (with-defer ()
         (defer note 'ran)
         (defer (lambda () (panic 'second)))
         (panic 'first))))))
(test-equal "G55 and can be recovered from in its turn" '(second ())
  (trace-of
   (lambda (note)
     (with-defer ((r #f))
       (defer (lambda () (set! r (recover))))
       (defer (lambda () (panic 'second)))
       (panic 'first)))))
(test-equal "a panic in a deferred call of a function that returns" '(late (first))
  (trace-of
   (lambda (note)
     (guard (e (#t e))
       (with-defer ()
         (defer note 'first)
         (defer (lambda () (panic 'late)))
         'normal)))))

(test-equal "G56 panic again: the outer deferred calls run, the value is kept" '(oops (inner outer))
  (trace-of
   (lambda (note)
     (guard (e (#t e))
       (with-defer ()
         (defer note 'outer)
         (with-defer ()
           (defer (lambda () (let ((p (recover))) (note 'inner) (panic p))))
           (panic 'oops)))))))

(test-equal "a panic goes through functions that do not recover" '(oops (inner outer))
  (trace-of
   (lambda (note)
     (with-defer ((r #f))
       (defer (lambda () (set! r (recover)) (note 'outer)))
       (with-defer ()
         (defer note 'inner)
         (panic 'oops))))))
(test-equal "panic with #f still is a panic" "panic called with #f"
  (message-of (lambda () (panic #f))))
(test-equal "a function may recover again and again" '(0 1 2)
  (map (lambda (i)
         (with-defer ((r #f))
           (defer (lambda () (set! r (recover))))
           (panic i)))
       '(0 1 2)))

;; ---- goexit

(test-equal "goexit ends the task, running what was deferred; recover does not see it"
  '(next (inner #f outer))
  (with-virtual-time
   (lambda ()
     (trace-of
      (lambda (note)
        (go (with-defer ()
              (defer note 'outer)
              (defer (lambda () (note (recover)) #t))
              (with-defer ()
                (defer note 'inner)
                (goexit)
                (note 'not-reached))
              (note 'not-reached)))
        (settle)
        'next)))))
(test-equal "goexit goes on after a panic that was recovered from" '(next (oops deferred))
  (with-virtual-time
   (lambda ()
     (trace-of
      (lambda (note)
        (go (begin
              (with-defer ()
                (defer note 'deferred)
                (defer (lambda () (note (recover)) #t))
                (defer (lambda () (panic 'oops)))
                (goexit))
              (note 'not-reached)))
        (settle)
        'next)))))
(test-equal "goexit runs after thunks, and no guard sees it" '(next (after))
  (with-virtual-time
   (lambda ()
     (trace-of
      (lambda (note)
        (go (guard (e (#t (note 'caught)))
              (dynamic-wind (lambda () #t) goexit (lambda () (note 'after)))))
        (settle)
        'next)))))

(test-equal "a new task knows nothing of its spawner's defers" "defer: there is no with-defer around"
  (with-virtual-time
   (lambda ()
     (with-defer ()
       (let ((said #f))
         (go (begin (set! said (message-of (lambda () (defer list))))))
         (settle)
         said)))))

(test-end "go tasks")
