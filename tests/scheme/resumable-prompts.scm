;; Continuations and prompts together: what lies below a prompt survives collections and
;; growth of the stack, and what was captured may be entered again whatever was captured
;; around it.
(import (scheme base) (scheme cxr) (fermata control) (srfi 64))

(test-begin "resumable-prompts")

(define (numbers n)
  (let loop ((n n) (l '())) (if (= n 0) l (loop (- n 1) (cons n l)))))
(define (deep n bottom)
  (if (= n 0) (bottom) (cons n (deep (- n 1) bottom))))
(define kept #f)
(define (churn n)
  (let loop ((i 0))
    (when (< i n) (set! kept (vector i i i)) (loop (+ i 1)))))

(define (vectors n) (map (lambda (i) (vector i (- i))) (numbers n)))

(test-assert "a frame below a prompt is kept while the stack grows above it"
  (let ((held (vectors 1000)))
    (call-with-continuation-prompt
     (lambda ()
       (deep 500 (lambda () '()))
       (churn 2000000)))
    (equal? held (vectors 1000))))

;; A full continuation that was captured inside, entered a second time.
(define (twice capture-inside)
  (let ((again #f) (count 0))
    (let ((result (capture-inside (lambda (value) (call/cc (lambda (k) (set! again k) value))))))
      (set! count (+ count 1))
      (churn 1000)
      (deep 100 (lambda () '()))
      (if (< count 3)
          (again (* 10 count))
          (list count result)))))

(test-equal "call/cc inside a composable continuation of many frames, entered again"
  '(3 (1 2 20 3))
  (twice
   (lambda (point)
     (define (after x y z) (list x y z))
     (define k
       (call-with-continuation-prompt
        (lambda ()
          (deep 60
                (lambda ()
                  (let ((v (call-with-composable-continuation
                            (lambda (k) (abort-to-prompt (default-prompt-tag) (lambda () k))))))
                    (list (v))))))))
     (let ((l (after 1 2 (k (lambda () (point 0))))))
       (list (car l) (cadr l) (list-ref (caddr l) 60) 3)))))

(test-equal "call/cc after a composable capture that did not abort, entered again"
  '(3 (a (20) b))
  (twice
   (lambda (point)
     (define (sandwich middle) (list 'a middle 'b))
     (sandwich
      (call-with-continuation-prompt
       (lambda ()
         (list (call-with-composable-continuation (lambda (k) (point 0))))))))))

(test-equal "a composable continuation put twice on stacks of their own"
  '((x . 1) (y . 2) (x . 3))
  (let* ((k (call-with-continuation-prompt
             (lambda ()
               (let ((v (call-with-composable-continuation
                         (lambda (k) (abort-to-prompt (default-prompt-tag) (lambda () k))))))
                 (cons (car v) (cdr v))))))
         (first (k '(x . 1)))
         (second (deep 0 (lambda () (k '(y . 2)))))
         (third (k '(x . 3))))
    (list first second third)))

(define p (make-parameter 'outer))
(define q (make-parameter 'q))

;; A piece between a prompt and a capture, as a procedure of one argument.
(define (piece body)
  (call-with-continuation-prompt
   (lambda ()
     (body (lambda ()
             (call-with-composable-continuation
              (lambda (k) (abort-to-prompt (default-prompt-tag) (lambda () k)))))))))

(test-equal "parameters bound in the piece are its own, the others those of the place of entry"
  '(inner q1 inner q2)
  (let ((k (piece (lambda (stop)
                    (parameterize ((p 'inner))
                      (stop)
                      (list (p) (q)))))))
    (append (parameterize ((p 'other) (q 'q1)) (k #f))
            (parameterize ((q 'q2)) (k #f)))))

(test-equal "handlers around the entry see what the piece does not handle"
  '((a boom) (b boom) inner)
  (let ((k (piece (lambda (stop)
                    (let ((what (stop)))
                      (guard (c ((eq? c 'mine) 'inner))
                        (raise what)))))))
    (list (guard (c (#t (list 'a c))) (k 'boom))
          (guard (c (#t (list 'b c))) (k 'boom))
          (guard (c (#t (list 'c c))) (k 'mine)))))

(test-equal "a handler in the piece is in place at each entry"
  '((handled 1) (handled 2))
  (let ((k (piece (lambda (stop)
                    (with-exception-handler
                     (lambda (c) (list 'handled c))
                     (lambda () (raise-continuable (stop))))))))
    (list (k 1) (guard (c (#t 'wrong)) (k 2)))))

(test-equal "winds of the piece run at each entry and exit"
  '(in out in (body 1) out in (body 2) out)
  (let* ((log '())
         (note (lambda (x) (set! log (cons x log))))
         (k (piece (lambda (stop)
                     (dynamic-wind
                      (lambda () (note 'in))
                      (lambda () (note (list 'body (stop))))
                      (lambda () (note 'out)))))))
    (k 1)
    (k 2)
    (reverse log)))

(test-equal "leaving the piece by an escape runs its after thunks and those of the place"
  '(in out outer-in in out outer-out escaped)
  (let* ((log '())
         (note (lambda (x) (set! log (cons x log))))
         (k (piece (lambda (stop)
                     (dynamic-wind
                      (lambda () (note 'in))
                      (lambda () ((stop) 'escaped))
                      (lambda () (note 'out)))))))
    (note (call/cc
           (lambda (escape)
             (dynamic-wind
              (lambda () (note 'outer-in))
              (lambda () (k escape))
              (lambda () (note 'outer-out))))))
    (reverse log)))

(test-equal "generators by composable continuations, interleaved, many times"
  '(1000 500500 500500)
  (let* ((tag (make-prompt-tag))
         (generator
          (lambda (l)
            (define next
              (lambda (_)
                (for-each
                 (lambda (x)
                   (call-with-composable-continuation
                    (lambda (k) (abort-to-prompt tag x k))
                    tag))
                 l)
                (abort-to-prompt tag #f #f)))
            (lambda ()
              (call-with-continuation-prompt
               (lambda () (next #f))
               tag
               (lambda (value k) (set! next k) value)))))
         (a (generator (numbers 1000)))
         (b (generator (numbers 1000))))
    (let loop ((n 0) (x 0) (y 0))
      (let* ((v (a)) (w (deep 0 b)))
        (if v
            (loop (+ n 1) (+ x v) (+ y w))
            (list n x y))))))

(test-end "resumable-prompts")
