;; The elements of deques.

(define (check-index who ideque n limit)
  (if (not (and (exact-integer? n) (<= 0 n limit)))
      (error (string-append who ": no such place in the deque") n)))

;;> (ideque-ref ideque k)
;;> Element k, counted from 0.
(define (ideque-ref ideque k)
  (check-index "ideque-ref" ideque k (- (ideque-length ideque) 1))
  (if (< k (front-length ideque))
      (list-ref (front ideque) k)
      (list-ref (back ideque) (- (ideque-length ideque) k 1))))

;;> (ideque-take ideque n)
;;> A deque of the first n elements.
(define (ideque-take ideque n)
  (check-index "ideque-take" ideque n (ideque-length ideque))
  (if (<= n (front-length ideque))
      (list->ideque (take (front ideque) n))
      (balanced (front-length ideque) (front ideque)
                (- n (front-length ideque))
                (drop (back ideque) (- (ideque-length ideque) n)))))

;;> (ideque-drop ideque n)
;;> A deque of all but the first n elements.
(define (ideque-drop ideque n)
  (check-index "ideque-drop" ideque n (ideque-length ideque))
  (ideque-reverse
   (ideque-take (ideque-reverse ideque) (- (ideque-length ideque) n))))

;;> (ideque-take-right ideque n)
;;> A deque of the last n elements.
(define (ideque-take-right ideque n)
  (check-index "ideque-take-right" ideque n (ideque-length ideque))
  (ideque-drop ideque (- (ideque-length ideque) n)))

;;> (ideque-drop-right ideque n)
;;> A deque of all but the last n elements.
(define (ideque-drop-right ideque n)
  (check-index "ideque-drop-right" ideque n (ideque-length ideque))
  (ideque-take ideque (- (ideque-length ideque) n)))

;;> (ideque-split-at ideque n)
;;> Two values: deques of the first n elements and of the others.
(define (ideque-split-at ideque n)
  (values (ideque-take ideque n) (ideque-drop ideque n)))

;;> (ideque= same? ideque ...)
;;> Whether the deques have the same length and, by same?, the same elements.
(define (ideque= same? . ideques)
  (define (equal a b)
    (and (= (ideque-length a) (ideque-length b))
         (every same? (ideque->list a) (ideque->list b))))
  (or (null? ideques)
      (let loop ((a (car ideques)) (rest (cdr ideques)))
        (or (null? rest)
            (and (equal a (car rest))
                 (loop (car rest) (cdr rest)))))))

;; proc of the lists of the deques.
(define (on-lists proc ideques) (apply proc (map ideque->list ideques)))

;;> (ideque-any pred ideque1 ideque2 ...)
;;> The first true value of pred for the elements, or #f.
(define (ideque-any pred . ideques)
  (on-lists (lambda lists (apply any pred lists)) ideques))

;;> (ideque-every pred ideque1 ideque2 ...)
;;> The value of pred for the last elements if it is true for all, otherwise #f.
(define (ideque-every pred . ideques)
  (on-lists (lambda lists (apply every pred lists)) ideques))

;;> (ideque-append ideque ...)
;;> A deque of the elements of all of them.
(define (ideque-append . ideques)
  (list->ideque (apply append (map ideque->list ideques))))

;;> (ideque-count pred ideque1 ideque2 ...)
;;> For how many of the elements pred is true.
(define (ideque-count pred . ideques)
  (on-lists (lambda lists (apply count pred lists)) ideques))

;;> (ideque-zip ideque1 ideque2 ...)
;;> A deque of lists: of the first elements of all, the second ones, and so on.
(define (ideque-zip . ideques)
  (list->ideque (on-lists (lambda lists (apply map list lists)) ideques)))

;;> (ideque-map proc ideque1 ideque2 ...)
;;> A deque of what proc returns for the elements.
(define (ideque-map proc . ideques)
  (list->ideque (on-lists (lambda lists (apply map proc lists)) ideques)))

;;> (ideque-filter-map proc ideque1 ideque2 ...)
;;> A deque of what proc returns for the elements, without #f.
(define (ideque-filter-map proc . ideques)
  (list->ideque
   (on-lists (lambda lists (apply filter-map proc lists)) ideques)))

