;; Immutable pairs and their parts.

;;> (ipair? obj)
;;> Whether obj is an immutable pair.
;;
;;> (ipair obj1 obj2)
;;> An immutable pair.
;;
;;> (icar ipair)
;;> Its first part.
;;
;;> (icdr ipair)
;;> Its second part.
(define-record-type <ipair>
  (ipair icar icdr)
  ipair?
  (icar icar)
  (icdr icdr))

;;> (xipair obj1 obj2)
;;> The immutable pair of obj2 and obj1.
(define (xipair a b) (ipair b a))

;;> (icar+icdr ipair)
;;> Both parts, as two values.
(define (icar+icdr pair) (values (icar pair) (icdr pair)))

;;> (not-ipair? obj)
;;> Whether obj is no immutable pair.
(define (not-ipair? obj) (not (ipair? obj)))

;;> (null-ilist? ilist)
;;> Whether the ilist is empty.
(define (null-ilist? obj) (null? obj))

;;> (proper-ilist? obj)
;;> Whether obj is () or an immutable pair whose second part is such a list.
(define (proper-ilist? obj)
  (or (null? obj) (and (ipair? obj) (proper-ilist? (icdr obj)))))

;;> (ilist? obj)
;;> The same as proper-ilist?.
(define ilist? proper-ilist?)

;;> (dotted-ilist? obj)
;;> Whether obj ends with something other than ().
(define (dotted-ilist? obj) (not (proper-ilist? obj)))

;;> (icaar ipair)
;;> (icar (icar ipair)).
(define (icaar pair) (icar (icar pair)))

;;> (icadr ipair)
;;> (icar (icdr ipair)).
(define (icadr pair) (icar (icdr pair)))

;;> (icdar ipair)
;;> (icdr (icar ipair)).
(define (icdar pair) (icdr (icar pair)))

;;> (icddr ipair)
;;> (icdr (icdr ipair)).
(define (icddr pair) (icdr (icdr pair)))

;;> (icaaar ipair)
;;> (icar (icar (icar ipair))).
(define (icaaar pair) (icar (icar (icar pair))))

;;> (icaadr ipair)
;;> (icar (icar (icdr ipair))).
(define (icaadr pair) (icar (icar (icdr pair))))

;;> (icadar ipair)
;;> (icar (icdr (icar ipair))).
(define (icadar pair) (icar (icdr (icar pair))))

;;> (icaddr ipair)
;;> (icar (icdr (icdr ipair))).
(define (icaddr pair) (icar (icdr (icdr pair))))

;;> (icdaar ipair)
;;> (icdr (icar (icar ipair))).
(define (icdaar pair) (icdr (icar (icar pair))))

;;> (icdadr ipair)
;;> (icdr (icar (icdr ipair))).
(define (icdadr pair) (icdr (icar (icdr pair))))

;;> (icddar ipair)
;;> (icdr (icdr (icar ipair))).
(define (icddar pair) (icdr (icdr (icar pair))))

;;> (icdddr ipair)
;;> (icdr (icdr (icdr ipair))).
(define (icdddr pair) (icdr (icdr (icdr pair))))

;;> (icaaaar ipair)
;;> (icar (icar (icar (icar ipair)))).
(define (icaaaar pair) (icar (icar (icar (icar pair)))))

;;> (icaaadr ipair)
;;> (icar (icar (icar (icdr ipair)))).
(define (icaaadr pair) (icar (icar (icar (icdr pair)))))

;;> (icaadar ipair)
;;> (icar (icar (icdr (icar ipair)))).
(define (icaadar pair) (icar (icar (icdr (icar pair)))))

;;> (icaaddr ipair)
;;> (icar (icar (icdr (icdr ipair)))).
(define (icaaddr pair) (icar (icar (icdr (icdr pair)))))

;;> (icadaar ipair)
;;> (icar (icdr (icar (icar ipair)))).
(define (icadaar pair) (icar (icdr (icar (icar pair)))))

;;> (icadadr ipair)
;;> (icar (icdr (icar (icdr ipair)))).
(define (icadadr pair) (icar (icdr (icar (icdr pair)))))

