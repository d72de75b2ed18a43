;; Changing sets and bags, or copies of them.

;;> (set-adjoin set element ...)
;;> A new set with the elements as well.
;;
;;> (bag-adjoin bag element ...)
;;> A new bag with the elements as well.
(define-both (set-adjoin bag-adjoin) c (c . elements)
  (add-all! (copy c) elements))

;;> (set-adjoin! set element ...)
;;> Puts the elements in; the set.
;;
;;> (bag-adjoin! bag element ...)
;;> Puts the elements in; the bag.
(define-both (set-adjoin! bag-adjoin!) c (c . elements)
  (add-all! c elements))

;;> (list->set! set list)
;;> Puts the elements of list in; the set.
;;
;;> (list->bag! bag list)
;;> Puts the elements of list in; the bag.
(define-both (list->set! list->bag!) c (c list)
  (add-all! c list))

;;> (set-replace set element)
;;> A new set with element in the place of the one that equals it, if there is
;;> one.
;;
;;> (bag-replace bag element)
;;> A new bag with element in the place of the one that equals it, if there is
;;> one.
(define-both (set-replace bag-replace) c (c element)
  (replaced! (copy c) element))

;;> (set-replace! set element)
;;> Puts element in the place of the one that equals it, if there is one; the
;;> set.
;;
;;> (bag-replace! bag element)
;;> Puts element in the place of the one that equals it, if there is one; the
;;> bag.
(define-both (set-replace! bag-replace!) c (c element)
  (replaced! c element))

;;> (set-delete set element ...)
;;> A new set without the elements.
;;
;;> (bag-delete bag element ...)
;;> A new bag without the elements.
(define-both (set-delete bag-delete) c (c . elements)
  (delete-all! (copy c) elements))

;;> (set-delete! set element ...)
;;> Takes the elements away; the set.
;;
;;> (bag-delete! bag element ...)
;;> Takes the elements away; the bag.
(define-both (set-delete! bag-delete!) c (c . elements)
  (delete-all! c elements))

;;> (set-delete-all set list)
;;> A new set without the elements of list.
;;
;;> (bag-delete-all bag list)
;;> A new bag without the elements of list.
(define-both (set-delete-all bag-delete-all) c (c list)
  (delete-all! (copy c) list))

;;> (set-delete-all! set list)
;;> Takes the elements of list away; the set.
;;
;;> (bag-delete-all! bag list)
;;> Takes the elements of list away; the bag.
(define-both (set-delete-all! bag-delete-all!) c (c list)
  (delete-all! c list))

(define (replaced! collection element)
  (replace! collection element)
  collection)

(define (delete-all! collection elements)
  (for-each (lambda (element) (remove-one! collection element)) elements)
  collection)

;;> (set-search! set element failure success)
;;> Tail calls (failure insert ignore), or (success found update remove) when
;;> element is there: (insert obj) puts element in, (ignore obj) does nothing,
;;> (update new obj) replaces it, (remove obj) takes it away; each returns the
;;> set and obj as two values.
;;
;;> (bag-search! bag element failure success)
;;> Tail calls (failure insert ignore), or (success found update remove) when
;;> element is there: (insert obj) puts element in, (ignore obj) does nothing,
;;> (update new obj) replaces it, (remove obj) takes it away; each returns the
;;> bag and obj as two values.
(define-both (set-search! bag-search!) c (c element failure success)
  (let ((entry (find-entry c element)))
    (if entry
        (success (entry-element entry)
                 (lambda (new obj)
                   (let ((count (entry-count entry)))
                     (set-count! c element 0)
                     (set-count! c new (+ count (if (is-bag? c)
                                                    (count-of c new)
                                                    0))))
                   (values c obj))
                 (lambda (obj)
                   (remove-one! c element)
                   (values c obj)))
        (failure (lambda (obj)
                   (add! c element)
                   (values c obj))
                 (lambda (obj) (values c obj))))))