;;> (ideque-append-map proc ideque1 ideque2 ...)
;;> A deque of the elements of the deques, or lists, that proc returns for the elements.
(define (ideque-append-map proc . ideques)
  (apply ideque-append
         (map (lambda (result)
                (if (ideque? result) result (list->ideque result)))
              (on-lists (lambda lists (apply map proc lists)) ideques))))

;;> (ideque-for-each proc ideque1 ideque2 ...)
;;> Calls proc on the elements, in order, for its effects.
(define (ideque-for-each proc . ideques)
  (on-lists (lambda lists (apply for-each proc lists)) ideques))

;;> (ideque-for-each-right proc ideque1 ideque2 ...)
;;> The same, from the last elements back.
(define (ideque-for-each-right proc . ideques)
  (apply for-each proc (map reversed-list ideques)))

;;> (ideque-fold proc init ideque1 ideque2 ...)
;;> (proc element ... so-far) from the first elements on, starting with init.
(define (ideque-fold proc init . ideques)
  (on-lists (lambda lists (apply fold proc init lists)) ideques))

;;> (ideque-fold-right proc init ideque1 ideque2 ...)
;;> (proc element ... so-far) from the last elements back, starting with init.
(define (ideque-fold-right proc init . ideques)
  (on-lists (lambda lists (apply fold-right proc init lists)) ideques))

;;> (ideque-filter pred ideque)
;;> A deque of the elements for which pred is true.
(define (ideque-filter pred ideque)
  (list->ideque (filter pred (ideque->list ideque))))

;;> (ideque-remove pred ideque)
;;> A deque of the elements for which pred is false.
(define (ideque-remove pred ideque)
  (list->ideque (remove pred (ideque->list ideque))))

;; Two deques of the two lists that (proc pred elements) returns.
(define (two-deques proc pred ideque)
  (call-with-values
    (lambda () (proc pred (ideque->list ideque)))
    (lambda (a b) (values (list->ideque a) (list->ideque b)))))

;;> (ideque-partition pred ideque)
;;> Two values: deques of the elements for which pred is true, and of the others.
(define (ideque-partition pred ideque) (two-deques partition pred ideque))

;;> (ideque-span pred ideque)
;;> Two values: deques of the elements before the first for which pred is false, and of
;;> the others.
(define (ideque-span pred ideque) (two-deques span pred ideque))

;;> (ideque-break pred ideque)
;;> Two values: deques of the elements before the first for which pred is true, and of
;;> the others.
(define (ideque-break pred ideque) (two-deques break pred ideque))

(define (find-or pred list failure)
  (let loop ((rest list))
    (cond ((null? rest) (if (pair? failure) ((car failure)) #f))
          ((pred (car rest)) (car rest))
          (else (loop (cdr rest))))))

;;> (ideque-find pred ideque [failure])
;;> The first element for which pred is true; what failure returns, or #f.
(define (ideque-find pred ideque 1 . failure)
  (find-or pred (ideque->list ideque) failure))

;;> (ideque-find-right pred ideque [failure])
;;> The last element for which pred is true; what failure returns, or #f.
(define (ideque-find-right pred ideque 1 . failure)
  (find-or pred (reversed-list ideque) failure))

;;> (ideque-take-while pred ideque)
;;> A deque of the elements before the first for which pred is false.
(define (ideque-take-while pred ideque)
  (list->ideque (take-while pred (ideque->list ideque))))

;;> (ideque-drop-while pred ideque)
;;> A deque of the elements from the first for which pred is false.
(define (ideque-drop-while pred ideque)
  (list->ideque (drop-while pred (ideque->list ideque))))

;;> (ideque-take-while-right pred ideque)
;;> A deque of the elements behind the last for which pred is false.
(define (ideque-take-while-right pred ideque)
  (ideque-reverse
   (list->ideque (take-while pred (reversed-list ideque)))))

;;> (ideque-drop-while-right pred ideque)
;;> A deque of the elements up to the last for which pred is false.
(define (ideque-drop-while-right pred ideque)
  (ideque-reverse
   (list->ideque (drop-while pred (reversed-list ideque)))))
