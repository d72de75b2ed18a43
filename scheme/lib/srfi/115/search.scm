;; Walking a string with all states at once.
;;
;; A thread is a pair (state . captures), waiting to take a character; captures is a
;; vector of the places where submatches begin and end, never changed once made.  Threads
;; stand in the order of preference, and those that began further left come first.  Two
;; threads in one state have the same future, so only the first is kept: `marks` holds,
;; for each state, the step in which it was last entered.

(define (%word-at? string i)
  (char-set-contains? %word-char (string-ref string i)))

(define (%newline? char) (or (char=? char #\newline) (char=? char #\return)))

;; Whether the condition holds between characters i - 1 and i.
(define (%holds? what string i start end)
  (let ((first? (= i start)) (last? (= i end)))
    (define (word-before?) (and (not first?) (%word-at? string (- i 1))))
    (define (word-after?) (and (not last?) (%word-at? string i)))
    (define (grapheme-boundary?)
      (or first? last?
          (%grapheme-break? (string-ref string (- i 1)) (string-ref string i))))
    (case what
      ((bos) first?)
      ((eos) last?)
      ((bol) (or first? (%newline? (string-ref string (- i 1)))))
      ((eol) (or last? (%newline? (string-ref string i))))
      ((bow) (and (word-after?) (not (word-before?))))
      ((eow) (and (word-before?) (not (word-after?))))
      ((nwb) (eq? (word-before?) (word-after?)))
      ((bog) (and (not last?) (grapheme-boundary?)))
      ((eog) (and (not first?) (grapheme-boundary?)))
      (else (not (grapheme-boundary?))))))

(define (%takes? state char)
  (case (%op state)
    ((char) (char=? char (%operand state)))
    ((any) #t)
    ((set) (char-set-contains? (%operand state) char))
    (else (char=? (char-foldcase char) (%operand state)))))  ; char-fold

(define (%with-capture captures slot i)
  (let ((copy (vector-copy captures)))
    (vector-set! copy slot i)
    copy))

;; The captures of the best match in string between start and end, or #f.  With whole?
;; it must be all of that; otherwise it may begin anywhere from `at` on.
(define (%run regexp string at start end whole?)
  (let ((marks (make-vector (%states regexp) -1))
        (nothing (make-vector (* 2 (+ 1 (%submatches regexp))) #f))
        (greedy? (%greedy? regexp)))

    ;; Puts in front of threads, which are last first, what state leads to at i.
    (define (enter state captures i threads)
      (if (= i (vector-ref marks (%number state)))
          threads
          (begin
            (vector-set! marks (%number state) i)
            (case (%op state)
              ((split)
               (enter (%other state) captures i
                      (enter (%next state) captures i threads)))
              ((save)
               (enter (%next state)
                      (%with-capture captures (%operand state) i)
                      i threads))
              ((at)
               (if (%holds? (%operand state) string i start end)
                   (enter (%next state) captures i threads)
                   threads))
              ((fail) threads)
              (else (cons (cons state captures) threads))))))

    (define (begin-at i threads)
      (enter (%start regexp) (%with-capture nothing 0 i) i threads))

    ;; A match of a thread is better than the best so far when it began further left, or
    ;; at the same place: then it is longer, or preferred.
    (define (better? captures best)
      (or (not best) (<= (vector-ref captures 0) (vector-ref best 0))))

    ;; Threads in order at i; those after them, last first, go to `next`.
    (define (step threads i best)
      (let loop ((rest threads) (next '()) (best best))
        (if (null? rest)
            (on (+ i 1) next best)
            (let ((state (caar rest)) (captures (cdar rest)))
              (cond ((and best (> (vector-ref captures 0) (vector-ref best 0)))
                     (on (+ i 1) next best))
                    ((eq? (%op state) 'match)
                     (if (and (or (= i end) (not whole?))
                              (better? captures best))
                         (let ((best (%with-capture captures 1 i)))
                           (if greedy?
                               (loop (cdr rest) next best)
                               (on (+ i 1) next best)))
                         (loop (cdr rest) next best)))
                    ((and (< i end) (%takes? state (string-ref string i)))
                     (loop (cdr rest)
                           (enter (%next state) captures (+ i 1) next)
                           best))
                    (else (loop (cdr rest) next best)))))))

    ;; threads are last first; new ones begin here while there is no match.
    (define (on i threads best)
      (let ((threads (if (or best whole? (> i end))
                         threads
                         (begin-at i threads))))
        (if (or (> i end) (and (null? threads) (or best whole?)))
            best
            (step (reverse threads) i best))))

    (if whole?
        (step (reverse (begin-at start '())) start #f)
        (on at '() #f))))
