;; Lists: what takes procedures.
;;
;; Results are accumulated and turned around at the end, never changed once made: a
;; continuation captured in a procedure argument may be entered again and again
;; without touching what an earlier return gave out (R7RS 6.10 on map).
(define-library (fermata list)
  (export map for-each append-map filter-map
          filter remove partition
          reduce reduce-right fold fold-right fold-left
          delete delete-duplicates
          any every find find-tail list-index count
          member assoc alist-copy alist-delete
          first second third fourth fifth last
          take drop take-while drop-while
          concatenate list-tabulate flatten
          cons* iota last-pair append! reverse! append-reverse)
  (import (fermata builtins))
  (begin

    ;; A walk that always goes to the end needs a list that has one.
    (define (%check-list who argument list)
      (if (not (list? list))
          (%wrong-type who argument "a proper list" list)))

    ;; Several lists are walked up to the end of the shortest: one must have an end.
    (define (%check-lists who argument lists)
      (let loop ((rest lists))
        (cond ((null? rest)
               (%wrong-type who argument "a proper list" (car lists)))
              ((not (list? (car rest))) (loop (cdr rest))))))

    (define (%finite who argument lists)
      (%check-lists who argument lists)
      lists)

    ;; What a walk that may stop before ended on must be the empty list.
    (define (%check-end who argument end list)
      (if (not (null? end))
          (%wrong-type who argument "a proper list" list)))

    ;; What walks over several lists ended on: pairs, and an empty list.
    (define (%check-ends who argument ends)
      (if (pair? ends)
          (begin
            (if (not (pair? (car ends)))
                (%check-end who argument (car ends) (car ends)))
            (%check-ends who (+ argument 1) (cdr ends)))))

    (define (%check-count who argument n)
      (if (not (and (exact-integer? n) (>= n 0)))
          (%wrong-type who argument "an exact non-negative integer" n)))

    ;; ---- mapping

    ;;> (map proc list1 list2 ...)
    ;;> A list of what proc returns for the elements of the lists, taken together
    ;;> one by one up to the end of the shortest list. R7RS 6.10.
    (define (map proc list1 . lists)
      (cond ((null? lists) (%map-1 proc list1))
            ((null? (cdr lists)) (%map-2 proc list1 (car lists)))
            ((null? (cddr lists)) (%map-3 proc list1 (car lists) (cadr lists)))
            (else (%map-n proc (cons list1 lists)))))

    (define (%map-1 proc list)
      (%check-list 'map 2 list)
      (let loop ((rest list) (results '()))
        (if (pair? rest)
            (loop (cdr rest) (cons (proc (car rest)) results))
            (reverse results))))

    (define (%map-2 proc list1 list2)
      (if (not (list? list1)) (%check-lists 'map 2 (list list1 list2)))
      (let loop ((a list1) (b list2) (results '()))
        (if (and (pair? a) (pair? b))
            (loop (cdr a) (cdr b) (cons (proc (car a) (car b)) results))
            (begin
              (if (not (pair? a)) (%check-end 'map 2 a list1))
              (if (not (pair? b)) (%check-end 'map 3 b list2))
              (reverse results)))))

    (define (%map-3 proc list1 list2 list3)
      (if (not (list? list1)) (%check-lists 'map 2 (list list1 list2 list3)))
      (let loop ((a list1) (b list2) (c list3) (results '()))
        (if (and (pair? a) (pair? b) (pair? c))
            (loop (cdr a) (cdr b) (cdr c)
                  (cons (proc (car a) (car b) (car c)) results))
            (begin
              (if (not (pair? a)) (%check-end 'map 2 a list1))
              (if (not (pair? b)) (%check-end 'map 3 b list2))
              (if (not (pair? c)) (%check-end 'map 4 c list3))
              (reverse results)))))

    (define (%map-n proc lists)
      (%check-lists 'map 2 lists)
      (let loop ((lists lists) (results '()))
        (let ((elements (%cars lists)))
          (if elements
              (loop (%cdrs lists) (cons (apply proc elements) results))
              (begin
                (%check-ends 'map 2 lists)
                (reverse results))))))

    ;;> (for-each proc list1 list2 ...)
    ;;> Calls proc on the elements of the lists as map does, in order, for its
    ;;> effects. R7RS 6.10.
    (define (for-each proc list1 . lists)
      (cond ((null? lists)
             (%check-list 'for-each 2 list1)
             (let loop ((rest list1))
               (if (pair? rest)
                   (begin
                     (proc (car rest))
                     (loop (cdr rest))))))
            ((null? (cdr lists)) (%for-each-2 proc list1 (car lists)))
            (else (%for-each-n proc (cons list1 lists)))))

    (define (%for-each-2 proc list1 list2)
      (if (not (list? list1)) (%check-lists 'for-each 2 (list list1 list2)))
      (let loop ((a list1) (b list2))
        (if (and (pair? a) (pair? b))
            (begin
              (proc (car a) (car b))
              (loop (cdr a) (cdr b)))
            (begin
              (if (not (pair? a)) (%check-end 'for-each 2 a list1))
              (if (not (pair? b)) (%check-end 'for-each 3 b list2))))))

    (define (%for-each-n proc lists)
      (%check-lists 'for-each 2 lists)
      (let loop ((lists lists))
        (let ((elements (%cars lists)))
          (if elements
              (begin
                (apply proc elements)
                (loop (%cdrs lists)))
              (%check-ends 'for-each 2 lists)))))

    ;;> (append-map proc list1 list2 ...)
    ;;> Joins the lists that proc returns for the elements.
    (define (append-map proc list1 . lists)
      (concatenate (apply map proc list1 lists)))

    ;;> (filter-map proc list1 list2 ...)
    ;;> Like map, without the results that are #f.
    (define (filter-map proc list1 . lists)
      (if (null? lists)
          (begin
            (%check-list 'filter-map 2 list1)
            (let loop ((rest list1) (results '()))
              (if (pair? rest)
                  (let ((result (proc (car rest))))
                    (loop (cdr rest)
                          (if result (cons result results) results)))
                  (reverse results))))
          (filter (lambda (result) result)
                  (%map-n proc (cons list1 lists)))))

    ;;> (concatenate lists)
    ;;> Joins the lists in a list of lists.
    (define (concatenate lists)
      (apply append lists))

    ;;> (list-tabulate n proc)
    ;;> A list of n elements: (proc 0), (proc 1) and so on.
    (define (list-tabulate n proc)
      (%check-count 'list-tabulate 1 n)
      (let loop ((i 0) (results '()))
        (if (< i n)
            (loop (+ i 1) (cons (proc i) results))
            (reverse results))))

    ;;> (flatten tree)
    ;;> A list of what hangs in the tree of lists, from left to right.
    (define (flatten tree)
      (let loop ((todo (list tree)) (leaves '()))
        (cond ((null? todo) (reverse leaves))
              ((null? (car todo)) (loop (cdr todo) leaves))
              ((pair? (car todo))
               (loop (cons (caar todo) (cons (cdar todo) (cdr todo))) leaves))
              (else (loop (cdr todo) (cons (car todo) leaves))))))

    ;; ---- choosing

    ;;> (filter pred list)
    ;;> A list of the elements for which pred is true.
    (define (filter pred list)
      (%check-list 'filter 2 list)
      (let loop ((rest list) (kept '()))
        (if (pair? rest)
            (loop (cdr rest)
                  (if (pred (car rest)) (cons (car rest) kept) kept))
            (reverse kept))))

    ;;> (remove pred list)
    ;;> A list of the elements for which pred is false.
    (define (remove pred list)
      (%check-list 'remove 2 list)
      (let loop ((rest list) (kept '()))
        (if (pair? rest)
            (loop (cdr rest)
                  (if (pred (car rest)) kept (cons (car rest) kept)))
            (reverse kept))))

    ;;> (partition pred list)
    ;;> Two values: what filter gives and what remove gives.
    (define (partition pred list)
      (%check-list 'partition 2 list)
      (let loop ((rest list) (in '()) (out '()))
        (cond ((not (pair? rest))
               (values (reverse in) (reverse out)))
              ((pred (car rest))
               (loop (cdr rest) (cons (car rest) in) out))
              (else
               (loop (cdr rest) in (cons (car rest) out))))))

    ;;> (delete obj list [same?])
    ;;> A list of the elements that are not the same as obj, by equal? if nothing
    ;;> else is said. Calls (same? obj element).
    (define (delete obj list 1 . same?)
      (%check-list 'delete 2 list)
      (let ((same? (if (pair? same?) (car same?) equal?)))
        (remove (lambda (element) (same? obj element)) list)))

    ;;> (delete-duplicates list [same?])
    ;;> A list of the elements that are not the same as an earlier one.
    (define (delete-duplicates list 1 . same?)
      (%check-list 'delete-duplicates 1 list)
      (if (null? same?)
          (%delete-equal-duplicates list)
          (let loop ((rest list) (kept '()))
            (if (pair? rest)
                (loop (cdr rest)
                      (if (%kept? (car same?) (car rest) (reverse kept))
                          kept
                          (cons (car rest) kept)))
                (reverse kept)))))

    (define (%kept? same? element kept)
      (let loop ((rest kept))
        (and (pair? rest)
             (or (same? (car rest) element)
                 (loop (cdr rest))))))

    (define (%delete-equal-duplicates list)
      (let ((seen (%make-table 'equal equal? equal-hash)))
        (let loop ((rest list))
          (if (pair? rest)
              (begin
                (if (not (hash-table-contains? seen (car rest)))
                    (hash-table-set! seen (car rest) #t))
                (loop (cdr rest)))
              (hash-table-keys seen)))))

    ;; ---- folding

    ;;> (fold proc init list1 list2 ...)
    ;;> (proc element ... so-far) from the first element on, starting with init.
    (define (fold proc init list1 . lists)
      (if (null? lists)
          (begin
            (%check-list 'fold 3 list1)
            (let loop ((rest list1) (result init))
              (if (pair? rest)
                  (loop (cdr rest) (proc (car rest) result))
                  result)))
          (let loop ((lists (%finite 'fold 3 (cons list1 lists))) (result init))
            (let ((elements (%cars lists)))
              (if elements
                  (loop (%cdrs lists)
                        (apply proc (append elements (list result))))
                  result)))))

    ;;> (fold-left proc init list1 list2 ...)
    ;;> (proc so-far element ...) from the first element on, starting with init.
    (define (fold-left proc init list1 . lists)
      (if (null? lists)
          (begin
            (%check-list 'fold-left 3 list1)
            (let loop ((rest list1) (result init))
              (if (pair? rest)
                  (loop (cdr rest) (proc result (car rest)))
                  result)))
          (let loop ((lists (%finite 'fold-left 3 (cons list1 lists))) (result init))
            (let ((elements (%cars lists)))
              (if elements
                  (loop (%cdrs lists) (apply proc result elements))
                  result)))))

    ;;> (fold-right proc init list1 list2 ...)
    ;;> (proc element ... so-far) from the last element back, starting with init.
    (define (fold-right proc init list1 . lists)
      (if (null? lists)
          (let loop ((rest (reverse list1)) (result init))
            (if (pair? rest)
                (loop (cdr rest) (proc (car rest) result))
                result))
          (let loop ((rest (reverse
                            (%map-n list
                                    (%finite 'fold-right 3
                                             (cons list1 lists)))))
                     (result init))
            (if (pair? rest)
                (loop (cdr rest)
                      (apply proc (append (car rest) (list result))))
                result))))

    ;;> (reduce proc default list)
    ;;> Like fold with the first element as init; default if list is empty.
    (define (reduce proc default list)
      (if (pair? list)
          (fold proc (car list) (cdr list))
          (begin
            (%check-end 'reduce 3 list list)
            default)))

    ;;> (reduce-right proc default list)
    ;;> Like fold-right with the last element as init; default if list is empty.
    (define (reduce-right proc default list)
      (let ((elements (reverse list)))
        (if (pair? elements)
            (fold proc (car elements) (cdr elements))
            default)))

    ;; ---- searching

    ;;> (any pred list1 list2 ...)
    ;;> The first true value that pred returns for elements, or #f.
    (define (any pred list1 . lists)
      (if (null? lists)
          (and (%some-element? 'any list1)
               (let loop ((rest list1))
                 (if (pair? (cdr rest))
                     (or (pred (car rest)) (loop (cdr rest)))
                     (pred (car rest)))))
          (let loop ((lists (cons list1 lists)))
            (let ((elements (%cars lists)))
              (and elements
                   (or (apply pred elements)
                       (loop (%cdrs lists))))))))

    ;;> (every pred list1 list2 ...)
    ;;> #f if pred returns it for some elements, otherwise what pred returned for
    ;;> the last of them; #t if there are none.
    (define (every pred list1 . lists)
      (if (null? lists)
          (or (not (%some-element? 'every list1))
              (let loop ((rest list1))
                (if (pair? (cdr rest))
                    (and (pred (car rest)) (loop (cdr rest)))
                    (pred (car rest)))))
          (let loop ((lists (cons list1 lists)) (last #t))
            (let ((elements (%cars lists)))
              (if elements
                  (let ((result (apply pred elements)))
                    (and result (loop (%cdrs lists) result)))
                  last)))))

    (define (%some-element? who list)
      (or (pair? list)
          (begin
            (%check-end who 2 list list)
            #f)))

    ;;> (find pred list)
    ;;> The first element for which pred is true, or #f.
    (define (find pred list)
      (let ((tail (find-tail pred list)))
        (and tail (car tail))))

    ;;> (find-tail pred list)
    ;;> The first part of list whose car makes pred true, or #f.
    (define (find-tail pred list)
      (let loop ((rest list))
        (cond ((not (pair? rest))
               (%check-end 'find-tail 2 rest list)
               #f)
              ((pred (car rest)) rest)
              (else (loop (cdr rest))))))

    ;;> (list-index pred list1 list2 ...)
    ;;> The index of the first elements for which pred is true, or #f.
    (define (list-index pred list1 . lists)
      (if (null? lists)
          (let loop ((rest list1) (i 0))
            (cond ((not (pair? rest))
                   (%check-end 'list-index 2 rest list1)
                   #f)
                  ((pred (car rest)) i)
                  (else (loop (cdr rest) (+ i 1)))))
          (let loop ((lists (cons list1 lists)) (i 0))
            (let ((elements (%cars lists)))
              (cond ((not elements) #f)
                    ((apply pred elements) i)
                    (else (loop (%cdrs lists) (+ i 1))))))))

    ;;> (count pred list1 list2 ...)
    ;;> For how many elements pred is true.
    (define (count pred list1 . lists)
      (if (null? lists)
          (begin
            (%check-list 'count 2 list1)
            (let loop ((rest list1) (n 0))
              (if (pair? rest)
                  (loop (cdr rest) (if (pred (car rest)) (+ n 1) n))
                  n)))
          (let loop ((lists (%finite 'count 2 (cons list1 lists))) (n 0))
            (let ((elements (%cars lists)))
              (if elements
                  (loop (%cdrs lists) (if (apply pred elements) (+ n 1) n))
                  n)))))

    ;;> (member obj list [same?])
    ;;> The first part of list whose car is the same as obj, by equal? if nothing
    ;;> else is said, or #f. Calls (same? obj element). R7RS 6.4.
    (define (member obj list 1 . same?)
      (if (null? same?)
          (%member obj list)
          (let ((same? (car same?)))
            (let loop ((rest list))
              (cond ((not (pair? rest))
                     (%check-end 'member 2 rest list)
                     #f)
                    ((same? obj (car rest)) rest)
                    (else (loop (cdr rest))))))))

    ;;> (assoc obj alist [same?])
    ;;> The first pair of alist whose car is the same as obj, by equal? if nothing
    ;;> else is said, or #f. Calls (same? obj key). R7RS 6.4.
    (define (assoc obj alist 1 . same?)
      (if (null? same?)
          (%assoc obj alist)
          (let ((same? (car same?)))
            (let loop ((rest alist))
              (cond ((not (pair? rest))
                     (%check-end 'assoc 2 rest alist)
                     #f)
                    ((not (pair? (car rest)))
                     (%wrong-type 'assoc 2 "a list of pairs" alist))
                    ((same? obj (caar rest)) (car rest))
                    (else (loop (cdr rest))))))))

    ;;> (alist-copy alist)
    ;;> A new list with new pairs in it.
    (define (alist-copy alist)
      (%check-list 'alist-copy 1 alist)
      (map (lambda (entry)
             (if (pair? entry) (cons (car entry) (cdr entry)) entry))
           alist))

    ;;> (alist-delete key alist [same?])
    ;;> A list of the pairs whose car is not the same as key.
    (define (alist-delete key alist 1 . same?)
      (let ((same? (if (pair? same?) (car same?) equal?)))
        (remove (lambda (entry) (same? key (car entry))) alist)))

    ;; ---- parts

    ;;> (first list)
    ;;> The first element.
    (define (first list) (%element 'first list 0))
    ;;> (second list)
    ;;> The second element.
    (define (second list) (%element 'second list 1))
    ;;> (third list)
    ;;> The third element.
    (define (third list) (%element 'third list 2))
    ;;> (fourth list)
    ;;> The fourth element.
    (define (fourth list) (%element 'fourth list 3))
    ;;> (fifth list)
    ;;> The fifth element.
    (define (fifth list) (%element 'fifth list 4))

    (define (%element who list k)
      (let loop ((rest list) (k k))
        (cond ((not (pair? rest))
               (%wrong-type who 1 "a list with more elements" list))
              ((= k 0) (car rest))
              (else (loop (cdr rest) (- k 1))))))

    ;;> (last list)
    ;;> The last element.
    (define (last list)
      (car (last-pair list)))

    ;;> (take list k)
    ;;> A list of the first k elements.
    (define (take list k)
      (%check-count 'take 2 k)
      (let loop ((rest list) (k k) (taken '()))
        (cond ((<= k 0) (reverse taken))
              ((pair? rest)
               (loop (cdr rest) (- k 1) (cons (car rest) taken)))
              (else
               (%wrong-type 'take 1 "a list with more elements" list)))))

    ;;> (drop list k)
    ;;> What remains of list without its first k elements.
    (define (drop list k)
      (list-tail list k))

    ;;> (take-while pred list)
    ;;> A list of the elements before the first for which pred is false.
    (define (take-while pred list)
      (let loop ((rest list) (taken '()))
        (cond ((not (pair? rest))
               (%check-end 'take-while 2 rest list)
               (reverse taken))
              ((pred (car rest)) (loop (cdr rest) (cons (car rest) taken)))
              (else (reverse taken)))))

    ;;> (drop-while pred list)
    ;;> What remains of list from the first element on for which pred is false.
    (define (drop-while pred list)
      (let loop ((rest list))
        (cond ((not (pair? rest))
               (%check-end 'drop-while 2 rest list)
               '())
              ((pred (car rest)) (loop (cdr rest)))
              (else rest))))))