;;> (icaddar ipair)
;;> (icar (icdr (icdr (icar ipair)))).
(define (icaddar pair) (icar (icdr (icdr (icar pair)))))

;;> (icadddr ipair)
;;> (icar (icdr (icdr (icdr ipair)))).
(define (icadddr pair) (icar (icdr (icdr (icdr pair)))))

;;> (icdaaar ipair)
;;> (icdr (icar (icar (icar ipair)))).
(define (icdaaar pair) (icdr (icar (icar (icar pair)))))

;;> (icdaadr ipair)
;;> (icdr (icar (icar (icdr ipair)))).
(define (icdaadr pair) (icdr (icar (icar (icdr pair)))))

;;> (icdadar ipair)
;;> (icdr (icar (icdr (icar ipair)))).
(define (icdadar pair) (icdr (icar (icdr (icar pair)))))

;;> (icdaddr ipair)
;;> (icdr (icar (icdr (icdr ipair)))).
(define (icdaddr pair) (icdr (icar (icdr (icdr pair)))))

;;> (icddaar ipair)
;;> (icdr (icdr (icar (icar ipair)))).
(define (icddaar pair) (icdr (icdr (icar (icar pair)))))

;;> (icddadr ipair)
;;> (icdr (icdr (icar (icdr ipair)))).
(define (icddadr pair) (icdr (icdr (icar (icdr pair)))))

;;> (icdddar ipair)
;;> (icdr (icdr (icdr (icar ipair)))).
(define (icdddar pair) (icdr (icdr (icdr (icar pair)))))

;;> (icddddr ipair)
;;> (icdr (icdr (icdr (icdr ipair)))).
(define (icddddr pair) (icdr (icdr (icdr (icdr pair)))))

;;> (ilist-tail ilist k)
;;> The ilist without its first k elements.
(define (ilist-tail list k)
  (if (= k 0) list (ilist-tail (icdr list) (- k 1))))

;;> (idrop ilist k)
;;> The ilist without its first k elements.
(define idrop ilist-tail)

;;> (ilist-ref ilist k)
;;> Element k, counted from 0.
(define (ilist-ref list k) (icar (ilist-tail list k)))

;;> (ifirst ilist)
;;> The first element.
(define (ifirst list) (ilist-ref list 0))

;;> (isecond ilist)
;;> The second element.
(define (isecond list) (ilist-ref list 1))

;;> (ithird ilist)
;;> The third element.
(define (ithird list) (ilist-ref list 2))

;;> (ifourth ilist)
;;> The fourth element.
(define (ifourth list) (ilist-ref list 3))

;;> (ififth ilist)
;;> The fifth element.
(define (ififth list) (ilist-ref list 4))

;;> (isixth ilist)
;;> The sixth element.
(define (isixth list) (ilist-ref list 5))

;;> (iseventh ilist)
;;> The seventh element.
(define (iseventh list) (ilist-ref list 6))

;;> (ieighth ilist)
;;> The eighth element.
(define (ieighth list) (ilist-ref list 7))

;;> (ininth ilist)
;;> The ninth element.
(define (ininth list) (ilist-ref list 8))

;;> (itenth ilist)
;;> The tenth element.
(define (itenth list) (ilist-ref list 9))

;;> (last-ipair ilist)
;;> The last pair.
(define (last-ipair list)
  (if (ipair? (icdr list)) (last-ipair (icdr list)) list))

;;> (ilast ilist)
;;> The last element.
(define (ilast list) (icar (last-ipair list)))

;;> (ilength ilist)
;;> The number of elements.
(define (ilength list)
  (let loop ((rest list) (n 0))
    (if (null? rest) n (loop (icdr rest) (+ n 1)))))

;;> (replace-icar ipair obj)
;;> An immutable pair with obj as its first part and the second part of ipair.
(define (replace-icar pair obj) (ipair obj (icdr pair)))

;;> (replace-icdr ipair obj)
;;> An immutable pair with the first part of ipair and obj as its second part.
(define (replace-icdr pair obj) (ipair (icar pair) obj))
