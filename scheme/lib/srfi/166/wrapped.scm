;; Words into lines.
;;
;; Where the lines break is chosen for the whole text: the squares of the columns left
;; free at the ends of the lines, but the last, have the smallest sum (after Knuth and
;; Plass, 1981, without hyphens).

(define (words-of text separator?)
  (let loop ((i 0) (start #f) (words '()))
    (define (with-word)
      (if start (cons (substring text start i) words) words))
    (cond ((= i (string-length text)) (reverse (with-word)))
          ((separator? (string-ref text i)) (loop (+ i 1) #f (with-word)))
          (else (loop (+ i 1) (or start i) words)))))

;; For each word the index of the first word of the next line, if a line starts with it.
(define (best-breaks widths line)
  (let* ((n (vector-length widths))
         (costs (make-vector (+ n 1) 0))
         (breaks (make-vector n n)))
    (do ((i (- n 1) (- i 1))) ((< i 0) breaks)
      (let loop ((j (+ i 1)) (used (vector-ref widths i)) (best #f))
        (let* ((free (- line used))
               (cost (if (= j n)
                         (if (< free 0) (* free free) 0)
                         (+ (* free free) (vector-ref costs j))))
               (better? (or (not best) (< cost best))))
          (if better?
              (begin
                (vector-set! costs i cost)
                (vector-set! breaks i j)))
          (if (< j n)
              (let ((more (+ used 1 (vector-ref widths j))))
                (if (<= more line)
                    (loop (+ j 1) more (if better? cost best))))))))))

;; A list of lists of words.
(define (wrapped-lines words line width-of)
  (let* ((all (list->vector words))
         (breaks (best-breaks (vector-map width-of all) line)))
    (let loop ((i 0) (lines '()))
      (if (= i (vector-length all))
          (reverse lines)
          (let ((end (vector-ref breaks i)))
            (loop end (cons (vector->list all i end) lines)))))))

(define (spaced words)
  (joined displayed words " "))

;;> (wrapped/list strings)
;;> The strings as words of a text, in lines that fit the width.
(define (wrapped/list words)
  (fn (width string-width)
    (let ((lines (wrapped-lines words width string-width)))
      (if (null? lines) nl (joined/suffix spaced lines "\n")))))

(define (with-words formatters proc)
  (call-with-output (each-in-list formatters)
    (lambda (text)
      (fn (word-separator?) (proc (words-of text word-separator?))))))

;;> (wrapped formatter ...)
;;> The words that the formatters write, in lines that fit the width.
(define (wrapped . formatters) (with-words formatters wrapped/list))

;;> (justified formatter ...)
;;> The same; all lines but the last are filled with spaces up to the width.
(define (justified . formatters)
  (with-words formatters
    (lambda (words)
      (fn (width string-width)
        (let ((lines (wrapped-lines words width string-width)))
          (if (null? lines)
              nl
              (joined/last
               (lambda (words) (each (stretched words width string-width) nl))
               (lambda (words) (each (spaced words) nl))
               lines)))))))

;; The words with spaces between them up to the width, the wider ones first.
(define (stretched words width width-of)
  (let* ((gaps (- (length words) 1))
         (spaces (max gaps (- width (apply + (map width-of words))))))
    (if (= gaps 0)
        (displayed (car words))
        (let ((least (quotient spaces gaps)) (more (remainder spaces gaps)))
          (let loop ((rest words) (i 0) (pieces '()))
            (if (null? (cdr rest))
                (each-in-list (reverse (cons (car rest) pieces)))
                (loop (cdr rest) (+ i 1)
                      (cons (make-string (if (< i more) (+ least 1) least)
                                         #\space)
                            (cons (car rest) pieces)))))))))

;;> (wrapped/char formatter ...)
;;> What the formatters write, broken wherever a line is full.
(define (wrapped/char . formatters)
  (call-with-output (each-in-list formatters)
    (lambda (text)
      (fn (width string-width substring/width)
        (define (broken line)
          (let ((columns (string-width line)))
            (let loop ((at 0))
              (if (>= (+ at width) columns)
                  (each (substring/width line at columns) nl)
                  (each (substring/width line at (+ at width)) nl
                        (loop (+ at width)))))))
        (each-in-list
         (map broken
              (let ((lines (lines-of text)))
                (if (and (pair? (cdr lines)) (string=? "" (last-of lines)))
                    (reverse (cdr (reverse lines)))
                    lines))))))))

(define (last-of list)
  (if (null? (cdr list)) (car list) (last-of (cdr list))))
