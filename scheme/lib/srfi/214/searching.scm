;; Searching and comparing flexvectors.

;;> (flexvector=? same? flexvector ...)
;;> Whether neighbours have equally many elements, which are the same.
(define (flexvector=? same? . flexvectors)
  (or (null? flexvectors)
      (let loop ((first (car flexvectors)) (rest (cdr flexvectors)))
        (or (null? rest)
            (and (= (flexvector-length first) (flexvector-length (car rest)))
                 (flexvector-every same? first (car rest))
                 (loop (car rest) (cdr rest)))))))

;;> (flexvector-index pred flexvector1 flexvector2 ...)
;;> The first place where pred is true, or #f.
(define (flexvector-index pred . flexvectors)
  (let ((n (shortest flexvectors)))
    (let loop ((k 0))
      (and (< k n)
           (if (apply pred (elements-at flexvectors k)) k (loop (+ k 1)))))))

;;> (flexvector-index-right pred flexvector1 flexvector2 ...)
;;> The last place where pred is true, or #f.
(define (flexvector-index-right pred . flexvectors)
  (let loop ((k (- (shortest flexvectors) 1)))
    (and (>= k 0)
         (if (apply pred (elements-at flexvectors k)) k (loop (- k 1))))))

(define (negated pred) (lambda objects (not (apply pred objects))))

;;> (flexvector-skip pred flexvector1 flexvector2 ...)
;;> The first place where pred is #f, or #f.
(define (flexvector-skip pred . flexvectors)
  (apply flexvector-index (negated pred) flexvectors))

;;> (flexvector-skip-right pred flexvector1 flexvector2 ...)
;;> The last place where pred is #f, or #f.
(define (flexvector-skip-right pred . flexvectors)
  (apply flexvector-index-right (negated pred) flexvectors))

;;> (flexvector-binary-search flexvector obj compare [start [end]])
;;> A place where (compare element obj) is 0, or #f; compare is negative before such a
;;> place and positive behind it.
(define (flexvector-binary-search flexvector obj compare 2 . start+end)
  (let-values (((start end) (range flexvector start+end)))
    (let loop ((start start) (end end))
      (and (< start end)
           (let* ((middle (quotient (+ start end) 2))
                  (order (compare (flexvector-ref flexvector middle) obj)))
             (cond ((= order 0) middle)
                   ((< order 0) (loop (+ middle 1) end))
                   (else (loop start middle))))))))

;;> (flexvector-any pred flexvector1 flexvector2 ...)
;;> The first true value of pred, or #f.
(define (flexvector-any pred . flexvectors)
  (let ((n (shortest flexvectors)))
    (let loop ((k 0))
      (and (< k n)
           (or (apply pred (elements-at flexvectors k)) (loop (+ k 1)))))))

;;> (flexvector-every pred flexvector1 flexvector2 ...)
;;> The last value of pred when all are true, else #f.
(define (flexvector-every pred . flexvectors)
  (let ((n (shortest flexvectors)))
    (let loop ((k 0) (last #t))
      (if (< k n)
          (let ((result (apply pred (elements-at flexvectors k))))
            (and result (loop (+ k 1) result)))
          last))))

;;> (flexvector-partition pred flexvector)
;;> Two values: the elements that pred is true of, and the others.
(define (flexvector-partition pred flexvector)
  (let ((yes (new-flexvector (vector) 0)) (no (new-flexvector (vector) 0)))
    (flexvector-for-each
     (lambda (obj) (flexvector-add-back! (if (pred obj) yes no) obj))
     flexvector)
    (values yes no)))
