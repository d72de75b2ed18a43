;; Columns side by side. Each column's formatter is a coroutine: it runs until it has
;; written a line, and goes on when the next one is wanted.

;; The pieces between the newlines.
(define (lines-of text)
  (if (string=? text "") '("") (string-split text #\newline)))

;; ---- lines of a formatter, one after another

;; A procedure that gives the next line, or #f at the end.
(define (line-source formatter state column-width)
  (let ((tag (make-prompt-tag 'line))
        (inner (copy-state state))
        (rest #f)                        ; goes on with the formatter; #t after its end
        (lines '())                      ; ready
        (parts '()))                     ; of a line without an end, last first
    (define (take text)
      (let loop ((pieces (lines-of text)))
        (set! parts (cons (car pieces) parts))
        (if (pair? (cdr pieces))
            (begin
              (set! lines
                    (append lines
                            (list (apply string-append (reverse parts)))))
              (set! parts '())
              (loop (cdr pieces))))))
    (define (column-output text)
      (lambda (now)
        (note-place text now)
        (take text)
        (if (pair? lines)
            (call-with-composable-continuation
             (lambda (k)
               (abort-to-prompt tag (lambda () (set! rest (lambda () (k #t))))))
             tag))))
    (define (run thunk)
      (call-with-continuation-prompt
       (lambda ()
         (thunk)
         (set! rest #t)
         (if (and (pair? parts)
                  (not (string=? "" (apply string-append parts))))
             (take "\n")))
       tag
       (lambda (proc) (proc))))
    (state-set! inner col 0)
    (state-set! inner row 0)
    (state-set! inner width column-width)
    (state-set! inner output column-output)
    (set! rest (lambda () (run-formatter formatter inner)))
    (lambda ()
      (let loop ()
        (cond ((pair? lines)
               (let ((line (car lines)))
                 (set! lines (cdr lines))
                 line))
              ((eq? rest #t) #f)
              (else (run rest) (loop)))))))

;; Moves row and col over the text, which is not written yet.
(define (note-place text state)
  (let ((pieces (lines-of text))
        (width-of (state-ref state string-width)))
    (if (pair? (cdr pieces))
        (begin
          (state-set! state row (+ (state-ref state row) (length (cdr pieces))))
          (state-set! state col 0)))
    (state-set! state col
                (+ (state-ref state col)
                   (width-of (let last ((rest pieces))
                               (if (null? (cdr rest))
                                   (car rest)
                                   (last (cdr rest)))))))))

;; ---- what a column is

;; Size is a number as it was given, #f, or for a border (formatter is a string) its width.
(define-record-type <column>
  (make-column formatter size side infinite?)
  column?
  (formatter column-formatter)
  (size column-size)
  (side column-side)
  (infinite? column-infinite?))

(define (border? column) (string? (column-formatter column)))

(define (parse-columns who items)
  (let loop ((rest items) (size #f) (side 'left) (infinite? #f) (columns '()))
    (cond ((null? rest) (reverse columns))
          ((memq (car rest) '(left right center))
           (loop (cdr rest) size (car rest) infinite? columns))
          ((eq? (car rest) 'infinite) (loop (cdr rest) size side #t columns))
          ((and (real? (car rest)) (positive? (car rest)))
           (loop (cdr rest) (car rest) side infinite? columns))
          ((or (procedure? (car rest)) (string? (car rest)))
           (loop (cdr rest) #f 'left #f
                 (cons (make-column (car rest) size side infinite?) columns)))
          (else
           (error (string-append who ": not a column, nor what describes one:")
                  (car rest))))))

(define (fixed? size) (and (exact-integer? size) (>= size 1)))

;; The width of each column.
(define (column-widths columns state)
  (let* ((width-of (state-ref state string-width))
         (sizes (map (lambda (column)
                       (if (border? column)
                           (width-of (column-formatter column))
                           (column-size column)))
                     columns))
         (fixed (apply + (map (lambda (size column)
                                (if (or (border? column) (fixed? size)) size 0))
                              sizes columns)))
         (room (max 0 (- (state-ref state width) fixed)))
         (sizes (map (lambda (size column)
                       (if (and size (not (border? column)) (not (fixed? size)))
                           (exact (floor (* size room)))
                           size))
                     sizes columns))
         (free (let loop ((n 0) (rest sizes))
                 (cond ((null? rest) n)
                       ((car rest) (loop n (cdr rest)))
                       (else (loop (+ n 1) (cdr rest))))))
         (left (max 0 (- (state-ref state width)
                         (apply + (map (lambda (size) (or size 0)) sizes))))))
    (let loop ((rest sizes) (left left) (free free) (widths '()))
      (cond ((null? rest) (reverse widths))
            ((car rest) (loop (cdr rest) left free (cons (car rest) widths)))
            (else
             (let ((share (ceiling (/ left free))))
               (loop (cdr rest) (- left share) (- free 1)
                     (cons share widths))))))))

;; The line with the spaces that its column wants.
(define (placed line width side last? width-of)
  (let ((missing (max 0 (- width (width-of line)))))
    (define (spaces n) (make-string n #\space))
    (case side
      ((right) (string-append (spaces missing) line))
      ((center)
       (let ((left (quotient missing 2)))
         (string-append (spaces left)
                        line
                        (if last? "" (spaces (- missing left))))))
      (else (if last? line (string-append line (spaces missing)))))))

;; Writes the lines that the sources give until all that end have ended.
(define (run-columns columns widths sources state)
  (define width-of (state-ref state string-width))
  (define endless?
    (let loop ((rest columns))
      (or (null? rest)
          (and (or (border? (car rest)) (column-infinite? (car rest)))
               (loop (cdr rest))))))
  (let next-line ()
    (let* ((lines (map (lambda (source) (source)) sources))
           (more? (let loop ((lines lines) (columns columns))
                    (and (pair? lines)
                         (or (and (car lines)
                                  (not (border? (car columns)))
                                  (or endless?
                                      (not (column-infinite? (car columns)))))
                             (loop (cdr lines) (cdr columns)))))))
      (if more?
          (begin
            (let loop ((columns columns) (widths widths) (lines lines))
              (if (pair? columns)
                  (begin
                    (emit (placed (or (car lines) "") (car widths)
                                  (column-side (car columns))
                                  (null? (cdr columns)) width-of)
                          state)
                    (loop (cdr columns) (cdr widths) (cdr lines)))))
            (emit "\n" state)
            (next-line))))))

(define (source-of column width state)
  (if (border? column)
      (lambda () (column-formatter column))
      (line-source (column-formatter column) state width)))

;;> (columnar column ...)
;;> The lines of the columns side by side, as wide together as the line. A string is a
;;> border that stands in every line. Before a formatter may stand left, right or center;
;;> infinite, when it never ends; and a width: a positive integer, or a part of 1.
(define (columnar . items)
  (let ((columns (parse-columns "columnar" items)))
    (lambda (state)
      (let ((widths (column-widths columns state)))
        (run-columns columns widths
                     (map (lambda (column width) (source-of column width state))
                          columns widths)
                     state)))))

;;> (tabular column ...)
;;> As columnar, where each column is only as wide as it must be. All output of a column
;;> is collected first.
(define (tabular . items)
  (let ((columns (parse-columns "tabular" items)))
    (lambda (state)
      (let* ((width-of (state-ref state string-width))
             (texts (map (lambda (column width)
                           (if (border? column)
                               '()
                               (all-lines (source-of column width state))))
                         columns (column-widths columns state)))
             (widths (map (lambda (column lines)
                            (if (border? column)
                                (width-of (column-formatter column))
                                (apply max
                                       (if (fixed? (column-size column))
                                           (column-size column)
                                           0)
                                       (map width-of lines))))
                          columns texts)))
        (run-columns columns widths
                     (map (lambda (column lines)
                            (if (border? column)
                                (lambda () (column-formatter column))
                                (list-source lines)))
                          columns texts)
                     state)))))

(define (all-lines source)
  (let loop ((lines '()))
    (let ((line (source)))
      (if line (loop (cons line lines)) (reverse lines)))))

(define (list-source list)
  (lambda ()
    (and (pair? list)
         (let ((first (car list)))
           (set! list (cdr list))
           first))))

;;> (from-file path)
;;> The lines of the file, one at a time.
(define (from-file path)
  (lambda (state)
    (call-with-input-file path
      (lambda (port)
        (let loop ()
          (let ((line (read-line port)))
            (if (not (eof-object? line))
                (begin
                  (emit line state)
                  (emit "\n" state)
                  (loop)))))))))

;;> (line-numbers [start])
;;> The integers from start, or 1, one a line, without end.
(define (line-numbers 1 . start)
  (joined/range (lambda (n) (each (numeric n) nl))
                (if (pair? start) (car start) 1)))
