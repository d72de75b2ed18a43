;; Going through the characters of a set.  A cursor is a code point, or #f at the end.

;; The smallest member of the set that is not below code, or #f.
(define (%member-from boundaries code)
  (let loop ((low 0) (high (vector-length boundaries)))
    ;; boundaries before low are at or before code, from high on after it
    (cond ((< low high)
           (let ((middle (quotient (+ low high) 2)))
             (if (<= (vector-ref boundaries middle) code)
                 (loop (+ middle 1) high)
                 (loop low middle))))
          ((odd? low) code)
          ((< low (vector-length boundaries)) (vector-ref boundaries low))
          (else #f))))

;;> (char-set-cursor set)
;;> A cursor at the first character of the set.
(define (char-set-cursor set) (%member-from (%boundaries set) 0))

;;> (char-set-ref set cursor)
;;> The character at the cursor.
(define (char-set-ref set cursor) (integer->char cursor))

;;> (char-set-cursor-next set cursor)
;;> A cursor at the next character.
(define (char-set-cursor-next set cursor)
  (%member-from (%boundaries set) (+ cursor 1)))

;;> (end-of-char-set? cursor)
;;> Whether there is no character at the cursor.
(define (end-of-char-set? cursor) (not cursor))

;;> (char-set-fold proc init set)
;;> (proc char so-far) for each character, starting with init.
(define (char-set-fold proc init set)
  (let* ((boundaries (%boundaries set)) (n (vector-length boundaries)))
    (let range ((i 0) (result init))
      (if (= i n)
          result
          (let ((after (vector-ref boundaries (+ i 1))))
            (let loop ((code (vector-ref boundaries i)) (result result))
              (if (< code after)
                  (loop (+ code 1) (proc (integer->char code) result))
                  (range (+ i 2) result))))))))

;;> (char-set-unfold mapper stop? successor seed [base])
;;> The set of (mapper seed) for seed, (successor seed) and so on up to the one for which
;;> stop? is true, and of the characters of the set base.
(define (char-set-unfold mapper stop? successor seed 1 . base)
  (let loop ((seed seed) (chars '()))
    (if (stop? seed)
        (apply list->char-set chars base)
        (let ((char (mapper seed)))
          (loop (successor seed) (cons char chars))))))
;;> (char-set-unfold! mapper stop? successor seed base)
;;> The same.
(define (char-set-unfold! mapper stop? successor seed base)
  (char-set-unfold mapper stop? successor seed base))

;;> (char-set-for-each proc set)
;;> Calls proc on each character.
(define (char-set-for-each proc set)
  (char-set-fold (lambda (char result) (proc char) result) #f set)
  (void))

;;> (char-set-map proc set)
;;> The set of what proc returns for the characters.
(define (char-set-map proc set)
  (list->char-set
   (char-set-fold (lambda (char chars) (cons (proc char) chars)) '() set)))

;;> (char-set->list set)
;;> A list of the characters, in order.
(define (char-set->list set) (reverse (char-set-fold cons '() set)))

;;> (char-set->string set)
;;> A string of the characters, in order.
(define (char-set->string set) (list->string (char-set->list set)))

;;> (char-set-size set)
;;> The number of characters.
(define (char-set-size set)
  (let* ((boundaries (%boundaries set)) (n (vector-length boundaries)))
    (let loop ((i 0) (size 0))
      (if (= i n)
          size
          (loop (+ i 2)
                (+ size (- (vector-ref boundaries (+ i 1))
                           (vector-ref boundaries i))))))))

;;> (char-set-count pred set)
;;> For how many characters pred is true.
(define (char-set-count pred set)
  (char-set-fold (lambda (char n) (if (pred char) (+ n 1) n)) 0 set))

;;> (char-set-every pred set)
;;> #f if pred returns it for some character, otherwise what it returned for the last
;;> one; #t for the empty set.
(define (char-set-every pred set)
  (let loop ((cursor (char-set-cursor set)) (last #t))
    (if cursor
        (let ((result (pred (integer->char cursor))))
          (and result (loop (char-set-cursor-next set cursor) result)))
        last)))

;;> (char-set-any pred set)
;;> The first true value that pred returns for a character, or #f.
(define (char-set-any pred set)
  (let loop ((cursor (char-set-cursor set)))
    (and cursor
         (or (pred (integer->char cursor))
             (loop (char-set-cursor-next set cursor))))))
