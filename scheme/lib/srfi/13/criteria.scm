;; What takes a criterion: a character, a predicate or a set of characters.

(define (%criterion obj)
  (if (char-set? obj)
      (lambda (char) (char-set-contains? obj char))
      obj))

;;> (string-every criterion string [start [end]])
;;> Whether all characters satisfy it; the last value of a predicate.
(define (string-every criterion string 2 . range)
  (apply %by-string-every (%criterion criterion) string range))
;;> (string-any criterion string [start [end]])
;;> Whether a character satisfies it; the first true value of a predicate.
(define (string-any criterion string 2 . range)
  (apply %by-string-any (%criterion criterion) string range))

(define (%with-criterion proc string options)
  (if (pair? options)
      (apply proc string (%criterion (car options)) (cdr options))
      (proc string)))

;;> (string-trim string [criterion [start [end]]])
;;> The string without what satisfies it, or white space, at its start.
(define (string-trim string 3 . options)
  (%with-criterion %by-string-trim string options))
;;> (string-trim-right string [criterion [start [end]]])
;;> The string without what satisfies it, or white space, at its end.
(define (string-trim-right string 3 . options)
  (%with-criterion %by-string-trim-right string options))
;;> (string-trim-both string [criterion [start [end]]])
;;> The string without what satisfies it, or white space, at both ends.
(define (string-trim-both string 3 . options)
  (%with-criterion %by-string-trim-both string options))

;;> (string-index string criterion [start [end]])
;;> The index of the first character that satisfies it, or #f.
(define (string-index string criterion 2 . range)
  (apply %by-string-index string (%criterion criterion) range))
;;> (string-index-right string criterion [start [end]])
;;> The index of the last character that satisfies it, or #f.
(define (string-index-right string criterion 2 . range)
  (apply %by-string-index-right string (%criterion criterion) range))
;;> (string-skip string criterion [start [end]])
;;> The index of the first character that does not satisfy it, or #f.
(define (string-skip string criterion 2 . range)
  (apply %by-string-skip string (%criterion criterion) range))
;;> (string-skip-right string criterion [start [end]])
;;> The index of the last character that does not satisfy it, or #f.
(define (string-skip-right string criterion 2 . range)
  (apply %by-string-skip-right string (%criterion criterion) range))
;;> (string-count string criterion [start [end]])
;;> How many characters satisfy it.
(define (string-count string criterion 2 . range)
  (apply %by-string-count string (%criterion criterion) range))
;;> (string-filter criterion string [start [end]])
;;> The characters that satisfy it.
(define (string-filter criterion string 2 . range)
  (apply %by-string-filter (%criterion criterion) string range))
;;> (string-delete criterion string [start [end]])
;;> The characters that do not satisfy it.
(define (string-delete criterion string 2 . range)
  (apply %by-string-remove (%criterion criterion) string range))

;;> (string-tokenize string [set [start [end]]])
;;> A list of the longest pieces that are made of characters of the set, those with ink
;;> if nothing else is said.
(define (string-tokenize string 3 . options)
  (let ((set (if (pair? options) (car options) char-set:graphic))
        (text (if (and (pair? options) (pair? (cdr options)))
                  (apply string-copy string (cdr options))
                  string)))
    (let loop ((at 0) (tokens '()))
      (let ((start (string-index text set at)))
        (if (not start)
            (reverse tokens)
            (let ((end (or (string-skip text set start)
                           (string-length text))))
              (loop end (cons (substring text start end) tokens))))))))
