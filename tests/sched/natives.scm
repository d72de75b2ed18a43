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

(define (texts n) (vector-map (lambda (x) (number->string x)) (vector-copy numbers 0 n)))
(test-equal "K08 sorting strings" 'fine
  (beside 30 (lambda (v) (= (vector-length v) 200000)) (let ((v (texts 200000))) (lambda () (vector-sort string<? v)))))
(test-equal "K08 sorting strings that are long and begin alike" '(fine #t)
  (let* ((long (make-string 100000 #\a))
         (v (vector-map (lambda (t) (string-append long t)) (texts 300)))
         (sorted #f))
    (list (beside 30 vector? (lambda () (set! sorted (vector-sort string>? v)) sorted))
          (let loop ((i 1))
            (or (= i 300)
                (and (string>=? (vector-ref sorted (- i 1)) (vector-ref sorted i)) (loop (+ i 1))))))))
(test-equal "among strings something else is an error wherever it stands" 'refused
  (guard (e ((error-object? e) 'refused))
    (let ((v (texts 100000)))
      (vector-set! v 99999 'symbol)
      (vector-sort string<? v))))

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

(test-equal "K08 copying a part of a string, a bytevector, a vector" '(fine fine fine)
  (list (beside 100 (lambda (s) (= (string-length s) 49999999)) (lambda () (substring half 1)))
        (beside 100 (lambda (b) (= (bytevector-length b) 49999999))
                (let ((b (make-bytevector 50000000 1))) (lambda () (bytevector-copy b 1))))
        (beside 10 (lambda (v) (= (vector-length v) 5000000))
                (let ((v (make-vector 5000001 1))) (lambda () (vector-copy v 1))))))
(test-equal "K08 appending vectors" 'fine
  (beside 10 (lambda (v) (and (= (vector-length v) 4000001) (eq? (vector-ref v 4000000) 'end)))
          (let ((v (make-vector 2000000 1))) (lambda () (vector-append v v #(end))))))
(test-equal "what is copied in pieces is what was there, of any width" '(#t #t #t)
  (let ((s (string-append (make-string 1300000 #\a) "λ" (make-string 500000 #\x1F600) "b")))
    (list (string=? (string-append (string-copy s 0 1300001) (string-copy s 1300001)) s)
          (string=? (string-copy s 5 1800001) (string-append (make-string 1299995 #\a) "λ" (make-string 500000 #\x1F600)))
          (equal? (vector->list (vector-copy numbers 10 500000)) (vector->list numbers 10 500000)))))

(test-equal "K08 a regular expression that could be tried in very many ways" 'fine
  (beside 50 not
          (lambda ()
            (regexp-search '(: (* (or "a" "aa" (: "a" (* "a")))) "b") (make-string 30000 #\a)))))

;; What untrusted code compares may be as large as its heap.
(define (twins depth) (let loop ((i 0) (t '())) (if (= i depth) t (loop (+ i 1) (vector t t)))))
(define (long-list n end) (let loop ((i 0) (l end)) (if (= i n) l (loop (+ i 1) (cons i l)))))
(define one (long-list 1000000 '()))
(define other (long-list 1000000 '()))
(define third (long-list 1000000 '(x)))
(test-equal "K08 equal? of lists of a million elements" 'fine
  (beside 4 values (lambda () (equal? one other))))
(test-equal "K08 and of such as differ at their end" 'fine
  (beside 4 not (lambda () (equal? (list one one) (list other third)))))
(test-equal "K08 member and assoc where many are equal for long" '(fine fine)
  (let ((few (list third third third)))
    (list (beside 15 values (lambda () (member one (append few (list other)))))
          (beside 15 values (lambda () (assoc one (map list (append few (list other)))))))))
(test-equal "K08 member where many are long strings" 'fine
  (let ((long (make-string 1000000 #\a)) (copy (make-string 1000000 #\a)))
    (string-set! copy 999999 #\b)
    (beside 20 not (lambda () (member long (make-list 1000 copy))))))
(test-equal "what a piecewise search finds, and what it does not" '((#t (2)) (#f #t))
  (list (let ((found (member one (list third other 2)))) (list (eq? (car found) other) (cdr found)))
        (list (member one (list third third)) (equal? (assoc one (list (list other 'b))) (list one 'b)))))
(define wide (make-vector 1000000 1))
(test-equal "K08 equal? of vectors of a million elements" 'fine
  (beside 4 values (lambda () (equal? wide (vector-copy wide)))))
(test-equal "equal? of what is shared so often that it has 2^200 parts" #t
  (equal? (twins 200) (twins 200)))
(test-equal "and of circular lists, in pieces" '(#t #f)
  (let ((ring (lambda (n) (let ((l (long-list n '()))) (set-cdr! (list-tail l (- n 1)) l) l))))
    (list (equal? (ring 200001) (ring 200001)) (equal? (ring 200001) (ring 200002)))))

(test-equal "K08 a string of 10,000,000 characters to UTF-8 and back" '(fine fine)
  (let* ((text (make-string 10000000 #\a)) (bytes (string->utf8 text)))
    (list (beside 40 (lambda (b) (= (bytevector-length b) 10000000)) (lambda () (string->utf8 text)))
          (beside 40 (lambda (s) (= (string-length s) 10000000)) (lambda () (utf8->string bytes))))))
(define (repeated text n)
  (let ((out (open-output-string)))
    (do ((i 0 (+ i 1))) ((= i n) (get-output-string out)) (write-string text out))))
(define (repeated-bytes bytes n)
  (let ((out (open-output-bytevector)))
    (do ((i 0 (+ i 1))) ((= i n) (get-output-bytevector out)) (write-bytevector bytes out))))
(test-equal "texts of any width and at any place come back from their bytes" '(#t #t #t #t #t)
  (map (lambda (text)
         (let ((long (repeated text 140001)))
           (and (string=? long (utf8->string (string->utf8 long)))
                (string=? (substring long 3 1090000) (utf8->string (string->utf8 long 3 1090000))))))
       '("abcdefgh" "abcdefgλ" "abλcdξe\x20AC;fg" "ab\x1F600;cdef\x1F601;gh" "\x1F600;\x1F601;λabcd\x20AC;f")))
(test-equal "bytes that are no text give U+FFFD in pieces as at once" #t
  (let* ((few (bytevector 97 #xe2 #x82 #xf0 #x9f #x80 #x80 #x80 #x80 #x80 #xed #xa0 #x80 #xff 98))
         (n 100003)
         (long (repeated-bytes few n))
         (expected (utf8->string few)))
    (string=? (utf8->string long) (repeated expected n))))
(test-equal "what changes while it is converted is measured again" #t
  (let* ((s (make-scheduler 'clock 'virtual))
         (text (make-string 3000000 #\a))
         (worker (task-spawn s (lambda () (string->utf8 text))))
         (changer (task-spawn s (lambda () (task-yield) (string-set! text 2999999 #\λ) (task-yield) (string-set! text 0 #\λ)))))
    (scheduler-run s)
    (string=? (utf8->string (task-result worker)) text)))
(test-equal "K08 such work is cancelled" 'cancelled
  (let* ((s (make-scheduler 'clock 'virtual))
         (worker (task-spawn s (lambda () (equal? one other)))))
    (task-spawn s (lambda () (task-cancel worker 'enough)))
    (scheduler-run s)
    (task-status worker)))

(test-end "natives")
