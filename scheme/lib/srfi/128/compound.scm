;; Comparators made of others, and those of the three equalities of R7RS.

;;> (make-eq-comparator)
;;> A comparator of any objects by eq?, without ordering.
(define (make-eq-comparator) (make-comparator #t eq? #f default-hash))
;;> (make-eqv-comparator)
;;> A comparator of any objects by eqv?, without ordering.
(define (make-eqv-comparator) (make-comparator #t eqv? #f default-hash))
;;> (make-equal-comparator)
;;> A comparator of any objects by equal?, without ordering.
(define (make-equal-comparator) (make-comparator #t equal? #f default-hash))

;; What make gives when all comparators have what part asks for, or #f.
(define (%when-all has? make . comparators)
  (and (every has? comparators) (make)))

;;> (make-pair-comparator car-comparator cdr-comparator)
;;> A comparator of pairs, by car first.
(define (make-pair-comparator of-car of-cdr)
  (make-comparator
   (lambda (obj)
     (and (pair? obj)
          (comparator-test-type of-car (car obj))
          (comparator-test-type of-cdr (cdr obj))))
   (lambda (a b)
     (and (=? of-car (car a) (car b))
          (=? of-cdr (cdr a) (cdr b))))
   (%when-all comparator-ordered?
              (lambda ()
                (lambda (a b)
                  (if (=? of-car (car a) (car b))
                      (<? of-cdr (cdr a) (cdr b))
                      (<? of-car (car a) (car b)))))
              of-car of-cdr)
   (%when-all comparator-hashable?
              (lambda ()
                (lambda (obj)
                  (%combined (comparator-hash of-car (car obj))
                             (comparator-hash of-cdr (cdr obj)))))
              of-car of-cdr)))

;;> (make-list-comparator element-comparator [type-test empty? head tail])
;;> A comparator of sequences, element by element; a sequence is before its
;;> continuations. Lists, if nothing else is said.
(define (make-list-comparator of-element 4 . options)
  (let ((type-test (if (pair? options) (list-ref options 0) list?))
        (empty? (if (pair? options) (list-ref options 1) null?))
        (head (if (pair? options) (list-ref options 2) car))
        (tail (if (pair? options) (list-ref options 3) cdr)))
    (make-comparator
     (lambda (obj)
       (and (type-test obj)
            (let loop ((rest obj))
              (or (empty? rest)
                  (and (comparator-test-type of-element (head rest))
                       (loop (tail rest)))))))
     (lambda (a b)
       (let loop ((a a) (b b))
         (cond ((empty? a) (empty? b))
               ((empty? b) #f)
               (else (and (=? of-element (head a) (head b))
                          (loop (tail a) (tail b)))))))
     (and (comparator-ordered? of-element)
          (lambda (a b)
            (let loop ((a a) (b b))
              (cond ((empty? a) (not (empty? b)))
                    ((empty? b) #f)
                    ((=? of-element (head a) (head b))
                     (loop (tail a) (tail b)))
                    (else (<? of-element (head a) (head b)))))))
     (and (comparator-hashable? of-element)
          (lambda (obj)
            (let loop ((rest obj) (hash (hash-salt)))
              (if (empty? rest)
                  hash
                  (loop (tail rest)
                        (%combined hash
                                   (comparator-hash of-element
                                                    (head rest)))))))))))

;;> (make-vector-comparator element-comparator [type-test length ref])
;;> A comparator of sequences, the shorter first, then element by element. Vectors, if
;;> nothing else is said.
(define (make-vector-comparator of-element 3 . options)
  (let ((type-test (if (pair? options) (list-ref options 0) vector?))
        (size (if (pair? options) (list-ref options 1) vector-length))
        (ref (if (pair? options) (list-ref options 2) vector-ref)))
    (make-comparator
     (lambda (obj)
       (and (type-test obj)
            (let ((n (size obj)))
              (let loop ((i 0))
                (or (= i n)
                    (and (comparator-test-type of-element (ref obj i))
                         (loop (+ i 1))))))))
     (lambda (a b)
       (let ((n (size a)))
         (and (= n (size b))
              (let loop ((i 0))
                (or (= i n)
                    (and (=? of-element (ref a i) (ref b i))
                         (loop (+ i 1))))))))
     (and (comparator-ordered? of-element)
          (lambda (a b)
            (let ((n (size a)))
              (if (= n (size b))
                  (let loop ((i 0))
                    (and (< i n)
                         (if (=? of-element (ref a i) (ref b i))
                             (loop (+ i 1))
                             (<? of-element (ref a i) (ref b i)))))
                  (< n (size b))))))
     (and (comparator-hashable? of-element)
          (lambda (obj)
            (let ((n (size obj)))
              (let loop ((i 0) (hash (hash-salt)))
                (if (= i n)
                    hash
                    (loop (+ i 1)
                          (%combined hash (comparator-hash of-element
                                                           (ref obj i))))))))))))
