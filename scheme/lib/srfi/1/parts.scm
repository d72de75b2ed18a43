;; Parts of lists.

(define (%nth who list k)
  (let loop ((rest list) (i k))
    (cond ((not (pair? rest))
           (%wrong-type who 1 "a list with more elements" list))
          ((= i 0) (car rest))
          (else (loop (cdr rest) (- i 1))))))

;;> (sixth list)
;;> The sixth element.
(define (sixth list) (%nth 'sixth list 5))
;;> (seventh list)
;;> The seventh element.
(define (seventh list) (%nth 'seventh list 6))
;;> (eighth list)
;;> The eighth element.
(define (eighth list) (%nth 'eighth list 7))
;;> (ninth list)
;;> The ninth element.
(define (ninth list) (%nth 'ninth list 8))
;;> (tenth list)
;;> The tenth element.
(define (tenth list) (%nth 'tenth list 9))

;;> (car+cdr pair)
;;> Two values: the car and the cdr.
(define (car+cdr pair) (values (car pair) (cdr pair)))

;; The last k pairs of a list, found by two walks that are k pairs apart.
(define (%lag who list k)
  (if (circular-list? list) (%wrong-type who 1 "a list with an end" list))
  (let loop ((lead list) (i k))
    (cond ((= i 0) lead)
          ((pair? lead) (loop (cdr lead) (- i 1)))
          (else (%out-of-range who 2 "at most the length of the list" k)))))

;;> (take-right list k)
;;> The last k elements; shares the end of list, which may be dotted.
(define (take-right list k)
  (let loop ((lag list) (lead (%lag 'take-right list k)))
    (if (pair? lead)
        (loop (cdr lag) (cdr lead))
        lag)))

;;> (drop-right list k)
;;> A list of all but the last k elements.
(define (drop-right list k)
  (let loop ((lag list) (lead (%lag 'drop-right list k)) (kept '()))
    (if (pair? lead)
        (loop (cdr lag) (cdr lead) (cons (car lag) kept))
        (reverse! kept))))

;;> (take! list k)
;;> The first k elements; may change list.
(define (take! list k)
  (if (= k 0)
      '()
      (begin
        (set-cdr! (list-tail list (- k 1)) '())
        list)))

;;> (drop-right! list k)
;;> All but the last k elements; may change list.
(define (drop-right! list k)
  (let ((lead (%lag 'drop-right! list k)))
    (if (not (pair? lead))
        '()
        (let loop ((lag list) (lead (cdr lead)))
          (if (pair? lead)
              (loop (cdr lag) (cdr lead))
              (begin
                (set-cdr! lag '())
                list))))))

;;> (split-at list k)
;;> Two values: the first k elements and the rest.
(define (split-at list k)
  (values (take list k) (drop list k)))

;;> (split-at! list k)
;;> The same; may change list.
(define (split-at! list k)
  (let ((rest (drop list k)))
    (values (take! list k) rest)))

;;> (concatenate! lists)
;;> Joins the lists in a list of lists; may change them.
(define (concatenate! lists) (apply append! lists))

;;> (append-reverse! list tail)
;;> The elements of list, last first, in front of tail; may change list.
(define (append-reverse! list tail)
  (append! (reverse! list) tail))

;;> (span pred list)
;;> Two values: the elements up to the first for which pred is false, and the rest.
(define (span pred list)
  (let loop ((rest list) (taken '()))
    (if (and (not (null-list? rest)) (pred (car rest)))
        (loop (cdr rest) (cons (car rest) taken))
        (values (reverse taken) rest))))

;;> (break pred list)
;;> Two values: the elements up to the first for which pred is true, and the rest.
(define (break pred list)
  (span (lambda (element) (not (pred element))) list))

;;> (take-while! pred list)
;;> Like take-while; may change list.
(define (take-while! pred list) (take-while pred list))
;;> (span! pred list)
;;> Like span; may change list.
(define (span! pred list) (span pred list))
;;> (break! pred list)
;;> Like break; may change list.
(define (break! pred list) (break pred list))
;;> (filter! pred list)
;;> Like filter; may change list.
(define (filter! pred list) (filter pred list))
;;> (remove! pred list)
;;> Like remove; may change list.
(define (remove! pred list) (remove pred list))
;;> (partition! pred list)
;;> Like partition; may change list.
(define (partition! pred list) (partition pred list))
;;> (delete! obj list [same?])
;;> Like delete; may change list.
(define (delete! obj list 1 . same?) (apply delete obj list same?))
;;> (delete-duplicates! list [same?])
;;> Like delete-duplicates; may change list.
(define (delete-duplicates! list 1 . same?)
  (apply delete-duplicates list same?))
;;> (alist-delete! key alist [same?])
;;> Like alist-delete; may change alist.
(define (alist-delete! key alist 1 . same?)
  (apply alist-delete key alist same?))
