;; Transducers that remember elements: groups of them, and what stands between them.

;; A unique object.
(define nothing (list 'nothing))

;;> (tdelete-neighbor-duplicates [same?])
;;> Leaves out elements that are the same as the one before; same? is equal? if not given.
(define (tdelete-neighbor-duplicates 1 . option)
  (let ((same? (if (pair? option) (car option) equal?)))
    (transducer
     (lambda ()
       (let ((previous nothing))
         (lambda (reducer result element)
           (if (and (not (eq? previous nothing)) (same? previous element))
               result
               (begin
                 (set! previous element)
                 (reducer result element)))))))))

;;> (tadd-between obj)
;;> Puts obj between any two elements.
(define (tadd-between obj)
  (transducer
   (lambda ()
     (let ((first #t))
       (lambda (reducer result element)
         (if first
             (begin
               (set! first #f)
               (reducer result element))
             (let ((result (reducer result obj)))
               (if (reduced? result)
                   result
                   (reducer result element)))))))))

;; A transducer that gathers lists: (ends? group element) says whether the group, last
;; element first, is complete before element.
(define (gathering ends?)
  (lambda (reducer)
    (let ((group '()))
      (define (pass-on result)
        (let ((complete (reverse group)))
          (set! group '())
          (reducer result complete)))
      (case-lambda
        (() (reducer))
        ((result)
         (reducer (if (null? group)
                      result
                      (let ((result (pass-on result)))
                        (if (reduced? result) (unreduce result) result)))))
        ((result element)
         (let ((result (if (and (pair? group) (ends? group element))
                           (pass-on result)
                           result)))
           (if (not (reduced? result))
               (set! group (cons element group)))
           result))))))

;;> (tpartition proc)
;;> Gathers neighbours for which proc returns the same, by equal?, in lists.
(define (tpartition proc)
  (gathering
   (lambda (group element) (not (equal? (proc (car group)) (proc element))))))

;;> (tsegment n)
;;> Gathers n elements each in lists; the last may be shorter.
(define (tsegment n)
  (if (not (and (exact-integer? n) (> n 0)))
      (error "tsegment: argument 1 must be a positive integer" n))
  (lambda (reducer)
    (let ((group '()) (size 0))
      (define (pass-on result)
        (let ((complete (reverse group)))
          (set! group '())
          (set! size 0)
          (reducer result complete)))
      (case-lambda
        (() (reducer))
        ((result)
         (reducer (if (null? group)
                      result
                      (let ((result (pass-on result)))
                        (if (reduced? result) (unreduce result) result)))))
        ((result element)
         (set! group (cons element group))
         (set! size (+ size 1))
         (if (= size n) (pass-on result) result))))))
