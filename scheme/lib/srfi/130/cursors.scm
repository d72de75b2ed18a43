;; Cursors, which are indexes, and what SRFI 130 does differently with them.

;;> (string-cursor? obj)
;;> Whether obj can be a cursor.
(define (string-cursor? obj) (and (exact-integer? obj) (>= obj 0)))

;;> (string-cursor-start string)
;;> A cursor at the first character.
(define (string-cursor-start string) 0)
;;> (string-cursor-end string)
;;> A cursor after the last character.
(define (string-cursor-end string) (string-length string))

;; The cursor, or an error of who when it is not one of string's.
(define (%cursor-in who string cursor)
  (if (and (exact-integer? cursor) (<= 0 cursor (string-length string)))
      cursor
      (%out-of-range who 2 "a place that leads to one within the string"
                     cursor)))

;;> (string-cursor-next string cursor)
;;> A cursor at the next character.
(define (string-cursor-next string cursor)
  (%cursor-in 'string-cursor-next string (+ cursor 1)))
;;> (string-cursor-prev string cursor)
;;> A cursor at the character before.
(define (string-cursor-prev string cursor)
  (%cursor-in 'string-cursor-prev string (- cursor 1)))
;;> (string-cursor-forward string cursor n)
;;> A cursor n characters further on.
(define (string-cursor-forward string cursor n)
  (%cursor-in 'string-cursor-forward string (+ cursor n)))
;;> (string-cursor-back string cursor n)
;;> A cursor n characters further back.
(define (string-cursor-back string cursor n)
  (%cursor-in 'string-cursor-back string (- cursor n)))

;;> (string-cursor=? cursor1 cursor2)
;;> Whether both are at the same place.
(define (string-cursor=? a b) (= a b))
;;> (string-cursor<? cursor1 cursor2)
;;> Whether the first is before the second.
(define (string-cursor<? a b) (< a b))
;;> (string-cursor>? cursor1 cursor2)
;;> Whether the first is after the second.
(define (string-cursor>? a b) (> a b))
;;> (string-cursor<=? cursor1 cursor2)
;;> Whether the first is not after the second.
(define (string-cursor<=? a b) (<= a b))
;;> (string-cursor>=? cursor1 cursor2)
;;> Whether the first is not before the second.
(define (string-cursor>=? a b) (>= a b))

;;> (string-cursor-diff string start end)
;;> How many characters lie between the cursors.
(define (string-cursor-diff string start end) (- end start))
;;> (string-cursor->index string cursor)
;;> The index of the character at the cursor.
(define (string-cursor->index string cursor) cursor)
;;> (string-index->cursor string index)
;;> A cursor at the character with that index.
(define (string-index->cursor string index)
  (%cursor-in 'string-index->cursor string index))

;;> (string-ref/cursor string cursor)
;;> The character at the cursor.
(define (string-ref/cursor string cursor) (string-ref string cursor))
;;> (substring/cursors string start end)
;;> The characters between the cursors.
(define (substring/cursors string start end) (substring string start end))
;;> (string-copy/cursors string [start [end]])
;;> A new string of the characters between the cursors.
(define (string-copy/cursors string 2 . range) (apply string-copy string range))
;;> (string->list/cursors string [start [end]])
;;> A list of the characters between the cursors.
(define (string->list/cursors string 2 . range)
  (apply string->list string range))
;;> (string->vector/cursors string [start [end]])
;;> A vector of the characters between the cursors.
(define (string->vector/cursors string 2 . range)
  (apply string->vector string range))

(define (%start range) (if (pair? range) (car range) 0))
(define (%end string range)
  (if (and (pair? range) (pair? (cdr range)))
      (cadr range)
      (string-length string)))

;;> (string-index string pred [start [end]])
;;> A cursor at the first character that pred accepts, or at the end of the range.
(define (string-index string pred 2 . range)
  (or (apply %string-index-of string pred range) (%end string range)))
;;> (string-skip string pred [start [end]])
;;> A cursor at the first character that pred does not accept, or at the end.
(define (string-skip string pred 2 . range)
  (or (apply %string-skip string pred range) (%end string range)))

;; The cursor after a character, or the start of the range when there is none.
(define (%after found range) (if found (+ found 1) (%start range)))

;;> (string-index-right string pred [start [end]])
;;> A cursor after the last character that pred accepts, or at the start of the range.
(define (string-index-right string pred 2 . range)
  (%after (apply %string-index-right-of string pred range) range))
;;> (string-skip-right string pred [start [end]])
;;> A cursor after the last character that pred does not accept, or at the start.
(define (string-skip-right string pred 2 . range)
  (%after (apply %string-skip-right string pred range) range))

;;> (string-reverse string [start [end]])
;;> The characters in the opposite order.
(define (string-reverse string 2 . range)
  (%whole-string-reverse (apply string-copy string range)))

;;> (string-for-each-cursor proc string [start [end]])
;;> Calls proc with a cursor at each character.
(define (string-for-each-cursor proc string 2 . range)
  (let ((end (%end string range)))
    (let loop ((cursor (%start range)))
      (if (< cursor end)
          (begin
            (proc cursor)
            (loop (+ cursor 1)))))))
