;; What write shows, read gives back: random data from a seed, with sharing and cycles.
(import (scheme base) (scheme read) (scheme write) (scheme inexact) (srfi 64))

(test-begin "round-trip")

(define state 20240607)
(define (below n)  ; a linear congruential generator, its high bits
  (set! state (modulo (+ (* state 6364136223846793005) 1442695040888963407) (expt 2 64)))
  (modulo (quotient state (expt 2 33)) n))
(define (one-of v) (vector-ref v (below (vector-length v))))

(define (some n make) (let loop ((i (below n)) (l '())) (if (= i 0) l (loop (- i 1) (cons (make) l)))))

(define (random-char)
  (case (below 6)
    ((0) (integer->char (below 128)))
    ((1) (integer->char (+ 160 (below 600))))
    ((2) (integer->char (+ #x4e00 (below 1000))))
    ((3) (integer->char (+ #x1f300 (below 600))))
    ((4) (one-of #(#\newline #\tab #\\ #\" #\| #\; #\( #\) #\' #\, #\` #\# #\space #\null #\delete #\x300 #\xd7ff #\xe000 #\x10ffff)))
    (else (integer->char (+ 97 (below 26))))))

(define (random-string) (apply string (some 12 random-char)))

(define (random-number)
  (case (below 9)
    ((0) (- (below 2000) 1000))
    ((1) (- (expt 2 (below 200)) (below 3)))
    ((2) (- (expt 7 (below 300))))
    ((3) (/ (- (below 2000) 1000) (+ 1 (below 999))))
    ((4) (* (- (below 2000000) 1000000) (expt 2. (- (below 2000) 1070))))
    ((5) (one-of #(0. -0. +inf.0 -inf.0 1e21 1e-7 5e-324 1.7976931348623157e308 .1 123456789012345680000.)))
    ((6) (/ (inexact (below 1000000)) (+ 1 (below 1000000))))
    ((7) (sqrt (+ 2 (below 1000))))
    (else (below 10))))

(define (random-atom)
  (case (below 9)
    ((0 1) (random-number))
    ((2) (random-string))
    ((3) (string->symbol (random-string)))
    ((4) (one-of #(+ - ... |.| |1+| |a b| || |+i| |-.5| |#foo| |a\|b| ->x .foo |+.5| |1/2| nan |+nan.0| λ |A|)))
    ((5) (random-char))
    ((6) (one-of '#(#t #f ())))
    ((7) (apply bytevector (some 6 (lambda () (below 256)))))
    (else (string->symbol (string (integer->char (+ 97 (below 26))))))))

(define (random-datum depth)
  (if (= depth 0)
      (random-atom)
      (case (below 8)
        ((0 1) (random-atom))
        ((2 3 4) (some 5 (lambda () (random-datum (- depth 1)))))
        ((5) (append (some 4 (lambda () (random-datum (- depth 1))))
                     (cons (random-datum (- depth 1)) (random-atom))))
        ((6) (list->vector (some 5 (lambda () (random-datum (- depth 1))))))
        (else (list (one-of '#(quote quasiquote unquote unquote-splicing)) (random-datum (- depth 1)))))))

(define (written obj write)
  (let ((port (open-output-string)))
    (write obj port)
    (get-output-string port)))
(define (read-text text) (read (open-input-string text)))

(define (failures n check)
  (let loop ((i 0) (failed '()))
    (if (= i n)
        failed
        (let ((text (check)))
          (loop (+ i 1) (if text (cons text failed) failed))))))

(define (goes-round write)
  (lambda ()
    (let* ((datum (random-datum 4)) (text (written datum write)))
      (if (equal? datum (guard (c (#t (list 'raised text))) (read-text text))) #f text))))

(test-equal "write" '() (failures 3000 (goes-round write)))
(test-equal "write-simple" '() (failures 2000 (goes-round write-simple)))
(test-equal "write-shared" '() (failures 2000 (goes-round write-shared)))
(test-equal "numbers in every radix" '()
  (failures 2000
            (lambda ()
              (let* ((n (random-number)) (radix (if (exact? n) (+ 2 (below 35)) 10))
                     (text (number->string n radix)))
                (if (eqv? n (string->number text radix)) #f (list radix text))))))

;; Sharing and cycles: random edges between containers.  What is read is written alike, and
;; is equal where equality comes to an end.
(define (random-graph)
  (let ((nodes (let loop ((i 0) (l '()))
                 (if (= i 6) (list->vector l)
                     (loop (+ i 1)
                           (cons (if (= 0 (below 2)) (make-vector (below 4) 0) (cons 0 '())) l))))))
    (define (target) (if (= 0 (below 3)) (random-atom) (one-of nodes)))
    (vector-for-each
     (lambda (node)
       (if (pair? node)
           (begin (set-car! node (target)) (set-cdr! node (target)))
           (do ((i 0 (+ i 1))) ((= i (vector-length node))) (vector-set! node i (target)))))
     nodes)
    (vector-ref nodes 0)))

(define (graph-goes-round write)
  (lambda ()
    (let* ((graph (random-graph)) (text (written graph write)) (back (read-text text)))
      (if (and (string=? text (written back write)) (equal? graph back)) #f text))))
(test-equal "graphs by write" '() (failures 2000 (graph-goes-round write)))
(test-equal "graphs by write-shared" '() (failures 2000 (graph-goes-round write-shared)))

(test-end "round-trip")
