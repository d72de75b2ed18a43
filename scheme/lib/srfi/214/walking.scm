;; Walking along flexvectors.

(define (shortest flexvectors) (apply min (map flexvector-length flexvectors)))

;; The elements at place k of each.
(define (elements-at flexvectors k)
  (map (lambda (flexvector) (flexvector-ref flexvector k)) flexvectors))

;;> (flexvector-fold proc seed flexvector1 flexvector2 ...)
;;> Calls (proc state element ...) from left to right, the state being what the call
;;> before returned, first the seed.
(define (flexvector-fold proc seed . flexvectors)
  (let ((n (shortest flexvectors)))
    (let loop ((k 0) (state seed))
      (if (< k n)
          (loop (+ k 1) (apply proc state (elements-at flexvectors k)))
          state))))

;;> (flexvector-fold-right proc seed flexvector1 flexvector2 ...)
;;> The same from right to left.
(define (flexvector-fold-right proc seed . flexvectors)
  (let loop ((k (- (shortest flexvectors) 1)) (state seed))
    (if (>= k 0)
        (loop (- k 1) (apply proc state (elements-at flexvectors k)))
        state)))

;;> (flexvector-map/index proc flexvector1 flexvector2 ...)
;;> A flexvector of what (proc k element ...) returns.
(define (flexvector-map/index proc . flexvectors)
  (let ((n (shortest flexvectors)))
    (let loop ((k 0) (results '()))
      (if (< k n)
          (loop (+ k 1)
                (cons (apply proc k (elements-at flexvectors k)) results))
          (reverse-list->flexvector results)))))

;;> (flexvector-map proc flexvector1 flexvector2 ...)
;;> A flexvector of what (proc element ...) returns.
(define (flexvector-map proc . flexvectors)
  (apply flexvector-map/index
         (lambda (k . objects) (apply proc objects))
         flexvectors))

(define (replace! flexvector new)
  (set-store! flexvector (store new))
  (set-length! flexvector (flexvector-length new))
  flexvector)

;;> (flexvector-map/index! proc flexvector1 flexvector2 ...)
;;> As flexvector-map/index, into the first flexvector.
(define (flexvector-map/index! proc flexvector . more)
  (replace! flexvector (apply flexvector-map/index proc flexvector more)))

;;> (flexvector-map! proc flexvector1 flexvector2 ...)
;;> As flexvector-map, into the first flexvector.
(define (flexvector-map! proc flexvector . more)
  (replace! flexvector (apply flexvector-map proc flexvector more)))

;;> (flexvector-append-map/index proc flexvector1 flexvector2 ...)
;;> The elements of the flexvectors that (proc k element ...) returns.
(define (flexvector-append-map/index proc . flexvectors)
  (flexvector-concatenate
   (flexvector->list (apply flexvector-map/index proc flexvectors))))

;;> (flexvector-append-map proc flexvector1 flexvector2 ...)
;;> The elements of the flexvectors that (proc element ...) returns.
(define (flexvector-append-map proc . flexvectors)
  (flexvector-concatenate
   (flexvector->list (apply flexvector-map proc flexvectors))))

;;> (flexvector-filter/index pred flexvector)
;;> The elements for which (pred k element) is true.
(define (flexvector-filter/index pred flexvector)
  (let ((n (flexvector-length flexvector)) (result (new-flexvector (vector) 0)))
    (let loop ((k 0))
      (if (< k n)
          (let ((obj (flexvector-ref flexvector k)))
            (if (pred k obj) (flexvector-add-back! result obj))
            (loop (+ k 1)))
          result))))

;;> (flexvector-filter pred flexvector)
;;> The elements that pred is true of.
(define (flexvector-filter pred flexvector)
  (flexvector-filter/index (lambda (k obj) (pred obj)) flexvector))

;;> (flexvector-filter/index! pred flexvector)
;;> Removes the elements for which (pred k element) is #f.
(define (flexvector-filter/index! pred flexvector)
  (replace! flexvector (flexvector-filter/index pred flexvector)))

;;> (flexvector-filter! pred flexvector)
;;> Removes the elements that pred is not true of.
(define (flexvector-filter! pred flexvector)
  (replace! flexvector (flexvector-filter pred flexvector)))

;;> (flexvector-for-each/index proc flexvector1 flexvector2 ...)
;;> Calls (proc k element ...) from left to right.
(define (flexvector-for-each/index proc . flexvectors)
  (let ((n (shortest flexvectors)))
    (let loop ((k 0))
      (if (< k n)
          (begin
            (apply proc k (elements-at flexvectors k))
            (loop (+ k 1)))))))

;;> (flexvector-for-each proc flexvector1 flexvector2 ...)
;;> Calls (proc element ...) from left to right.
(define (flexvector-for-each proc . flexvectors)
  (apply flexvector-for-each/index
         (lambda (k . objects) (apply proc objects))
         flexvectors))

;;> (flexvector-count pred flexvector1 flexvector2 ...)
;;> How often (pred element ...) is true.
(define (flexvector-count pred . flexvectors)
  (apply flexvector-fold
         (lambda (n . objects) (if (apply pred objects) (+ n 1) n))
         0 flexvectors))

;;> (flexvector-cumulate proc seed flexvector)
;;> The states of (flexvector-fold proc seed flexvector), one for each element.
(define (flexvector-cumulate proc seed flexvector)
  (let ((state seed))
    (flexvector-map (lambda (obj) (set! state (proc state obj)) state)
                    flexvector)))
