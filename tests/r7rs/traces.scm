;; Traces of control: escapes, re-entries, winds, parameters, handlers and guards inside each
;; other, in combinations that nobody would write by hand.  Each program logs what happens;
;; afterwards up to three of the continuations that `once` kept are entered again.
(import (scheme base) (srfi 64))

(define log '())
(define p (make-parameter 0))
(define saved '())

(define (t x) (set! log (cons x log)) x)

;; Logs the value, keeps the place; the first time goes on with the thunk.
(define (once name value thunk)
  (let* ((first #t)
         (r (call/cc (lambda (k) (set! saved (cons k saved)) value))))
    (t (list name r))
    (cond (first (set! first #f) (thunk)) (else r))))

(define (trace-of program)
  (let ((count 0))
    (set! log '())
    (set! saved '())
    (let ((r (call/cc
              (lambda (top)
                (with-exception-handler
                  (lambda (e) (t (list 'top e)) (top 'uncaught))
                  program)))))
      (t (list 'result r))
      (set! count (+ count 1))
      (if (and (pair? saved) (< count 4))
          (let ((k (car saved)))
            (set! saved (cdr saved))
            (k (list 're count))))
      (reverse log))))

(define-syntax traces
  (syntax-rules ()
    ((_ (program log) ...)
     (begin (test-equal 'program 'log (trace-of (lambda () program))) ...))))

(test-begin "traces")

(traces
  ((guard (e (#t (t (list 'h56 e)) (p))) (guard (e (#t (t (list 'h80 e)) (p))) (t 8) (t
   (raise-continuable 21))) (once 'o52 (t 7) (lambda () (t 2))))
   (8 (h80 21) 7 (o52 7) 2 (result 2) (o52 (re 1)) (result (re 1))))
  ((once 'o44 (begin (begin (t (p)) (p)) (begin (t (p)) (p))) (lambda () (once 'o55 (begin (t
   (p)) (p)) (lambda () (t 1)))))
   (0 0 (o44 0) 0 (o55 0) 1 (result 1) (o55 (re 1)) (result (re 1)) (o44 (re 2)) (result (re
    2))))
  ((guard (e ((and (number? e) (even? e)) (t (list 'g73 e (p))))) (once 'o80 (t 'x) (lambda ()
   (t 6))))
   (x (o80 x) 6 (result 6) (o80 (re 1)) (result (re 1))))
  ((once 'o38 (let ((v (guard (e ((and (number? e) (even? e)) (t (list 'g75 e (p))))) (begin (t
   (p)) (p))))) (t (list 'v23 v)) (begin (t 9) (t 6))) (lambda () (parameterize ((p 48)) (guard
   (e ((and (number? e) (even? e)) (t (list 'g41 e (p))))) (raise 30)) (let ((v (t 4))) (t
   (list 'v19 v)) (t (raise-continuable 29))))))
   (0 (v23 0) 9 6 (o38 6) (g41 30 48) 4 (v19 4) (top 29) (result uncaught) (o38 (re 1)) (result
    (re 1))))
  ((once 'o13 (guard (e (#t (t (list 'h41 e)) (p))) (t 2) (t 5)) (lambda () (guard (e ((and
   (number? e) (even? e)) (t (list 'g94 e (p))))) (t (raise-continuable 25)))))
   (2 5 (o13 5) (top 25) (result uncaught) (o13 (re 1)) (result (re 1))))
  ((guard (e ((and (number? e) (even? e)) (t (list 'g54 e (p))))) (begin (guard (e ((and
   (number? e) (even? e)) (t (list 'g47 e (p))))) (t 9)) (once 'o33 (begin (t (p)) (p)) (lambda
   () (t 'x)))))
   (9 0 (o33 0) x (result x) (o33 (re 1)) (result (re 1))))
  ((once 'o87 (with-exception-handler (lambda (e) (t (list 'w86 e (p))) (+ 1 (if (number? e) e
   0))) (lambda () (begin (t (p)) (p)) (t (raise-continuable 29)))) (lambda () (call/cc (lambda
   (k784) (raise 30) (k784 11)))))
   (0 (w86 29 0) 30 (o87 30) (top 30) (result uncaught) (o87 (re 1)) (result (re 1))))
  ((guard (e ((and (number? e) (even? e)) (t (list 'g94 e (p))))) (with-exception-handler
   (lambda (e) (t (list 'w5 e (p))) 5) (lambda () (dynamic-wind (lambda () (t 'in24)) (lambda
   () (begin (t (p)) (p)) (begin (t (p)) (p))) (lambda () (t 'out24))) (once 'o78 (t
   (raise-continuable 27)) (lambda () (t 4))))))
   (in24 0 0 out24 (w5 27 0) 5 (o78 5) 4 (result 4) (o78 (re 1)) (result (re 1))))
  ((guard (e ((and (number? e) (even? e)) (t (list 'g87 e (p))))) (once 'o72 (begin (t (p))
   (p)) (lambda () (begin (t (p)) (p)))))
   (0 (o72 0) 0 (result 0) (o72 (re 1)) (result (re 1))))
  ((once 'o67 (parameterize ((p 88)) (t 9) (begin (t (p)) (p))) (lambda () (guard (e ((and
   (number? e) (even? e)) (t (list 'g89 e (p))))) (t 2))))
   (9 88 (o67 88) 2 (result 2) (o67 (re 1)) (result (re 1))))
  ((dynamic-wind (lambda () (t 'in73)) (lambda () (dynamic-wind (lambda () (t 'in67)) (lambda
   () (begin (t (p)) (p)) (t (raise-continuable 24))) (lambda () (t 'out67))) (guard (e ((and
   (number? e) (even? e)) (t (list 'g61 e (p))))) (begin (t (p)) (p)))) (lambda () (t 'out73)))
   (in73 in67 0 (top 24) out67 out73 (result uncaught)))
  ((with-exception-handler (lambda (e) (t (list 'w4 e (p))) (+ 1 (if (number? e) e 0))) (lambda
   () (dynamic-wind (lambda () (t 'in99)) (lambda () (t 1) (t 8)) (lambda () (t 'out99))) (once
   'o84 (t (raise-continuable 25)) (lambda () (t (raise-continuable 22))))))
   (in99 1 8 out99 (w4 25 0) 26 (o84 26) (w4 22 0) 23 (result 23) (o84 (re 1)) (result (re
    1))))
  ((once 'o12 (once 'o70 (begin (t (p)) (p)) (lambda () (begin (t (p)) (p)))) (lambda () (once
   'o56 (t 3) (lambda () (t 8)))))
   (0 (o70 0) 0 (o12 0) 3 (o56 3) 8 (result 8) (o56 (re 1)) (result (re 1)) (o12 (re 2))
    (result (re 2)) (o70 (re 3)) (o12 (re 3)) 3 (o56 3) 8 (result 8)))
  ((guard (e (#t (t (list 'h63 e)) (p))) (once 'o89 (t 'x) (lambda () (t 6))) (once 'o58 (t 'x)
   (lambda () (begin (t (p)) (p)))))
   (x (o89 x) 6 x (o58 x) 0 (result 0) (o58 (re 1)) (result (re 1)) (o89 (re 2)) x (o58 x) 0
    (result 0) (o58 (re 3)) (result (re 3))))
  ((begin (with-exception-handler (lambda (e) (t (list 'w35 e (p))) (raise-continuable e))
   (lambda () (begin (t (p)) (p)) (begin (t (p)) (p)))) (once 'o83 (t 9) (lambda () (raise
   39))))
   (0 0 9 (o83 9) (top 39) (result uncaught) (o83 (re 1)) (result (re 1))))
  ((dynamic-wind (lambda () (t 'in76)) (lambda () (with-exception-handler (lambda (e) (t (list
   'w72 e (p))) 5) (lambda () (begin (t (p)) (p)) (t 'x))) (once 'o1 (t 'x) (lambda () (raise
   35)))) (lambda () (t 'out76)))
   (in76 0 x x (o1 x) (top 35) out76 (result uncaught) in76 (o1 (re 1)) out76 (result (re 1))))
  ((once 'o55 (call/cc (lambda (k671) (t 'x) (k671 13))) (lambda () (begin (t
   (raise-continuable 22)) (raise 38))))
   (x (o55 13) (top 22) (result uncaught) (o55 (re 1)) (result (re 1))))
  ((guard (e ((and (number? e) (even? e)) (t (list 'g30 e (p))))) (with-exception-handler
   (lambda (e) (t (list 'w63 e (p))) 5) (lambda () (let ((v (t 'x))) (t (list 'v33 v)) (t 7))
   (once 'o13 (t (raise-continuable 25)) (lambda () (begin (t (p)) (p)))))))
   (x (v33 x) 7 (w63 25 0) 5 (o13 5) 0 (result 0) (o13 (re 1)) (result (re 1))))
  ((guard (e (#t (t (list 'h2 e)) (p))) (guard (e (#t (t (list 'h73 e)) (p))) (call/cc (lambda
   (k487) (t 1) (t 1))) (once 'o10 (t (raise-continuable 25)) (lambda () (t (raise-continuable
   22))))) (let ((v (call/cc (lambda (k276) (t 9) (k276 12))))) (t (list 'v94 v)) (once 'o87 (t
   'x) (lambda () (t 'x)))))
   (1 1 (h73 25) 9 (v94 12) x (o87 x) x (result x) (o87 (re 1)) (result (re 1))))
  ((once 'o41 (guard (e ((and (number? e) (even? e)) (t (list 'g44 e (p))))) (begin (t (p))
   (p))) (lambda () (guard (e ((and (number? e) (even? e)) (t (list 'g35 e (p))))) (begin (t
   (p)) (p)))))
   (0 (o41 0) 0 (result 0) (o41 (re 1)) (result (re 1))))
  ((once 'o99 (guard (e (#t (t (list 'h64 e)) (p))) (raise 32) (begin (t (p)) (p))) (lambda ()
   (guard (e ((and (number? e) (even? e)) (t (list 'g66 e (p))))) (t 8))))
   ((h64 32) (o99 0) 8 (result 8) (o99 (re 1)) (result (re 1))))
  ((once 'o38 (guard (e (#t (t (list 'h42 e)) (p))) (t 6) (t 5)) (lambda () (once 'o88 (begin
   (t (p)) (p)) (lambda () (begin (t (p)) (p))))))
   (6 5 (o38 5) 0 (o88 0) 0 (result 0) (o88 (re 1)) (result (re 1)) (o38 (re 2)) (result (re
    2))))
  ((once 'o61 (begin (t 3) (t 3)) (lambda () (begin (t (raise-continuable 29)) (t
   (raise-continuable 21)))))
   (3 3 (o61 3) (top 29) (result uncaught) (o61 (re 1)) (result (re 1))))
  ((guard (e ((and (number? e) (even? e)) (t (list 'g56 e (p))))) (once 'o98 (begin (t (p))
   (p)) (lambda () (raise 31))))
   (0 (o98 0) (top 31) (result uncaught) (o98 (re 1)) (result (re 1))))
  ((once 'o54 (guard (e ((and (number? e) (even? e)) (t (list 'g24 e (p))))) (t 'x)) (lambda ()
   (let ((v (t 1))) (t (list 'v51 v)) (raise 32))))
   (x (o54 x) 1 (v51 1) (top 32) (result uncaught) (o54 (re 1)) (result (re 1))))
  ((call/cc (lambda (k225) (call/cc (lambda (k364) (parameterize ((p 72)) (begin (t (p)) (p))
   (t 5)) (guard (e (#t (t (list 'h55 e)) (p))) (begin (t (p)) (p)) (t 4)))) (begin (once 'o90
   (t 6) (lambda () (t 3))) (dynamic-wind (lambda () (t 'in87)) (lambda () (t 3) (t
   (raise-continuable 28))) (lambda () (t 'out87))))))
   (72 5 0 4 6 (o90 6) 3 in87 3 (top 28) out87 (result uncaught) (o90 (re 1)) in87 3 (top 28)
    out87 (result uncaught)))
  ((let ((v (call/cc (lambda (k800) (once 'o93 (t 0) (lambda () (t 3))) (guard (e (#t (t (list
   'h86 e)) (p))) (t 6) (t 8)))))) (t (list 'v90 v)) (once 'o11 (let ((v (t 'x))) (t (list 'v66
   v)) (begin (t (p)) (p))) (lambda () (once 'o1 (begin (t (p)) (p)) (lambda () (t 8))))))
   (0 (o93 0) 3 6 8 (v90 8) x (v66 x) 0 (o11 0) 0 (o1 0) 8 (result 8) (o1 (re 1)) (result (re
    1)) (o11 (re 2)) (result (re 2)) (o93 (re 3)) 6 8 (v90 8) x (v66 x) 0 (o11 0) 0 (o1 0) 8
    (result 8)))
  ((guard (e ((and (number? e) (even? e)) (t (list 'g16 e (p))))) (guard (e (#t (t (list 'h92
   e)) (p))) (dynamic-wind (lambda () (t 'in23)) (lambda () (begin (t (p)) (p)) (t 'x)) (lambda
   () (t 'out23))) (dynamic-wind (lambda () (t 'in7)) (lambda () (t (raise-continuable 25))
   (begin (t (p)) (p))) (lambda () (t 'out7)))))
   (in23 0 x out23 in7 out7 (h92 25) (result 0)))
  ((call/cc (lambda (k852) (once 'o34 (parameterize ((p 53)) (t 7) (begin (t (p)) (p))) (lambda
   () (guard (e ((and (number? e) (even? e)) (t (list 'g9 e (p))))) (t 'x)))) (dynamic-wind
   (lambda () (t 'in54)) (lambda () (once 'o33 (t 1) (lambda () (k852 10))) (call/cc (lambda
   (k383) (k852 13) (k383 17)))) (lambda () (t 'out54)))))
   (7 53 (o34 53) x in54 1 (o33 1) out54 (result 10) in54 (o33 (re 1)) out54 (result 13) (o34
    (re 2)) in54 1 (o33 1) out54 (result 10) in54 (o33 (re 3)) out54 (result 13)))
  ((let ((v (once 'o42 (let ((v (t 4))) (t (list 'v40 v)) (t 9)) (lambda () (once 'o26 (t 'x)
   (lambda () (raise 30))))))) (t (list 'v39 v)) (begin (call/cc (lambda (k802) (t 'x) (t 6)))
   (with-exception-handler (lambda (e) (t (list 'w26 e (p))) (raise-continuable e)) (lambda ()
   (t 8) (begin (t (p)) (p))))))
   (4 (v40 4) 9 (o42 9) x (o26 x) (top 30) (result uncaught) (o26 (re 1)) (v39 (re 1)) x 6 8 0
    (result 0) (o42 (re 2)) (v39 (re 2)) x 6 8 0 (result 0)))
  ((guard (e ((and (number? e) (even? e)) (t (list 'g62 e (p))))) (let ((v (guard (e ((and
   (number? e) (even? e)) (t (list 'g53 e (p))))) (t (raise-continuable 20))))) (t (list 'v72
   v)) (once 'o25 (t 0) (lambda () (t 'x)))))
   ((g53 20 0) (v72 (g53 20 0)) 0 (o25 0) x (result x) (o25 (re 1)) (result (re 1))))
  ((parameterize ((p 72)) (once 'o45 (parameterize ((p 27)) (begin (t (p)) (p)) (t 9)) (lambda
   () (begin (t (raise-continuable 25)) (t 1)))) (dynamic-wind (lambda () (t 'in29)) (lambda ()
   (call/cc (lambda (k311) (k311 13) (t 0))) (begin (t 4) (t (raise-continuable 22)))) (lambda
   () (t 'out29))))
   (27 9 (o45 9) (top 25) (result uncaught) (o45 (re 1)) in29 4 (top 22) out29 (result
    uncaught)))
  ((once 'o15 (guard (e ((and (number? e) (even? e)) (t (list 'g5 e (p))))) (t
   (raise-continuable 26))) (lambda () (with-exception-handler (lambda (e) (t (list 'w71 e
   (p))) 5) (lambda () (t (raise-continuable 25)) (t (raise-continuable 27))))))
   ((g5 26 0) (o15 (g5 26 0)) (w71 25 0) 5 (w71 27 0) 5 (result 5) (o15 (re 1)) (result (re
    1))))
  ((once 'o43 (let ((v (t 9))) (t (list 'v65 v)) (t 3)) (lambda () (guard (e ((and (number? e)
   (even? e)) (t (list 'g36 e (p))))) (t 6))))
   (9 (v65 9) 3 (o43 3) 6 (result 6) (o43 (re 1)) (result (re 1))))
  ((once 'o18 (guard (e ((and (number? e) (even? e)) (t (list 'g20 e (p))))) (guard (e (#t (t
   (list 'h55 e)) (p))) (t 8) (raise 34))) (lambda () (dynamic-wind (lambda () (t 'in64))
   (lambda () (once 'o34 (raise 30) (lambda () (t (raise-continuable 20)))) (guard (e (#t (t
   (list 'h66 e)) (p))) (t 9) (t 9))) (lambda () (t 'out64)))))
   (8 (h55 34) (o18 0) in64 (top 30) out64 (result uncaught) (o18 (re 1)) (result (re 1))))
  ((once 'o60 (once 'o82 (begin (t (p)) (p)) (lambda () (t 'x))) (lambda () (once 'o76 (t 2)
   (lambda () (begin (t (p)) (p))))))
   (0 (o82 0) x (o60 x) 2 (o76 2) 0 (result 0) (o76 (re 1)) (result (re 1)) (o60 (re 2))
    (result (re 2)) (o82 (re 3)) (o60 (re 3)) 2 (o76 2) 0 (result 0)))
  ((call/cc (lambda (k144) (guard (e ((and (number? e) (even? e)) (t (list 'g9 e (p)))))
   (call/cc (lambda (k478) (raise 32) (raise 30)))) (let ((v (guard (e ((and (number? e) (even?
   e)) (t (list 'g81 e (p))))) (t 4)))) (t (list 'v79 v)) (once 'o0 (begin (t (p)) (p)) (lambda
   () (k144 10))))))
   ((g9 32 0) 4 (v79 4) 0 (o0 0) (result 10) (o0 (re 1)) (result (re 1))))
  ((once 'o15 (call/cc (lambda (k939) (k939 10) (t (raise-continuable 26)))) (lambda () (once
   'o34 (t (raise-continuable 28)) (lambda () (raise 32)))))
   ((o15 10) (top 28) (result uncaught) (o15 (re 1)) (result (re 1))))
  ((once 'o77 (dynamic-wind (lambda () (t 'in27)) (lambda () (t 'x) (begin (t (p)) (p)))
   (lambda () (t 'out27))) (lambda () (let ((v (t 2))) (t (list 'v86 v)) (t (raise-continuable
   21)))))
   (in27 x 0 out27 (o77 0) 2 (v86 2) (top 21) (result uncaught) (o77 (re 1)) (result (re 1))))
  ((parameterize ((p 87)) (guard (e ((and (number? e) (even? e)) (t (list 'g40 e (p)))))
   (call/cc (lambda (k752) (t 0) (t 3)))) (once 'o33 (begin (begin (t (p)) (p)) (t 0)) (lambda
   () (begin (t 0) (t 2)))))
   (0 3 87 0 (o33 0) 0 2 (result 2) (o33 (re 1)) (result (re 1))))
  ((with-exception-handler (lambda (e) (t (list 'w64 e (p))) 5) (lambda ()
   (with-exception-handler (lambda (e) (t (list 'w18 e (p))) (raise-continuable e)) (lambda ()
   (t 8) (t 1))) (once 'o76 (t 1) (lambda () (t 5)))))
   (8 1 1 (o76 1) 5 (result 5) (o76 (re 1)) (result (re 1))))
  ((once 'o80 (let ((v (begin (t (p)) (p)))) (t (list 'v35 v)) (begin (t (p)) (p))) (lambda ()
   (parameterize ((p 58)) (t (raise-continuable 20)) (begin (t (p)) (p)))))
   (0 (v35 0) 0 (o80 0) (top 20) (result uncaught) (o80 (re 1)) (result (re 1))))
  ((dynamic-wind (lambda () (t 'in23)) (lambda () (once 'o75 (begin (t (p)) (p)) (lambda () (t
   0))) (once 'o39 (begin (t (p)) (p)) (lambda () (begin (t (p)) (p))))) (lambda () (t
   'out23)))
   (in23 0 (o75 0) 0 0 (o39 0) 0 out23 (result 0) in23 (o39 (re 1)) out23 (result (re 1)) in23
    (o75 (re 2)) 0 (o39 0) 0 out23 (result 0) in23 (o39 (re 3)) out23 (result (re 3))))
  ((once 'o94 (with-exception-handler (lambda (e) (t (list 'w49 e (p))) (+ 1 (if (number? e) e
   0))) (lambda () (t (raise-continuable 23)) (t 6))) (lambda () (call/cc (lambda (k898) (begin
   (t (p)) (p)) (raise 34)))))
   ((w49 23 0) 24 6 (o94 6) 0 (top 34) (result uncaught) (o94 (re 1)) (result (re 1))))
  ((once 'o25 (with-exception-handler (lambda (e) (t (list 'w70 e (p))) (+ 1 (if (number? e) e
   0))) (lambda () (t (raise-continuable 22)) (t 4))) (lambda () (call/cc (lambda (k286) (begin
   (t (p)) (p)) (t 3)))))
   ((w70 22 0) 23 4 (o25 4) 0 3 (result 3) (o25 (re 1)) (result (re 1))))
  ((once 'o83 (call/cc (lambda (k979) (once 'o58 (t 9) (lambda () (t 'x))) (once 'o81 (k979 11)
   (lambda () (raise 35))))) (lambda () (guard (e ((and (number? e) (even? e)) (t (list 'g31 e
   (p))))) (once 'o32 (t 'x) (lambda () (begin (t (p)) (p)))))))
   (9 (o58 9) x (o83 11) x (o32 x) 0 (result 0) (o32 (re 1)) (result (re 1)) (o83 (re 2))
    (result (re 2)) (o58 (re 3)) (o83 11) x (o32 x) 0 (result 0)))
  ((once 'o82 (with-exception-handler (lambda (e) (t (list 'w42 e (p))) (+ 1 (if (number? e) e
   0))) (lambda () (begin (t (p)) (p)) (t (raise-continuable 20)))) (lambda ()
   (with-exception-handler (lambda (e) (t (list 'w59 e (p))) (+ 1 (if (number? e) e 0)))
   (lambda () (begin (t (p)) (p)) (begin (t (p)) (p))))))
   (0 (w42 20 0) 21 (o82 21) 0 0 (result 0) (o82 (re 1)) (result (re 1))))
  ((dynamic-wind (lambda () (t 'in49)) (lambda () (once 'o40 (begin (t (p)) (p)) (lambda () (t
   0))) (guard (e ((and (number? e) (even? e)) (t (list 'g8 e (p))))) (t (raise-continuable
   23)))) (lambda () (t 'out49)))
   (in49 0 (o40 0) 0 (top 23) out49 (result uncaught) in49 (o40 (re 1)) (top 23) out49 (result
    uncaught)))
  ((begin (dynamic-wind (lambda () (t 'in65)) (lambda () (begin (begin (t (p)) (p)) (t 'x))
   (let ((v (t 3))) (t (list 'v51 v)) (t 8))) (lambda () (t 'out65))) (once 'o69 (let ((v (t
   'x))) (t (list 'v61 v)) (t 9)) (lambda () (with-exception-handler (lambda (e) (t (list 'w43
   e (p))) 5) (lambda () (begin (t (p)) (p)) (t 2))))))
   (in65 0 x 3 (v51 3) 8 out65 x (v61 x) 9 (o69 9) 0 2 (result 2) (o69 (re 1)) (result (re
    1))))
  ((once 'o23 (begin (begin (t (p)) (p)) (t 5)) (lambda () (guard (e (#t (t (list 'h46 e))
   (p))) (t (raise-continuable 26)) (t 'x))))
   (0 5 (o23 5) (h46 26) (result 0) (o23 (re 1)) (result (re 1))))
  ((guard (e ((and (number? e) (even? e)) (t (list 'g52 e (p))))) (once 'o19
   (with-exception-handler (lambda (e) (t (list 'w56 e (p))) 5) (lambda () (t
   (raise-continuable 24)) (begin (t (p)) (p)))) (lambda () (with-exception-handler (lambda (e)
   (t (list 'w55 e (p))) (raise-continuable e)) (lambda () (t 5) (t 'x))))))
   ((w56 24 0) 5 0 (o19 0) 5 x (result x) (o19 (re 1)) (result (re 1))))
  ((once 'o98 (with-exception-handler (lambda (e) (t (list 'w28 e (p))) (+ 1 (if (number? e) e
   0))) (lambda () (t 9) (t (raise-continuable 25)))) (lambda () (guard (e (#t (t (list 'h40
   e)) (p))) (t (raise-continuable 26)) (t (raise-continuable 29)))))
   (9 (w28 25 0) 26 (o98 26) (h40 26) (result 0) (o98 (re 1)) (result (re 1))))
  ((once 'o91 (guard (e (#t (t (list 'h20 e)) (p))) (begin (t (p)) (p)) (t 8)) (lambda ()
   (with-exception-handler (lambda (e) (t (list 'w27 e (p))) (+ 1 (if (number? e) e 0)))
   (lambda () (t 8) (t 'x)))))
   (0 8 (o91 8) 8 x (result x) (o91 (re 1)) (result (re 1))))
  ((let ((v (begin (call/cc (lambda (k907) (k907 13) (t (raise-continuable 21)))) (guard (e
   ((and (number? e) (even? e)) (t (list 'g95 e (p))))) (t 2))))) (t (list 'v31 v)) (let ((v
   (once 'o19 (begin (t (p)) (p)) (lambda () (t 5))))) (t (list 'v36 v)) (guard (e (#t (t (list
   'h80 e)) (p))) (begin (t (p)) (p)) (t 3))))
   (2 (v31 2) 0 (o19 0) 5 (v36 5) 0 3 (result 3) (o19 (re 1)) (v36 (re 1)) 0 3 (result 3)))
  ((once 'o16 (begin (t 0) (t 6)) (lambda () (guard (e ((and (number? e) (even? e)) (t (list
   'g29 e (p))))) (t (raise-continuable 26)))))
   (0 6 (o16 6) (g29 26 0) (result (g29 26 0)) (o16 (re 1)) (result (re 1))))
  ((begin (guard (e (#t (t (list 'h34 e)) (p))) (t (raise-continuable 22)) (t 1)) (once 'o18
   (begin (t (p)) (p)) (lambda () (t 0))))
   ((h34 22) 0 (o18 0) 0 (result 0) (o18 (re 1)) (result (re 1))))
  ((let ((v (begin (t 5) (t 8)))) (t (list 'v90 v)) (once 'o14 (begin (t (p)) (p)) (lambda ()
   (raise 31))))
   (5 8 (v90 8) 0 (o14 0) (top 31) (result uncaught) (o14 (re 1)) (result (re 1))))
  ((once 'o31 (guard (e ((and (number? e) (even? e)) (t (list 'g54 e (p))))) (t
   (raise-continuable 26))) (lambda () (with-exception-handler (lambda (e) (t (list 'w34 e
   (p))) (+ 1 (if (number? e) e 0))) (lambda () (t (raise-continuable 26)) (t
   (raise-continuable 22))))))
   ((g54 26 0) (o31 (g54 26 0)) (w34 26 0) 27 (w34 22 0) 23 (result 23) (o31 (re 1)) (result
    (re 1))))
  ((once 'o73 (guard (e (#t (t (list 'h66 e)) (p))) (t (raise-continuable 28)) (t 'x)) (lambda
   () (parameterize ((p 9)) (raise 36) (t (raise-continuable 26)))))
   ((h66 28) (o73 0) (top 36) (result uncaught) (o73 (re 1)) (result (re 1))))
  ((guard (e ((and (number? e) (even? e)) (t (list 'g91 e (p))))) (once 'o72
   (with-exception-handler (lambda (e) (t (list 'w0 e (p))) (+ 1 (if (number? e) e 0))) (lambda
   () (t (raise-continuable 29)) (begin (t (p)) (p)))) (lambda () (let ((v (t 5))) (t (list
   'v61 v)) (t 7)))))
   ((w0 29 0) 30 0 (o72 0) 5 (v61 5) 7 (result 7) (o72 (re 1)) (result (re 1))))
  ((once 'o5 (call/cc (lambda (k990) (k990 15) (k990 14))) (lambda () (call/cc (lambda (k549)
   (raise 30) (t (raise-continuable 29))))))
   ((o5 15) (top 30) (result uncaught) (o5 (re 1)) (result (re 1))))
  ((guard (e (#t (t (list 'h35 e)) (p))) (let ((v (parameterize ((p 42)) (begin (t (p)) (p)) (t
   9)))) (t (list 'v66 v)) (call/cc (lambda (k845) (k845 16) (t 5)))) (call/cc (lambda (k293)
   (once 'o4 (t 'x) (lambda () (t 3))) (once 'o8 (t 5) (lambda () (k293 10))))))
   (42 9 (v66 9) x (o4 x) 3 5 (o8 5) (result 10) (o8 (re 1)) (result (re 1)) (o4 (re 2)) 5 (o8
    5) (result 10) (o8 (re 3)) (result (re 3))))
  ((parameterize ((p 62)) (once 'o34 (guard (e ((and (number? e) (even? e)) (t (list 'g75 e
   (p))))) (t 9)) (lambda () (guard (e ((and (number? e) (even? e)) (t (list 'g7 e (p))))) (t
   8)))) (let ((v (call/cc (lambda (k111) (k111 10) (begin (t (p)) (p)))))) (t (list 'v88 v))
   (once 'o58 (t 2) (lambda () (t 1)))))
   (9 (o34 9) 8 (v88 10) 2 (o58 2) 1 (result 1) (o58 (re 1)) (result (re 1)) (o34 (re 2)) (v88
    10) 2 (o58 2) 1 (result 1) (o58 (re 3)) (result (re 3))))
  ((begin (once 'o77 (begin (t (p)) (p)) (lambda () (t 7))) (once 'o99 (t 9) (lambda () (t
   (raise-continuable 22)))))
   (0 (o77 0) 7 9 (o99 9) (top 22) (result uncaught) (o99 (re 1)) (result (re 1)) (o77 (re 2))
    9 (o99 9) (top 22) (result uncaught) (o99 (re 3)) (result (re 3))))
  ((once 'o48 (call/cc (lambda (k425) (parameterize ((p 8)) (k425 13) (t 'x)) (begin (t 'x)
   (k425 16)))) (lambda () (dynamic-wind (lambda () (t 'in41)) (lambda () (begin (t
   (raise-continuable 29)) (begin (t (p)) (p))) (call/cc (lambda (k521) (t 1) (t 6)))) (lambda
   () (t 'out41)))))
   ((o48 13) in41 (top 29) out41 (result uncaught) (o48 (re 1)) (result (re 1))))
  ((once 'o7 (parameterize ((p 12)) (t 1) (begin (t (p)) (p))) (lambda () (once 'o72 (t
   (raise-continuable 25)) (lambda () (t (raise-continuable 24))))))
   (1 12 (o7 12) (top 25) (result uncaught) (o7 (re 1)) (result (re 1))))
  ((let ((v (with-exception-handler (lambda (e) (t (list 'w93 e (p))) (+ 1 (if (number? e) e
   0))) (lambda () (t 'x) (begin (t (p)) (p)))))) (t (list 'v14 v)) (once 'o76 (t 8) (lambda ()
   (t (raise-continuable 29)))))
   (x 0 (v14 0) 8 (o76 8) (top 29) (result uncaught) (o76 (re 1)) (result (re 1))))
  ((once 'o72 (begin (t 'x) (begin (t (p)) (p))) (lambda () (guard (e ((and (number? e) (even?
   e)) (t (list 'g3 e (p))))) (t 0))))
   (x 0 (o72 0) 0 (result 0) (o72 (re 1)) (result (re 1))))
  ((once 'o82 (with-exception-handler (lambda (e) (t (list 'w27 e (p))) (+ 1 (if (number? e) e
   0))) (lambda () (t (raise-continuable 29)) (t 4))) (lambda () (with-exception-handler
   (lambda (e) (t (list 'w9 e (p))) (raise-continuable e)) (lambda () (t (raise-continuable
   28)) (t 6)))))
   ((w27 29 0) 30 4 (o82 4) (w9 28 0) (top 28) (result uncaught) (o82 (re 1)) (result (re 1))))
  ((guard (e ((and (number? e) (even? e)) (t (list 'g8 e (p))))) (once 'o97 (t 3) (lambda () (t
   (raise-continuable 26)))))
   (3 (o97 3) (g8 26 0) (result (g8 26 0)) (o97 (re 1)) (result (re 1))))
  ((let ((v (once 'o86 (begin (t (p)) (p)) (lambda () (t (raise-continuable 20)))))) (t (list
   'v12 v)) (with-exception-handler (lambda (e) (t (list 'w13 e (p))) 5) (lambda () (t
   (raise-continuable 21)) (t (raise-continuable 29)))))
   (0 (o86 0) (top 20) (result uncaught) (o86 (re 1)) (v12 (re 1)) (w13 21 0) 5 (w13 29 0) 5
    (result 5)))
  ((let ((v (once 'o62 (t 9) (lambda () (t 7))))) (t (list 'v15 v)) (with-exception-handler
   (lambda (e) (t (list 'w6 e (p))) (raise-continuable e)) (lambda () (t 1) (t
   (raise-continuable 23)))))
   (9 (o62 9) 7 (v15 7) 1 (w6 23 0) (top 23) (result uncaught) (o62 (re 1)) (v15 (re 1)) 1 (w6
    23 0) (top 23) (result uncaught)))
  ((let ((v (once 'o7 (t 5) (lambda () (t 5))))) (t (list 'v17 v)) (guard (e (#t (t (list 'h92
   e)) (p))) (begin (t (p)) (p)) (begin (t (p)) (p))))
   (5 (o7 5) 5 (v17 5) 0 0 (result 0) (o7 (re 1)) (v17 (re 1)) 0 0 (result 0)))
  ((guard (e ((and (number? e) (even? e)) (t (list 'g62 e (p))))) (dynamic-wind (lambda () (t
   'in95)) (lambda () (dynamic-wind (lambda () (t 'in70)) (lambda () (t 7) (t 'x)) (lambda ()
   (t 'out70))) (call/cc (lambda (k818) (begin (t (p)) (p)) (t 5)))) (lambda () (t 'out95))))
   (in95 in70 7 x out70 0 5 out95 (result 5)))
  ((guard (e ((and (number? e) (even? e)) (t (list 'g95 e (p))))) (once 'o45 (guard (e (#t (t
   (list 'h6 e)) (p))) (begin (t (p)) (p)) (t 1)) (lambda () (call/cc (lambda (k313) (t 5)
   (begin (t (p)) (p)))))))
   (0 1 (o45 1) 5 0 (result 0) (o45 (re 1)) (result (re 1)))))

(test-end "traces")
