;; Making sets from characters, strings, ranges and predicates.

;; The boundaries of the optional argument base, if any, together with those given.
(define (%with-base boundaries base)
  (%make-set (if (pair? base)
                 (%union boundaries (%boundaries (car base)))
                 boundaries)))

;;> (char-set char ...)
;;> The set of those characters.
(define (char-set . chars) (%make-set (%from-chars chars)))

;;> (char-set-copy set)
;;> A new set of the same characters.
(define (char-set-copy set) (%make-set (%boundaries set)))

;;> (list->char-set list [base])
;;> The set of the characters in list, and of those in the set base.
(define (list->char-set list 1 . base)
  (%with-base (%from-chars list) base))
;;> (list->char-set! list base)
;;> The same.
(define (list->char-set! list base) (list->char-set list base))

;;> (string->char-set string [base])
;;> The set of the characters in string, and of those in the set base.
(define (string->char-set string 1 . base)
  (apply list->char-set (string->list string) base))
;;> (string->char-set! string base)
;;> The same.
(define (string->char-set! string base) (string->char-set string base))

;;> (ucs-range->char-set lower upper [error? [base]])
;;> The set of the characters with code points from lower up to upper, and of those in
;;> the set base. Codes that are no characters are left out, or with error? an error.
(define (ucs-range->char-set lower upper 2 . options)
  (if (not (and (exact-integer? upper) (<= 0 upper #x110000)))
      (%wrong-type 'ucs-range->char-set 2 "a code point" upper))
  (if (not (and (exact-integer? lower) (<= 0 lower upper)))
      (%out-of-range 'ucs-range->char-set 1 "at most the upper bound" lower))
  (let* ((range (if (= lower upper) %none (vector lower upper)))
         (boundaries (%intersection range %all)))
    (if (and (pair? options) (car options) (not (equal? range boundaries)))
        (error "ucs-range->char-set: the range has codes that are no characters"
               lower upper))
    (%with-base boundaries (if (pair? options) (cdr options) '()))))
;;> (ucs-range->char-set! lower upper error? base)
;;> The same.
(define (ucs-range->char-set! lower upper error? base)
  (ucs-range->char-set lower upper error? base))

;;> (char-set-filter pred set [base])
;;> The characters of set for which pred is true, and those of the set base.
(define (char-set-filter pred set 1 . base)
  (apply list->char-set
         (char-set-fold (lambda (char kept)
                          (if (pred char) (cons char kept) kept))
                        '() set)
         base))
;;> (char-set-filter! pred set base)
;;> The same.
(define (char-set-filter! pred set base) (char-set-filter pred set base))

;;> (->char-set obj)
;;> The set of a character, of a string's characters, or the set itself.
(define (->char-set obj)
  (cond ((char-set? obj) obj)
        ((char? obj) (char-set obj))
        ((string? obj) (string->char-set obj))
        (else (%wrong-type '->char-set 1 "a character set, string or character"
                           obj))))
