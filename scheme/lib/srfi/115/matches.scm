;; Matches, and what is done with all matches of a string.

(define-record-type <regexp-match>
  (%make-match string captures names)
  ;;> (regexp-match? obj)
  ;;> Whether obj is what a search found.
  regexp-match?
  (string %match-string)
  (captures %captures)
  (names %match-names))

;; The optional arguments [start [end]] as a receiver's arguments; end may be #f.
(define (%with-range who string range receiver)
  (if (not (string? string)) (%wrong-type who 2 "a string" string))
  (let* ((n (string-length string))
         (start (if (pair? range) (car range) 0))
         (end (or (and (pair? range) (pair? (cdr range)) (cadr range)) n)))
    (if (not (and (exact-integer? end) (<= 0 end n)))
        (%out-of-range who 4 "an index within the string" end))
    (if (not (and (exact-integer? start) (<= 0 start end)))
        (%out-of-range who 3 "an index before the end" start))
    (receiver start end)))

(define (%match regexp string at start end whole?)
  (let ((captures (%run regexp string at start end whole?)))
    (and captures
         (%make-match string captures (%names regexp)))))

;;> (regexp-matches re string [start [end]])
;;> The match of all of the string, or #f.
(define (regexp-matches re string 2 . range)
  (%with-range 'regexp-matches string range
               (lambda (start end)
                 (%match (regexp re) string start start end #t))))

;;> (regexp-matches? re string [start [end]])
;;> Whether all of the string matches.
(define (regexp-matches? re string 2 . range)
  (and (apply regexp-matches re string range) #t))

;;> (regexp-search re string [start [end]])
;;> The leftmost match in the string, or #f.
(define (regexp-search re string 2 . range)
  (%with-range 'regexp-search string range
               (lambda (start end)
                 (%match (regexp re) string start start end #f))))

;; ---- parts of a match

;;> (regexp-match-count match)
;;> The number of submatches, the whole not counted.
(define (regexp-match-count match)
  (if (not (regexp-match? match))
      (%wrong-type 'regexp-match-count 1 "a match" match))
  (- (quotient (vector-length (%captures match)) 2) 1))

;; The number of a submatch given by number or name.  Of several with one name the first
;; that took part counts.
(define (%field who match options)
  (if (not (regexp-match? match)) (%wrong-type who 1 "a match" match))
  (let ((field (if (pair? options) (car options) 0)))
    (cond ((symbol? field)
           (let loop ((rest (reverse (%match-names match))) (found #f))
             (cond ((null? rest)
                    (or found
                        (%out-of-range who 2 "the name of a submatch" field)))
                   ((not (eq? (caar rest) field)) (loop (cdr rest) found))
                   ((vector-ref (%captures match) (* 2 (cdar rest)))
                    (cdar rest))
                   (else (loop (cdr rest) (or found (cdar rest)))))))
          ((and (exact-integer? field) (<= 0 field (regexp-match-count match)))
           field)
          (else
           (%out-of-range who 2 "the number or name of a submatch" field)))))

;;> (regexp-match-submatch-start match [field])
;;> The index where the submatch with that number or name begins, or #f.
(define (regexp-match-submatch-start match 1 . field)
  (vector-ref (%captures match)
              (* 2 (%field 'regexp-match-submatch-start match field))))

;;> (regexp-match-submatch-end match [field])
;;> The index where the submatch ends, or #f.
(define (regexp-match-submatch-end match 1 . field)
  (vector-ref (%captures match)
              (+ 1 (* 2 (%field 'regexp-match-submatch-end match field)))))

;;> (regexp-match-submatch match [field])
;;> The text of the submatch with that number or name, the whole match if nothing is
;;> said; #f when it took no part.
(define (regexp-match-submatch match 1 . field)
  (let* ((k (* 2 (%field 'regexp-match-submatch match field)))
         (start (vector-ref (%captures match) k))
         (end (vector-ref (%captures match) (+ k 1))))
    (and start end (substring (%match-string match) start end))))

;;> (regexp-match->list match)
;;> A list of the texts of the whole match and the submatches.
(define (regexp-match->list match)
  (map (lambda (k) (regexp-match-submatch match k))
       (iota (+ 1 (regexp-match-count match)))))

;; ---- all matches

;;> (regexp-fold re proc init string [finish [start [end]]])
;;> (proc i match string so-far) for each match that is not empty, i being where the one
;;> before ended; then (finish i #f string so-far).
(define (regexp-fold re proc init string 3 . options)
  (let ((regexp (regexp re))
        (finish (if (and (pair? options) (car options))
                    (car options)
                    (lambda (i match string result) result))))
    (%with-range
     'regexp-fold string (if (pair? options) (cdr options) '())
     (lambda (start end)
       (let loop ((at start) (last start) (result init))
         (let ((match (and (< at end) (%match regexp string at start end #f))))
           (if (not match)
               (finish last #f string result)
               (let ((from (regexp-match-submatch-start match 0))
                     (to (regexp-match-submatch-end match 0)))
                 (if (= from to)
                     (loop (+ to 1) last result)
                     (loop to to (proc last match string result)))))))))))

;;> (regexp-extract re string [start [end]])
;;> A list of the texts of all matches.
(define (regexp-extract re string 2 . range)
  (reverse
   (apply regexp-fold re
          (lambda (i match string texts)
            (cons (regexp-match-submatch match) texts))
          '() string #f range)))

;; What %with-range is going to take; a string that is none, it refuses.
(define (%range-end string range)
  (or (and (pair? range) (pair? (cdr range)) (cadr range))
      (if (string? string) (string-length string) 0)))

;;> (regexp-split re string [start [end]])
;;> A list of what is between the matches.
(define (regexp-split re string 2 . range)
  (let ((end (%range-end string range)))
    (reverse
     (apply regexp-fold re
            (lambda (i match string pieces)
              (cons (substring string i (regexp-match-submatch-start match))
                    pieces))
            '() string
            (lambda (i match string pieces)
              (cons (substring string i end) pieces))
            range))))

;;> (regexp-partition re string [start [end]])
;;> A list of what is between the matches and of their texts, in turn.
(define (regexp-partition re string 2 . range)
  (let ((end (%range-end string range)))
    (reverse
     (apply regexp-fold re
            (lambda (i match string pieces)
              (cons* (regexp-match-submatch match)
                     (substring string i (regexp-match-submatch-start match))
                     pieces))
            '() string
            (lambda (i match string pieces)
              (if (and (pair? pieces) (= i end))
                  pieces
                  (cons (substring string i end) pieces)))
            range))))

;; ---- replacing

;; What a substitution stands for: a string, the number or name of a submatch, pre or
;; post for what is before or after the match, a procedure of the match, or a list.
(define (%substituted substitution match start end)
  (cond ((string? substitution) substitution)
        ((exact-integer? substitution)
         (or (regexp-match-submatch match substitution) ""))
        ((eq? substitution 'pre)
         (substring (%match-string match) start
                    (regexp-match-submatch-start match)))
        ((eq? substitution 'post)
         (substring (%match-string match)
                    (regexp-match-submatch-end match) end))
        ((symbol? substitution)
         (or (regexp-match-submatch match substitution) ""))
        ((procedure? substitution)
         (%substituted (substitution match) match start end))
        ((list? substitution)
         (apply string-append
                (map (lambda (part) (%substituted part match start end))
                     substitution)))
        ((not substitution) "")
        (else (error "regexp-replace: this is no substitution:" substitution))))

;;> (regexp-replace re string substitution [start [end [count]]])
;;> The string from start to end with its first match, or the one before which there are
;;> count others, replaced. A substitution is a string, a submatch's number or name, pre,
;;> post, a procedure of the match, or a list of such.
(define (regexp-replace re string substitution 3 . options)
  (let ((count (if (= (length options) 3) (list-ref options 2) 0)))
    (if (not (and (exact-integer? count) (>= count 0)))
        (%wrong-type 'regexp-replace 6 "an exact non-negative integer" count))
    (%replace re string substitution options
              (lambda (k) (= k count)))))

;;> (regexp-replace-all re string substitution [start [end]])
;;> The string from start to end with all its matches replaced.
(define (regexp-replace-all re string substitution 2 . range)
  (%replace re string substitution range (lambda (k) #t)))

;; The state is a pair: how many matches there were, and the pieces of the result, last
;; first.
(define (%replace re string substitution range chosen?)
  (let* ((start (if (pair? range) (car range) 0))
         (end (%range-end string range)))
    (define (add i match string state)
      (cons (+ (car state) 1)
            (if (chosen? (car state))
                (cons* (%substituted substitution match start end)
                       (substring string i (regexp-match-submatch-start match))
                       (cdr state))
                (cons (substring string i (regexp-match-submatch-end match))
                      (cdr state)))))
    (define (finish i match string state)
      (apply string-append (reverse (cons (substring string i end)
                                          (cdr state)))))
    (regexp-fold re add '(0) string finish start end)))
