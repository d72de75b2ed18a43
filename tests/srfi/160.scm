;; SRFI 160 and SRFI 4: vectors of numbers of one type.
(import (scheme base) (scheme write) (scheme read) (scheme generator) (scheme comparator) (srfi 4) (srfi 64)
        (srfi 160 base) (srfi 160 f64) (scheme vector s16) (scheme vector u8) (srfi 160 c128)
        (only (scheme vector base) c64vector) (only (srfi 160 u64) u64vector-map))

(test-begin "SRFI 160")

;; ---- the base
(test-equal "make, length, ref, set!" '((3 0.0) (2 7) #s8(1 -128) #u64(18446744073709551615 0))
  (list (let ((v (make-f64vector 3))) (list (f64vector-length v) (f64vector-ref v 2)))
        (let ((v (make-u16vector 2 7))) (list (u16vector-length v) (u16vector-ref v 1)))
        (let ((v (make-s8vector 2 1))) (s8vector-set! v 1 -128) v)
        (let ((v (make-u64vector 2))) (u64vector-set! v 0 18446744073709551615) v)))
(test-equal "lists" '((1 2) (2) #s32(1 -2) #f32(0.5 2.0)) (list (s64vector->list (s64vector 1 2)) (u32vector->list (u32vector 1 2 3) 1 2) (list->s32vector '(1 -2)) (list->f32vector '(1/2 2))))
(test-equal "a u8 vector is a bytevector" '(#u8(1 2) #t #t 2) (list (u8vector 1 2) (u8vector? (bytevector 1)) (bytevector? (make-u8vector 1)) (u8vector-ref #u8(1 2) 1)))
(test-equal "f32 rounds" 0.10000000149011612 (f32vector-ref (f32vector 0.1) 0))
(test-equal "complex" '(1.0+2.0i 3.0+0.0i #c64(0.0+1.0i)) (list (c128vector-ref #c128(1+2i) 0) (c64vector-ref (c64vector 3) 0) (c64vector +i)))
(test-equal "types" '(#t #f #f #t #f #t #f #t #f) (list (f64vector? #f64()) (f64vector? #f32()) (f64vector? '#(1.)) (u8? 255) (u8? 256) (f32? 1.) (f32? 1) (c64? 1.+2.i) (c64? 1.)))
(test-error 'wrong-type (s8vector 128))
(test-error 'wrong-type (u16vector-set! (make-u16vector 1) 0 -1))
(test-error 'wrong-type (u64vector 18446744073709551616))
(test-error 'wrong-type (s16vector 1.))
(test-error 'wrong-type (f64vector "1"))
(test-error 'wrong-type (f64vector-ref #f32(1) 0))
(test-error 'out-of-range (f64vector-ref #f64(1) 1))
(test-error 'immutable (f64vector-set! #f64(1) 0 2.))
(test-error 'wrong-type (list->s8vector '(1 x)))
(test-error 'wrong-type (list->s8vector '(1 . 2)))

;; ---- reading, writing, equality
(define (written obj) (let ((p (open-output-string))) (write obj p) (get-output-string p)))
(define (read-text s) (read (open-input-string s)))
(test-equal '("#f64(1.0 -0.5)" "#s16()" "#c64(1.0+2.0i)" "(#f #u8(1))") (map written (list #f64(1 -1/2) #s16() #c64(1+2i) '(#f #u8(1)))))
(test-equal '(#t #f) (list (equal? (f64vector 1 2) (read-text "#F64(1 2)")) (equal? (f64vector 1 2) (f32vector 1 2))))
(test-equal '(#f (#f) #f) (list (read-text "#f") (read-text "(#f)") (read-text "#false")))
(test-error read-error? (read-text "#s8(300)"))
(test-error read-error? (read-text "#f16(1)"))
(test-error read-error? (read-text "#f16(1)"))
(test-equal "what is read may be changed" #s16(5) (let ((v (read-text "#s16(1)"))) (s16vector-set! v 0 5) v))

;; ---- making
(test-equal '(#f64(0.0 1.0 4.0) #s16(2 1 0) #s16(10 11 13)) (list (f64vector-unfold (lambda (i x) (values (* i x) (+ x 1))) 3 0) (s16vector-unfold-right (lambda (i x) (values x (+ x 1))) 3 0) (s16vector-unfold (lambda (i x) (values x (+ x i 1))) 3 10)))
(test-equal '(#s16(2 3) #s16(3 2 1) #s16(3 2)) (list (s16vector-copy #s16(1 2 3) 1) (s16vector-reverse-copy #s16(1 2 3)) (s16vector-reverse-copy #s16(1 2 3) 1)))
(test-equal '(#f64() #f64(1 2 3) #f64(1 2) #f64(2 5)) (list (f64vector-append) (f64vector-append #f64(1) #f64(2 3)) (f64vector-concatenate (list #f64(1) #f64(2))) (f64vector-append-subvectors #f64(1 2 3) 1 2 #f64(4 5) 1 2)))
(test-error 'wrong-type (f64vector-append #f64(1) #f32(2)))
(test-equal '((3 2) #(1 2) #s16(1 2) #s16(2) #s16(3 2 1)) (list (reverse-s16vector->list #s16(1 2 3) 1) (s16vector->vector #s16(1 2)) (vector->s16vector #(1 2)) (vector->s16vector #(1 2 3) 1 2) (reverse-list->s16vector '(1 2 3))))

;; ---- walking
(test-equal '(6 123 (3 2 1) 32) (list (s16vector-fold + 0 #s16(1 2 3)) (s16vector-fold (lambda (acc x) (+ (* 10 acc) x)) 0 #s16(1 2 3)) (s16vector-fold-right (lambda (acc x) (append acc (list x))) '() #s16(1 2 3)) (s16vector-fold (lambda (acc a b) (+ acc (* a b))) 0 #s16(1 2 3) #s16(4 5 6 7))))
(test-equal '(#f64(-1 -2) #s16(11 22) #u64(4)) (list (f64vector-map - #f64(1 2)) (s16vector-map + #s16(1 2 3) #s16(10 20)) (u64vector-map (lambda (x) (* x x)) #u64(2))))
(test-equal '(#s16(2 4 3) (2 1) 2 #s16(1 3 6)) (list (let ((v (s16vector 1 2 3))) (s16vector-map! + v #s16(1 2)) v) (let ((seen '())) (s16vector-for-each (lambda (x) (set! seen (cons x seen))) #s16(1 2)) seen) (s16vector-count odd? #s16(1 2 3)) (s16vector-cumulate + 0 #s16(1 2 3))))
(test-equal '(1 #f 2 0 #f 2) (list (s16vector-index even? #s16(1 2 4)) (s16vector-index even? #s16(1)) (s16vector-index-right even? #s16(1 2 4)) (s16vector-skip even? #s16(1 2)) (s16vector-skip odd? #s16(1)) (s16vector-skip-right even? #s16(1 2 3 4))))
(test-equal '(4 #f #t 9 #f) (list (s16vector-any (lambda (x) (and (even? x) (* x x))) #s16(1 2)) (s16vector-any < #s16(1) #s16(0)) (s16vector-every odd? #s16()) (s16vector-every (lambda (x) (* x x)) #s16(1 3)) (s16vector-every odd? #s16(1 2 3))))
(test-equal '(#t #t #f #f) (list (f64vector=) (f64vector= #f64(1 2) (f64vector 1 2) #f64(1 2)) (f64vector= #f64(1) #f64(1 2)) (f64vector= #f64(1) #f64(1) #f64(2))))

;; ---- parts
(test-equal '(#t #f #s16(1) #s16(3) #s16(2 3) #s16(1 2) (#s16(1 2) #s16(3)) ()) (list (s16vector-empty? #s16()) (s16vector-empty? #s16(1)) (s16vector-take #s16(1 2 3) 1) (s16vector-take-right #s16(1 2 3) 1) (s16vector-drop #s16(1 2 3) 1) (s16vector-drop-right #s16(1 2 3) 1) (s16vector-segment #s16(1 2 3) 2) (s16vector-segment #s16() 2)))
(test-equal '(#s16(1) #s16(2 3) #s16(3) #s16(1 2) #s16(1 3)) (list (s16vector-take-while odd? #s16(1 2 3)) (s16vector-drop-while odd? #s16(1 2 3)) (s16vector-take-while-right odd? #s16(1 2 3)) (s16vector-drop-while-right odd? #s16(1 2 3)) (s16vector-take-while odd? #s16(1 3))))
(test-equal '(#s16(1 3 2 4) 2 #s16(2 4) #s16(1 3)) (let-values (((v n) (s16vector-partition odd? #s16(1 2 3 4)))) (list v n (s16vector-filter even? #s16(1 2 3 4)) (s16vector-remove even? #s16(1 2 3 4)))))

;; ---- changing
(define (changed proc) (let ((v (s16vector 1 2 3 4))) (proc v) v))
(test-equal '(#s16(4 2 3 1) #s16(9 9 9 9) #s16(1 9 9 4) #s16(4 3 2 1) #s16(1 3 2 4))
  (list (changed (lambda (v) (s16vector-swap! v 0 3))) (changed (lambda (v) (s16vector-fill! v 9))) (changed (lambda (v) (s16vector-fill! v 9 1 3))) (changed s16vector-reverse!) (changed (lambda (v) (s16vector-reverse! v 1 3)))))
(test-equal '(#s16(1 1 2 3) #s16(1 9 8 4) #s16(0 3 2 1) #s16(1 5 6 4) #s16(1 6 5 4))
  (list (changed (lambda (v) (s16vector-copy! v 1 v 0 3))) (changed (lambda (v) (s16vector-copy! v 1 #s16(9 8)))) (changed (lambda (v) (s16vector-set! v 0 0) (s16vector-reverse-copy! v 1 #s16(1 2 3))))
        (changed (lambda (v) (s16vector-unfold! (lambda (i x) (values x (+ x 1))) v 1 3 5))) (changed (lambda (v) (s16vector-unfold-right! (lambda (i x) (values x (+ x 1))) v 1 3 5)))))
(test-error 'out-of-range (s16vector-copy! (s16vector 1) 0 #s16(1 2)))
(test-error 'wrong-type (s16vector-copy! (s16vector 1) 0 #s8(1)))

;; ---- generators, comparators, output
(test-equal '((1 2 3) (2)) (list (generator->list (make-s16vector-generator #s16(1 2 3))) (generator->list (make-s16vector-generator #s16(1 2 3) 1 2))))
(test-equal '(#t #t #f #t #f #t) (list (<? s16vector-comparator #s16(9) #s16(1 1)) (<? s16vector-comparator #s16(1 1) #s16(1 2)) (<? s16vector-comparator #s16(1 2) #s16(1 2)) (=? s16vector-comparator #s16(1 2) (s16vector 1 2))
  (comparator-test-type s16vector-comparator #s8(1)) (= (comparator-hash s16vector-comparator #s16(1 2)) (comparator-hash s16vector-comparator (s16vector 1 2)))))
(test-equal '(#t #f) (list (<? c128vector-comparator #c128(1+1i) #c128(1+2i)) (<? c128vector-comparator #c128(2+1i) #c128(1+2i))))
(test-equal "#s16(1 2)" (let ((p (open-output-string))) (write-s16vector #s16(1 2) p) (get-output-string p)))
(test-equal "u8 has them all" '(#u8(2 3) #u8(6) #u8(2 1)) (list (u8vector-map (lambda (x) (+ x 1)) #u8(1 2)) (u8vector (u8vector-fold + 0 #u8(1 2 3))) (u8vector-reverse-copy #u8(1 2))))
(test-end)
