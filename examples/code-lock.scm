;; The lock of OTP's own guide to gen_statem: it opens for ten seconds when the
;; right buttons were pressed in their order, and forgets them when nobody goes
;; on.
;;
;; Its clock is virtual here, so that nobody has to wait.
;; Run it:  fermata run examples/code-lock.scm
(import (scheme base) (scheme write) (fermata erlang) (fermata match)
        (only (fermata sched) make-scheduler scheduler-run task-spawn))

(define (say . things)
  (for-each display things)
  (newline))

;; The data: the code, and the buttons pressed so far, the last one first.
(define lock
  (make-module
   'init (lambda (code) (list 'ok 'locked (cons code '())))

   'locked
   (lambda (type content data)
     (match (list type content)
       (('enter 'open) (say "locked again") 'keep-state-and-data)
       (('enter _) 'keep-state-and-data)
       (('cast ('button b))
        (let ((pressed (cons b (cdr data))))
          (if (equal? (reverse pressed) (car data))
              (list 'next-state 'open (cons (car data) '()))
              (list 'keep-state (cons (car data) pressed)
                    '(timeout 3000 forget)))))
       (('timeout 'forget)
        (say "forgotten: " (reverse (cdr data)))
        (list 'keep-state (cons (car data) '())))
       ((('call from) 'state) `(keep-state-and-data (reply ,from locked)))))

   'open
   (lambda (type content data)
     (match (list type content)
       (('enter _)
        (say "open")
        '(keep-state-and-data (state-timeout 10000 close)))
       (('state-timeout 'close) (list 'next-state 'locked data))
       (('cast ('button _)) '(keep-state-and-data postpone))
       ((('call from) 'state) `(keep-state-and-data (reply ,from open)))))))

(define (try-it)
  (let ((door (match (gen-statem-start-link lock '(1 7 4) 'state-enter #t)
                (('ok p) p))))
    (define (press . buttons)
      (for-each (lambda (b) (gen-statem-cast door (list 'button b))) buttons))
    (define (ask) (say "it is " (gen-statem-call door 'state)))
    (press 1 7)
    (sleep 5000)               ; too long
    (press 1 7 4)
    (ask)
    (press 9)                  ; postponed until it is locked
    (sleep 15000)
    (ask)
    (gen-statem-stop door)))

(define world (make-scheduler 'clock 'virtual))
(task-spawn world try-it)
(scheduler-run world)
