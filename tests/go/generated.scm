;; Selects of all shapes against a small model: every combination of one to three cases, each a
;; send, a receive or a receive with ok, on a channel that is nil, empty, full, closed, or has
;; a parked peer, with and without default.
;;
;; The model knows what each case may do; the select must do exactly one of the things that
;; can be done, default only when there is none, and must leave every other channel as it was.
(import (scheme base) (scheme process-context) (fermata condition) (fermata go)
        (fermata sched) (srfi 64))

(test-begin "go generated selects")

(define kinds '(send recv recv/ok))
(define states '(nil empty full closed peer))

(define shapes
  (apply append (map (lambda (kind) (map (lambda (state) (cons kind state)) states)) kinds)))

;; ---- the model: whether a case can be done at once, and what its select then tells

(define (can? shape)
  (case (cdr shape)
    ((nil) #f)
    ((empty) (eq? (car shape) 'send))     ; there is room for one
    ((full) (not (eq? (car shape) 'send)))
    ((closed) #t)
    ((peer) #t)))

;; What the select gives; a list of the case's number and what it received.
(define (outcome shape i)
  (case (car shape)
    ((send) (if (eq? (cdr shape) 'closed) 'failed (list i)))
    (else
     (let ((got (if (eq? (cdr shape) 'closed) '(#f #f) '(there #t))))
       (cons i (if (eq? (car shape) 'recv) (list (car got)) got))))))

;; What is in the channel afterwards: how many values, and how many peers went on.
(define (rest-of shape chosen?)
  (case (cdr shape)
    ((nil closed) '(0 0))
    ((empty) (if (and chosen? (eq? (car shape) 'send)) '(1 0) '(0 0)))
    ((full) (if (and chosen? (not (eq? (car shape) 'send))) '(0 0) '(1 0)))
    ((peer) (if chosen? '(0 1) '(0 0)))))

;; ---- the real thing

(define-record-type <case-of-test>
  (make-test-case shape chan served)
  test-case?
  (shape shape-of)
  (chan chan-of)
  (served served-of set-served!))   ; how many peers got what they waited for

(define (prepare shape)
  (let* ((kind (car shape)) (state (cdr shape))
         (c (case state
              ((nil) nil-chan)
              ((peer) (make-chan))
              (else (make-chan 1))))
         (t (make-test-case shape c 0)))
    (case state
      ((full) (chan-send! c 'there))
      ((closed) (chan-close! c))
      ((peer)
       (task-spawn
        (if (eq? kind 'send)
            (lambda ()
              (if (eq? (chan-recv! c) 'sent) (set-served! t (+ 1 (served-of t)))))
            (lambda ()
              (chan-send! c 'there)
              (set-served! t (+ 1 (served-of t))))))
       #t))
    t))

(define (case-of t)
  (if (eq? (car (shape-of t)) 'send)
      (case-send (chan-of t) 'sent)
      (case-recv (chan-of t))))

;; What the select did: default, failed, parked, or a list as in the model.
(define (perform tests default?)
  (let ((done 'parked))
    (task-spawn
     (lambda ()
       (set! done
             (guard (e ((equal? (condition-message e) "send on closed channel") 'failed))
               (let-values (((i v ok) (select-cases (map case-of tests) default?)))
                 (if (not i)
                     'default
                     (case (car (shape-of (list-ref tests i)))
                       ((send) (list i))
                       ((recv) (list i v))
                       (else (list i v ok)))))))))
    (settle)
    done))

(define (leftover t)
  (list (chan-len (chan-of t)) (served-of t)))

;; Whether everything is as the model allows: #t, or what was found.
(define (check shapes default?)
  (let* ((tests (map prepare shapes))
         (before (settle))
         (done (perform tests default?))
         (numbers (let loop ((i 0) (rest shapes))
                    (if (null? rest) '() (cons i (loop (+ i 1) (cdr rest))))))
         (possible (let loop ((rest numbers))
                     (cond ((null? rest) '())
                           ((can? (list-ref shapes (car rest))) (cons (car rest) (loop (cdr rest))))
                           (else (loop (cdr rest)))))))
    ;; A failed send changes nothing, so any of them may have been the one.
    (define (consistent? chosen)
      (let loop ((rest numbers))
        (or (null? rest)
            (and (equal? (leftover (list-ref tests (car rest)))
                         (rest-of (list-ref shapes (car rest)) (eqv? chosen (car rest))))
                 (loop (cdr rest))))))
    (define (allowed? chosen)
      (and (equal? done (outcome (list-ref shapes chosen) chosen))
           (consistent? chosen)))
    (let ((fine (if (null? possible)
                    (and (eq? done (if default? 'default 'parked)) (consistent? #f))
                    (let loop ((rest possible))
                      (and (pair? rest)
                           (or (allowed? (car rest)) (loop (cdr rest))))))))
      (or fine (list shapes default? done (map leftover tests))))))

;; Many selects in one world each, so that what parks for ever is dropped with it.
(define (check-all list-of-shapes seed)
  (let ((wrong '()) (count 0) (s (make-scheduler 'clock 'virtual 'seed seed 'on-error 'keep)))
    (task-spawn s
      (lambda ()
        (for-each
         (lambda (shapes)
           (for-each
            (lambda (default?)
              (set! count (+ count 1))
              (let ((result (check shapes default?)))
                (if (not (eq? result #t)) (set! wrong (cons (cons seed result) wrong)))))
            '(#f #t)))
         list-of-shapes)))
    (scheduler-run s)
    (list count wrong)))

(define (pairs-of list)
  (apply append (map (lambda (a) (map (lambda (b) (cons a b)) list)) list)))
(define ones (map list shapes))
(define twos (map (lambda (p) (list (car p) (cdr p))) (pairs-of shapes)))
(define (threes-with first) (map (lambda (two) (cons first two)) twos))

(test-equal "one case" '(30 ()) (check-all ones 1))
(test-equal "two cases" '(450 ()) (check-all twos 1))
(test-equal "two cases, with other choices" '(450 ()) (check-all twos 2))
(for-each
 (lambda (first)
   (test-equal "three cases" '(450 ()) (check-all (threes-with first) 3)))
 shapes)

(test-end "go generated selects")
