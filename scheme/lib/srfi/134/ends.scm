;; Making deques, and their two ends.

;;> (ideque? obj)
;;> Whether obj is an immutable deque.
(define-record-type immutable-deque
  (make-deque front-length front back-length back)
  ideque?
  (front-length front-length)
  (front front)
  (back-length back-length)
  (back back))                           ; last element first

(define empty-deque (make-deque 0 '() 0 '()))

;; A deque of the two lists, balanced.
(define (balanced front-length front back-length back)
  (let* ((length (+ front-length back-length)) (half (quotient length 2)))
    (cond ((> front-length (+ (* 3 back-length) 1))
           (make-deque half (take front half)
                       (- length half)
                       (append back (reverse (drop front half)))))
          ((> back-length (+ (* 3 front-length) 1))
           (make-deque (- length half)
                       (append front (reverse (drop back half)))
                       half (take back half)))
          (else (make-deque front-length front back-length back)))))

;;> (list->ideque list)
;;> A deque of the elements of list.
(define (list->ideque list) (balanced (length list) (list-copy list) 0 '()))

;;> (ideque->list ideque)
;;> The list of the elements.
(define (ideque->list ideque)
  (append (front ideque) (reverse (back ideque))))

;; The list of the elements, last first.
(define (reversed-list ideque)
  (append (back ideque) (reverse (front ideque))))

;;> (ideque obj ...)
;;> A deque of the objects.
(define (ideque . objects) (list->ideque objects))

;;> (ideque-tabulate n proc)
;;> A deque of (proc 0), (proc 1) and so on up to n elements.
(define (ideque-tabulate n proc) (list->ideque (list-tabulate n proc)))

;;> (ideque-unfold stop? mapper successor seed)
;;> A deque of (mapper seed), for seed, (successor seed) and so on up to the one for which
;;> stop? is true.
(define (ideque-unfold stop? mapper successor seed)
  (list->ideque (unfold stop? mapper successor seed)))

;;> (ideque-unfold-right stop? mapper successor seed)
;;> The same, the last one first.
(define (ideque-unfold-right stop? mapper successor seed)
  (list->ideque (unfold-right stop? mapper successor seed)))

;;> (generator->ideque generator)
;;> A deque of what the generator gives.
(define (generator->ideque generator)
  (let loop ((elements '()))
    (let ((element (generator)))
      (if (eof-object? element)
          (list->ideque (reverse elements))
          (loop (cons element elements))))))

;;> (ideque->generator ideque)
;;> A generator of the elements.
(define (ideque->generator ideque)
  (lambda ()
    (if (ideque-empty? ideque)
        (eof-object)
        (let ((element (ideque-front ideque)))
          (set! ideque (ideque-remove-front ideque))
          element))))

;;> (ideque-empty? ideque)
;;> Whether the deque has no elements.
(define (ideque-empty? ideque) (= 0 (ideque-length ideque)))

;;> (ideque-length ideque)
;;> The number of elements.
(define (ideque-length ideque)
  (+ (front-length ideque) (back-length ideque)))

(define (check-filled who ideque)
  (if (ideque-empty? ideque)
      (error (string-append who ": the deque is empty") ideque)))

;; With one element, either list may hold it.
(define (front-element ideque)
  (if (null? (front ideque)) (car (back ideque)) (car (front ideque))))

;;> (ideque-front ideque)
;;> The first element.
(define (ideque-front ideque)
  (check-filled "ideque-front" ideque)
  (front-element ideque))

;;> (ideque-back ideque)
;;> The last element.
(define (ideque-back ideque)
  (check-filled "ideque-back" ideque)
  (front-element (ideque-reverse ideque)))

;;> (ideque-add-front ideque obj)
;;> A deque with obj before the first element.
(define (ideque-add-front ideque obj)
  (balanced (+ 1 (front-length ideque)) (cons obj (front ideque))
            (back-length ideque) (back ideque)))

;;> (ideque-add-back ideque obj)
;;> A deque with obj behind the last element.
(define (ideque-add-back ideque obj)
  (balanced (front-length ideque) (front ideque)
            (+ 1 (back-length ideque)) (cons obj (back ideque))))

;;> (ideque-remove-front ideque)
;;> A deque without the first element.
(define (ideque-remove-front ideque)
  (check-filled "ideque-remove-front" ideque)
  (if (null? (front ideque))
      empty-deque
      (balanced (- (front-length ideque) 1) (cdr (front ideque))
                (back-length ideque) (back ideque))))

;;> (ideque-remove-back ideque)
;;> A deque without the last element.
(define (ideque-remove-back ideque)
  (check-filled "ideque-remove-back" ideque)
  (ideque-reverse (ideque-remove-front (ideque-reverse ideque))))

;;> (ideque-reverse ideque)
;;> A deque of the elements, last first.
(define (ideque-reverse ideque)
  (make-deque (back-length ideque) (back ideque)
              (front-length ideque) (front ideque)))
