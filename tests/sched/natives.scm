;; Natives with much to do let others have turns in between (K08): how many turns a task that
;; only yields has meanwhile.  What that is in milliseconds, bench/sched tells.
(import (scheme base) (scheme sort) (scheme regex) (fermata sched) (srfi 64))

(test-begin "natives")

(define (turns-beside work)
  (let* ((s (make-scheduler 'clock 'virtual))
         (turns 0) (over #f)
         (ticker (task-spawn s (lambda ()
                                 (let loop ()
                                   (set! turns (+ turns 1))
                                   (task-yield)
                                   (if (not over) (loop))))))
         (worker (task-spawn s (lambda () (let ((result (work))) (set! over #t) result)))))
    (scheduler-run s)
    (list turns (task-result worker))))

(define (beside least check work)
  (let ((result (turns-beside work)))
    (if (and (>= (car result) least) (check (cadr result))) 'fine (car result))))

(define n 1000000)
(define numbers
  (let ((v (make-vector n 0)))
    (let fill ((i 0) (x 12345))
      (if (< i n)
          (begin
            (vector-set! v i x)
            (fill (+ i 1) (modulo (+ (* x 1103515245) 12345) 2147483648)))))
    v))
(define (rising? v)
  (let loop ((i 1))
    (or (= i n) (and (<= (vector-ref v (- i 1)) (vector-ref v i)) (loop (+ i 1))))))

(test-equal "K08 sorting a million numbers by a known order" 'fine
  (beside 100 rising? (lambda () (vector-sort < numbers))))

(define half (make-string 50000000 #\a))
(test-equal "K08 appending to a string of 100,000,000 characters" 'fine
  (beside 300 (lambda (s) (and (= (string-length s) 100000001) (char=? (string-ref s 100000000) #\b)))
          (lambda () (string-append half half "b"))))
(test-equal "K08 appending to a bytevector of 100,000,000 bytes" 'fine
  (beside 300 (lambda (b) (and (= (bytevector-length b) 100000001) (= (bytevector-u8-ref b 100000000) 7)))
          (let ((half (make-bytevector 50000000 1)))
            (lambda () (bytevector-append half half (bytevector 7))))))
(test-equal "what is appended in pieces is what was there, of any width" #t
  (let* ((a (make-string 400000 #\a)) (b (make-string 300000 #\λ)) (c (make-string 500000 #\x1F600)))
    (let ((s (string-append a "" b "|" c)))
      (and (= (string-length s) 1200001)
           (string=? (substring s 0 400000) a)
           (string=? (substring s 400000 700000) b)
           (char=? (string-ref s 700000) #\|)
           (string=? (substring s 700001 1200001) c)))))

(test-equal "K08 a regular expression that could be tried in very many ways" 'fine
  (beside 50 not
          (lambda ()
            (regexp-search '(: (* (or "a" "aa" (: "a" (* "a")))) "b") (make-string 30000 #\a)))))

(test-end "natives")
