;; The SRFIs that R7RS took over or that newer ones replace: 0 cond-expand, 6 string ports,
;; 9 records, 23 error, 30 and 62 comments, 34 exceptions, 38 shared structure, 46
;; syntax-rules, 60 bits.
(import (except (scheme base) cond-expand open-input-string open-output-string
                get-output-string define-record-type error guard raise
                with-exception-handler syntax-rules ... _)
        (only (scheme base) error-object-message)
        (srfi 0) (srfi 6) (srfi 9) (srfi 23) (srfi 30) (srfi 34) (srfi 38) (srfi 46)
        (srfi 60) (srfi 62) (srfi 64))

(test-begin "older SRFIs")
(test-equal "0" '(1 2) (list (cond-expand ((library (srfi 0)) 1) (else 2)) (cond-expand (no-such-feature 1) (else 2))))
(test-equal "6" "(a b)" (let ((o (open-output-string))) (write/ss '(a b) o) (get-output-string o)))
(test-equal "9" '(1 5 #t #f)
  (let ()
    (define-record-type point (make-point x y) point? (x point-x) (y point-y set-point-y!))
    (let ((p (make-point 1 2)))
      (set-point-y! p 5)
      (list (point-x p) (point-y p) (point? p) (point? 1)))))
(test-equal "23 and 34" '("text" odd)
  (list (guard (e (#t (error-object-message e))) (error "text" 1))
        (guard (e ((symbol? e) e)) (with-exception-handler raise (lambda () (raise 'odd))))))
(test-equal "30 and 62" '(1 4) '(1 #| 2 #| 3 |# |# #;(5 6) 4))
(test-equal "38" '("(#0=(a) #0#)" "#0=(a . #0#)")
  (map (lambda (obj) (let ((o (open-output-string))) (write-with-shared-structure obj o #f) (get-output-string o)))
       (list (let ((x (list 'a))) (list x x)) (let ((x (list 'a))) (set-cdr! x x) x))))
(let ((read-back (read-with-shared-structure (open-input-string "#1=(a #1# b)"))))
  (test-eq read-back (cadr read-back))
  (test-equal "read/ss" '(1) (read/ss (open-input-string "(1)"))))
(test-equal "46" '(3 (1 2))
  (let-syntax ((m (syntax-rules ::: () ((_ a ::: z) '(z (a :::)))))) (m 1 2 3)))

;; ---- 60
(test-equal '(8 14 6 -11) (list (logand 12 10) (logior 12 10) (logxor 12 10) (lognot 10)))
(test-equal '(10 10) (list (bitwise-if 12 10 2) (bitwise-merge 12 10 2)))
(test-equal '(#f #t #t) (list (logtest 4 3) (any-bits-set? 4 7) (logtest -1 8)))
(test-equal '(2 4 3 3 -1) (list (logcount 10) (integer-length 10) (log2-binary-factors 8) (first-set-bit 8) (log2-binary-factors 0)))
(test-equal '(#t #f 5 4) (list (logbit? 0 13) (bit-set? 1 13) (copy-bit 0 4 #t) (copy-bit 0 5 #f)))
(test-equal '(10 45 13) (list (bit-field 213 1 5) (copy-bit-field 33 6 1 4) (copy-bit-field 13 6 2 2)))
(test-equal '(8 1 -2) (list (ash 1 3) (arithmetic-shift 8 -3) (ash -8 -2)))
(test-equal '(7 11) (list (rotate-bit-field 14 3 0 4) (reverse-bit-field 13 0 4)))
(test-equal '((#t #f #t) (#f #t #f #t) () (#t #t)) (list (integer->list 5) (integer->list 5 4) (integer->list 0) (integer->list -1 2)))
(test-equal '(5 0 6) (list (list->integer '(#t #f #t)) (list->integer '()) (booleans->integer #t #t #f)))
(test-end)
