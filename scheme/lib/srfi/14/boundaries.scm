;; Vectors of boundaries: combining two, and making one from code points.

(define %none '#())
(define %all '#(0 #xD800 #xE000 #x110000))  ; surrogates are no characters

;; The set of what (keep? in-a in-b) is true of.
(define (%combine keep? a b)
  (let ((m (vector-length a)) (n (vector-length b)))
    (let loop ((i 0) (j 0) (inside #f) (result '()))
      (if (and (= i m) (= j n))
          (reverse-list->vector result)
          (let* ((x (if (< i m) (vector-ref a i) #x110001))
                 (y (if (< j n) (vector-ref b j) #x110001))
                 (at (if (< x y) x y))
                 (i (if (= x at) (+ i 1) i))
                 (j (if (= y at) (+ j 1) j))
                 (now (and (keep? (odd? i) (odd? j)) #t)))
            (loop i j now
                  (if (eq? now inside) result (cons at result))))))))

(define (%union a b) (%combine (lambda (a b) (or a b)) a b))
(define (%intersection a b) (%combine (lambda (a b) (and a b)) a b))
(define (%difference a b) (%combine (lambda (a b) (and a (not b))) a b))
(define (%xor a b) (%combine (lambda (a b) (not (eq? a b))) a b))

;; From a list of code points in any order.
(define (%from-codes codes)
  (let loop ((rest (list-sort < codes)) (boundaries '()))
    (cond ((null? rest) (reverse-list->vector boundaries))
          ((null? boundaries)
           (loop (cdr rest) (list (+ (car rest) 1) (car rest))))
          ((< (car rest) (car boundaries)) (loop (cdr rest) boundaries))
          ((= (car rest) (car boundaries))
           (loop (cdr rest) (cons (+ (car rest) 1) (cdr boundaries))))
          (else
           (loop (cdr rest)
                 (cons* (+ (car rest) 1) (car rest) boundaries))))))

(define (%from-chars chars)
  (%from-codes
   (let loop ((rest chars) (codes '()))
     (if (null? rest)
         codes
         (loop (cdr rest) (cons (char->integer (car rest)) codes))))))
