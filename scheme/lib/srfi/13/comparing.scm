;; Comparing two strings or parts of them, with and without regard to case.

;; The parts of two strings that [start1 [end1 [start2 [end2]]]] name.
(define (%parts string1 string2 ranges receiver)
  (cond ((null? ranges) (receiver string1 string2))
        ((null? (cdr ranges))
         (receiver (string-copy string1 (car ranges)) string2))
        (else
         (receiver (string-copy string1 (car ranges) (cadr ranges))
                   (apply string-copy string2 (cddr ranges))))))

;; Defines a procedure of two strings and ranges that calls (compare part1 part2).
(define-syntax define-comparison
  (syntax-rules ()
    ((_ name compare)
     (define (name string1 string2 4 . ranges)
       (%parts string1 string2 ranges compare)))))

;; Folded one by one, so that indexes stay what they are.
(define (%folded string)
  (let* ((n (string-length string)) (copy (make-string n)))
    (let loop ((i 0))
      (if (= i n)
          copy
          (begin
            (string-set! copy i (char-foldcase (string-ref string i)))
            (loop (+ i 1)))))))

(define (%compare string1 string2 less equal greater ranges fold)
  (%parts
   string1 string2 ranges
   (lambda (a b)
     (let* ((a (fold a)) (b (fold b))
            (same (string-prefix-length a b))
            (m (string-length a)) (n (string-length b))
            (at (+ same (if (pair? ranges) (car ranges) 0))))
       (cond ((= same m) ((if (= same n) equal less) at))
             ((= same n) (greater at))
             ((char<? (string-ref a same) (string-ref b same)) (less at))
             (else (greater at)))))))

;;> (string-compare string1 string2 less equal greater [start1 [end1 [start2 [end2]]]])
;;> Calls the procedure that fits with the index in string1 of the first difference.
(define (string-compare string1 string2 less equal greater 4 . ranges)
  (%compare string1 string2 less equal greater ranges values))
;;> (string-compare-ci string1 string2 less equal greater [start1 [end1 [start2 [end2]]]])
;;> The same without regard to case.
(define (string-compare-ci string1 string2 less equal greater 4 . ranges)
  (%compare string1 string2 less equal greater ranges %folded))

;; Each takes two strings and [start1 [end1 [start2 [end2]]]].
;;> (string= string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the parts are the same.
(define-comparison string= string=?)
;;> (string<> string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the parts differ.
(define-comparison string<> (lambda (a b) (not (string=? a b))))
;;> (string< string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the parts come in increasing order.
(define-comparison string< string<?)
;;> (string> string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the parts come in decreasing order.
(define-comparison string> string>?)
;;> (string<= string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the parts do not come in decreasing order.
(define-comparison string<= string<=?)
;;> (string>= string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the parts do not come in increasing order.
(define-comparison string>= string>=?)
;;> (string-ci= string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the parts are the same, without regard to case.
(define-comparison string-ci= string-ci=?)
;;> (string-ci<> string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the parts differ, without regard to case.
(define-comparison string-ci<> (lambda (a b) (not (string-ci=? a b))))
;;> (string-ci< string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the parts come in increasing order, without regard to case.
(define-comparison string-ci< string-ci<?)
;;> (string-ci> string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the parts come in decreasing order, without regard to case.
(define-comparison string-ci> string-ci>?)
;;> (string-ci<= string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the parts do not come in decreasing order, without regard to case.
(define-comparison string-ci<= string-ci<=?)
;;> (string-ci>= string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the parts do not come in increasing order, without regard to case.
(define-comparison string-ci>= string-ci>=?)

(define-syntax define-insensitive
  (syntax-rules ()
    ((_ name compare)
     (define-comparison name
       (lambda (a b) (compare (%folded a) (%folded b)))))))
;;> (string-prefix-length-ci string1 string2 [start1 [end1 [start2 [end2]]]])
;;> How many characters the parts have in common at their beginnings,
;;> without regard to case.
(define-insensitive string-prefix-length-ci string-prefix-length)
;;> (string-suffix-length-ci string1 string2 [start1 [end1 [start2 [end2]]]])
;;> How many characters the parts have in common at their ends,
;;> without regard to case.
(define-insensitive string-suffix-length-ci string-suffix-length)
;;> (string-prefix-ci? string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the second part begins with the first,
;;> without regard to case.
(define-insensitive string-prefix-ci? string-prefix?)
;;> (string-suffix-ci? string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether the second part ends with the first,
;;> without regard to case.
(define-insensitive string-suffix-ci? string-suffix?)
;;> (string-contains-ci string1 string2 [start1 [end1 [start2 [end2]]]])
;;> The place in string1 where the second part begins, without regard to case, or #f.
(define (string-contains-ci string1 string2 4 . ranges)
  (%parts string1 string2 ranges
          (lambda (a b)
            (let ((found (string-contains (%folded a) (%folded b))))
              (and found
                   (if (pair? ranges) (+ found (car ranges)) found))))))

(define (%hash string options)
  (let ((hash (%whole-string-hash
               (if (and (pair? options) (pair? (cdr options)))
                   (apply string-copy string (cdr options))
                   string))))
    (if (and (pair? options) (> (car options) 0))
        (modulo hash (car options))
        hash)))

;;> (string-hash string [bound [start [end]]])
;;> A hash that agrees with string=.
(define (string-hash string 3 . options) (%hash string options))
;;> (string-hash-ci string [bound [start [end]]])
;;> A hash that agrees with string-ci=.
(define (string-hash-ci string 3 . options)
  (%hash (%folded string) options))
