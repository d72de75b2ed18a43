;; What a flexvector is, its elements, adding and removing.

;;> (flexvector? obj)
;;> Whether obj is a flexvector.
;;
;;> (flexvector-length flexvector)
;;> The number of elements.
(define-record-type flexvector-record
  (new-flexvector store length)
  flexvector?
  (store store set-store!)
  (length flexvector-length set-length!))

(define (check who obj)
  (if (not (flexvector? obj)) (%wrong-type who 1 "a flexvector" obj)))

;; Signals an index that is not below limit.
(define (check-index who argument k limit)
  (if (not (and (exact-integer? k) (<= 0 k) (< k limit)))
      (%out-of-range who argument
                     (string-append "an index below " (number->string limit))
                     k)))

;; A vector of the elements, not shared.
(define (elements flexvector)
  (vector-copy (store flexvector) 0 (flexvector-length flexvector)))

;; A flexvector of this vector, which becomes part of it.
(define (adopt vector) (new-flexvector vector (vector-length vector)))

(define (make-room! flexvector n)
  (let ((size (vector-length (store flexvector))))
    (if (> n size)
        (let ((new (make-vector (max n (* 2 size) 4) #f)))
          (vector-copy! new 0 (store flexvector) 0
                        (flexvector-length flexvector))
          (set-store! flexvector new)))))

;; Moves the elements from k on by n places to the right.
(define (open-gap! flexvector k n)
  (let ((length (flexvector-length flexvector)))
    (make-room! flexvector (+ length n))
    (vector-copy! (store flexvector) (+ k n) (store flexvector) k length)
    (set-length! flexvector (+ length n))))

;; Elements that are gone are not kept alive.
(define (close-gap! flexvector start end)
  (let* ((length (flexvector-length flexvector))
         (new (- length (- end start))))
    (vector-copy! (store flexvector) start (store flexvector) end length)
    (vector-fill! (store flexvector) #f new length)
    (set-length! flexvector new)))

;;> (flexvector-empty? flexvector)
;;> Whether it has no elements.
(define (flexvector-empty? flexvector) (= (flexvector-length flexvector) 0))

;;> (flexvector-ref flexvector k)
;;> Element k, counted from 0.
(define (flexvector-ref flexvector k)
  (check 'flexvector-ref flexvector)
  (check-index 'flexvector-ref 2 k (flexvector-length flexvector))
  (vector-ref (store flexvector) k))

;;> (flexvector-front flexvector)
;;> The first element.
(define (flexvector-front flexvector) (flexvector-ref flexvector 0))

;;> (flexvector-back flexvector)
;;> The last element.
(define (flexvector-back flexvector)
  (flexvector-ref flexvector (- (flexvector-length flexvector) 1)))

;;> (flexvector-set! flexvector k obj)
;;> Makes obj element k, and returns the old one; at the end it is added.
(define (flexvector-set! flexvector k obj)
  (check 'flexvector-set! flexvector)
  (let ((length (flexvector-length flexvector)))
    (check-index 'flexvector-set! 2 k (+ length 1))
    (if (= k length)
        (flexvector-add-back! flexvector obj)
        (let ((old (vector-ref (store flexvector) k)))
          (vector-set! (store flexvector) k obj)
          old))))

;;> (flexvector-add! flexvector k obj ...)
;;> Puts the objects before element k, and returns the flexvector.
(define (flexvector-add! flexvector k . objects)
  (check 'flexvector-add! flexvector)
  (check-index 'flexvector-add! 2 k (+ (flexvector-length flexvector) 1))
  (open-gap! flexvector k (length objects))
  (let loop ((k k) (rest objects))
    (if (pair? rest)
        (begin
          (vector-set! (store flexvector) k (car rest))
          (loop (+ k 1) (cdr rest)))))
  flexvector)

;;> (flexvector-add-front! flexvector obj ...)
;;> Puts the objects before the first element.
(define (flexvector-add-front! flexvector . objects)
  (apply flexvector-add! flexvector 0 objects))

;;> (flexvector-add-back! flexvector obj ...)
;;> Puts the objects behind the last element.
(define (flexvector-add-back! flexvector obj . more)
  (check 'flexvector-add-back! flexvector)
  (let ((length (flexvector-length flexvector)))
    (make-room! flexvector (+ length 1))
    (vector-set! (store flexvector) length obj)
    (set-length! flexvector (+ length 1))
    (if (pair? more)
        (apply flexvector-add-back! flexvector more)
        flexvector)))

;;> (flexvector-add-all! flexvector k list)
;;> Puts the elements of list before element k, and returns the flexvector.
(define (flexvector-add-all! flexvector k list)
  (apply flexvector-add! flexvector k list))

;;> (flexvector-append! flexvector1 flexvector2 ...)
;;> Adds the elements of the others to the first, and returns it.
(define (flexvector-append! flexvector . others)
  (for-each
   (lambda (other)
     (let ((length (flexvector-length flexvector))
           (new (elements other)))
       (make-room! flexvector (+ length (vector-length new)))
       (vector-copy! (store flexvector) length new)
       (set-length! flexvector (+ length (vector-length new)))))
   others)
  flexvector)

;;> (flexvector-remove! flexvector k)
;;> Removes element k, and returns it.
(define (flexvector-remove! flexvector k)
  (let ((old (flexvector-ref flexvector k)))
    (close-gap! flexvector k (+ k 1))
    old))

;;> (flexvector-remove-front! flexvector)
;;> Removes the first element, and returns it.
(define (flexvector-remove-front! flexvector) (flexvector-remove! flexvector 0))

;;> (flexvector-remove-back! flexvector)
;;> Removes the last element, and returns it.
(define (flexvector-remove-back! flexvector)
  (flexvector-remove! flexvector (- (flexvector-length flexvector) 1)))

;; Where a part begins and ends; both are brought into the flexvector.
(define (range flexvector start+end)
  (let* ((length (flexvector-length flexvector))
         (within (lambda (k low) (max low (min k length))))
         (start (if (pair? start+end) (within (car start+end) 0) 0)))
    (values start
            (if (and (pair? start+end) (pair? (cdr start+end)))
                (within (cadr start+end) start)
                length))))

;;> (flexvector-remove-range! flexvector start [end])
;;> Removes the elements from start up to end.
(define (flexvector-remove-range! flexvector start 1 . end)
  (let-values (((start end) (range flexvector (cons start end))))
    (close-gap! flexvector start end)
    flexvector))

;;> (flexvector-clear! flexvector)
;;> Removes all elements.
(define (flexvector-clear! flexvector)
  (set-store! flexvector (vector))
  (set-length! flexvector 0)
  flexvector)

;;> (flexvector-swap! flexvector i j)
;;> Exchanges two elements.
(define (flexvector-swap! flexvector i j)
  (let ((old (flexvector-ref flexvector i)))
    (flexvector-set! flexvector i (flexvector-ref flexvector j))
    (flexvector-set! flexvector j old)
    flexvector))

;;> (flexvector-fill! flexvector obj [start [end]])
;;> Makes every element from start up to end obj.
(define (flexvector-fill! flexvector obj 2 . start+end)
  (let-values (((start end) (range flexvector start+end)))
    (vector-fill! (store flexvector) obj start end)
    flexvector))

;;> (flexvector-reverse! flexvector [start [end]])
;;> Puts the elements from start up to end in the opposite order.
(define (flexvector-reverse! flexvector 2 . start+end)
  (let-values (((start end) (range flexvector start+end)))
    (let loop ((i start) (j (- end 1)))
      (if (< i j)
          (begin
            (flexvector-swap! flexvector i j)
            (loop (+ i 1) (- j 1)))
          flexvector))))

;; The elements of the vector come to stand at place at, and make the flexvector longer
;; where they reach beyond it.
(define (overwrite! who to at new)
  (check who to)
  (check-index who 2 at (+ (flexvector-length to) 1))
  (let ((end (+ at (vector-length new))))
    (make-room! to end)
    (vector-copy! (store to) at new)
    (set-length! to (max end (flexvector-length to)))
    to))

;;> (flexvector-copy! to at from [start [end]])
;;> Copies elements of from over those of to, from place at on; to may become longer.
(define (flexvector-copy! to at from 2 . start+end)
  (let-values (((start end) (range from start+end)))
    (overwrite! 'flexvector-copy! to at
                (vector-copy (store from) start end))))

;;> (flexvector-reverse-copy! to at from [start [end]])
;;> The same in the opposite order.
(define (flexvector-reverse-copy! to at from 2 . start+end)
  (overwrite! 'flexvector-reverse-copy! to at
              (store (apply flexvector-reverse-copy from start+end))))
