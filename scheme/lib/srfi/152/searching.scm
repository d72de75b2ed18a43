;; Comparing beginnings and ends, and searching.

;; Calls (receiver part1 part2) with the parts that [start1 [end1 [start2 [end2]]]] name.
(define (%with-parts who string1 string2 ranges receiver)
  (if (null? ranges)
      (receiver string1 string2)
      (receiver (%part who 3 string1
                       (if (pair? (cdr ranges))
                           (list (car ranges) (cadr ranges))
                           ranges))
                (%part who 5 string2
                       (if (pair? (cdr ranges)) (cddr ranges) '())))))

(define (%common-prefix a b)
  (let ((n (min (string-length a) (string-length b))))
    (let loop ((i 0))
      (if (and (< i n) (char=? (string-ref a i) (string-ref b i)))
          (loop (+ i 1))
          i))))

(define (%common-suffix a b)
  (let* ((m (string-length a)) (n (string-length b)) (most (min m n)))
    (let loop ((k 0))
      (if (and (< k most)
               (char=? (string-ref a (- m k 1)) (string-ref b (- n k 1))))
          (loop (+ k 1))
          k))))

;;> (string-prefix-length string1 string2 [start1 [end1 [start2 [end2]]]])
;;> How many characters both begin with.
(define (string-prefix-length string1 string2 4 . ranges)
  (%with-parts 'string-prefix-length string1 string2 ranges %common-prefix))
;;> (string-suffix-length string1 string2 [start1 [end1 [start2 [end2]]]])
;;> How many characters both end with.
(define (string-suffix-length string1 string2 4 . ranges)
  (%with-parts 'string-suffix-length string1 string2 ranges %common-suffix))
;;> (string-prefix? string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether string2 begins with string1.
(define (string-prefix? string1 string2 4 . ranges)
  (%with-parts 'string-prefix? string1 string2 ranges %prefix?))
;;> (string-suffix? string1 string2 [start1 [end1 [start2 [end2]]]])
;;> Whether string2 ends with string1.
(define (string-suffix? string1 string2 4 . ranges)
  (%with-parts 'string-suffix? string1 string2 ranges %suffix?))

(define (%complement pred)
  (if (char? pred)
      (lambda (char) (not (char=? char pred)))
      (lambda (char) (not (pred char)))))

;;> (string-skip string pred [start [end]])
;;> The index of the first character that pred does not accept, or #f.
(define (string-skip string pred 2 . range)
  (apply string-index string (%complement pred) range))
;;> (string-skip-right string pred [start [end]])
;;> The index of the last character that pred does not accept, or #f.
(define (string-skip-right string pred 2 . range)
  (apply string-index-right string (%complement pred) range))

;;> (string-contains string1 string2 [start1 [end1 [start2 [end2]]]])
;;> The index of the first place of string2 in string1, or #f.
(define (string-contains string1 string2 4 . ranges)
  (let ((found (%with-parts 'string-contains string1 string2 ranges
                            %contains)))
    (and found (if (pair? ranges) (+ found (car ranges)) found))))

;;> (string-contains-right string1 string2 [start1 [end1 [start2 [end2]]]])
;;> The index of the last place of string2 in string1, or #f.
(define (string-contains-right string1 string2 4 . ranges)
  (%with-parts
   'string-contains-right string1 string2 ranges
   (lambda (text pattern)
     (let ((after (string-search-backward pattern text)))
       (and after
            (+ (- after (string-length pattern))
               (if (pair? ranges) (car ranges) 0)))))))

(define (%start range) (if (pair? range) (car range) 0))
(define (%end string range)
  (if (and (pair? range) (pair? (cdr range)))
      (cadr range)
      (string-length string)))

;;> (string-span string pred [start [end]])
;;> Two values: what pred accepts at the start, and the rest.
(define (string-span string pred 2 . range)
  (let* ((end (%end string range))
         (at (or (apply string-skip string pred range) end)))
    (values (substring string (%start range) at)
            (substring string at end))))

;;> (string-break string pred [start [end]])
;;> Two values: what is before the first character that pred accepts, and the rest.
(define (string-break string pred 2 . range)
  (apply string-span string (%complement pred) range))

;;> (string-take-while string pred [start [end]])
;;> What pred accepts at the start.
(define (string-take-while string pred 2 . range)
  (call-with-values (lambda () (apply string-span string pred range))
    (lambda (accepted rest) accepted)))
;;> (string-drop-while string pred [start [end]])
;;> The rest after what pred accepts at the start.
(define (string-drop-while string pred 2 . range)
  (call-with-values (lambda () (apply string-span string pred range))
    (lambda (accepted rest) rest)))

;; Where what pred accepts at the end of the range begins.
(define (%accepted-from string pred range)
  (let ((at (apply string-skip-right string pred range)))
    (if at (+ at 1) (%start range))))

;;> (string-take-while-right string pred [start [end]])
;;> What pred accepts at the end.
(define (string-take-while-right string pred 2 . range)
  (substring string (%accepted-from string pred range) (%end string range)))
;;> (string-drop-while-right string pred [start [end]])
;;> What is before that which pred accepts at the end.
(define (string-drop-while-right string pred 2 . range)
  (substring string (%start range) (%accepted-from string pred range)))
