;; Reading a text line by line, with the lists that are open.

(define (blank? c) (or (char=? c #\space) (char=? c #\tab)))

(define (trimmed-right line)
  (let loop ((end (string-length line)))
    (if (and (> end 0)
             (memv (string-ref line (- end 1)) '(#\space #\tab #\return)))
        (loop (- end 1))
        (substring line 0 end))))

(define (trimmed-left line)
  (let loop ((i 0))
    (if (and (< i (string-length line)) (blank? (string-ref line i)))
        (loop (+ i 1))
        (substring line i))))

(define (delimiter? c)
  (or (char-whitespace? c) (memv c '(#\( #\) #\" #\; #\'))))

;; ---- tokens

(define (char-at line i)
  (if (< i (string-length line)) (string-ref line i) #\newline))

(define (token-end line i)
  (let loop ((i i))
    (cond ((or (>= i (string-length line)) (delimiter? (string-ref line i))) i)
          ((char=? (string-ref line i) #\|)
           (loop (or (closed-at line (+ i 1) #\|) (string-length line))))
          (else (loop (+ i 1))))))

;; The index behind the mark that closes a string or symbol, or #f.
(define (closed-at line i mark)
  (cond ((>= i (string-length line)) #f)
        ((char=? (string-ref line i) mark) (+ i 1))
        ((char=? (string-ref line i) #\\) (closed-at line (+ i 2) mark))
        (else (closed-at line (+ i 1) mark))))

;; Two values: what begins at i, and the index behind it.
(define (token line i)
  (case (char-at line i)
    ((#\space #\tab #\page) (values 'space (+ i 1)))
    ((#\;) (values 'comment (string-length line)))
    ((#\( #\[) (values 'open (+ i 1)))
    ((#\) #\]) (values 'close (+ i 1)))
    ((#\" #\|) (values 'text (+ i 1)))
    ((#\' #\`) (values 'quote (+ i 1)))
    ((#\,) (values 'prefix (if (char=? (char-at line (+ i 1)) #\@) (+ i 2) (+ i 1))))
    ((#\#) (hash-token line i))
    (else (values 'atom (token-end line i)))))

(define (hash-token line i)
  (case (char-at line (+ i 1))
    ((#\|) (values 'block (+ i 2)))
    ((#\;) (values 'prefix (+ i 2)))
    ((#\() (values 'data (+ i 2)))
    ((#\\) (values 'constant (token-end line (min (+ i 3) (string-length line)))))
    (else
     (let ((end (token-end line i)))
       (cond ((char=? (char-at line end) #\() (values 'data (+ end 1)))
             ((char=? (char-at line (- end 1)) #\=) (values 'prefix end))
             (else (values 'constant end)))))))

;; ---- lines

;; Notes an element of the innermost list that begins at this column; text is its text
;; when it is an atom.
(define (note-element! levels column text line-number)
  (if (pair? levels)
      (let* ((level (car levels))
             (count (level-count level))
             (symbol (and text (not (string->number text)) text)))
        (cond ((= count 0)
               (set-level-start! level column)
               (set-level-line! level line-number)
               (set-level-head! level symbol))
              ((= count 1)
               (if symbol (set-level-named! level #t))
               (if (= (level-line level) line-number)
                   (set-level-operand! level column))))
        (set-level-count! level (+ count 1)))))

(define (data-level? levels)
  (and (pair? levels) (level-data? (car levels))))

;; Reads a line. What is open before it is #f, the character that closes a string or
;; symbol, or the depth of block comments; two values: what is open behind it, and the
;; levels. Prefix is the column where the prefix of the next element began, or #f.
(define (scan line line-number levels open)
  (define (enclosed i levels open prefix quoted?)   ; in a string or comment
    (if (char? open)
        (let ((end (closed-at line i open)))
          (if end
              (plain end levels #f #f)
              (values open levels)))
        (let ((pair (if (< (+ i 1) (string-length line))
                        (substring line i (+ i 2))
                        "")))
          (cond ((>= i (string-length line)) (values open levels))
                ((string=? pair "#|")
                 (enclosed (+ i 2) levels (+ open 1) prefix quoted?))
                ((not (string=? pair "|#"))
                 (enclosed (+ i 1) levels open prefix quoted?))
                ((> open 1)
                 (enclosed (+ i 2) levels (- open 1) prefix quoted?))
                (else (plain (+ i 2) levels prefix quoted?))))))
  (define (plain i levels prefix quoted?)
    (if (>= i (string-length line))
        (values #f levels)
        (let-values (((kind end) (token line i)))
          (define (note! text)
            (note-element! levels (or prefix i) text line-number))
          (case kind
            ((space) (plain end levels prefix quoted?))
            ((comment) (values #f levels))
            ((open data)
             (note! #f)
             (plain end
                    (cons (new-level (- end 1)
                                     (or quoted? (eq? kind 'data)
                                         (data-level? levels)))
                          levels)
                    #f #f))
            ((close) (plain end (if (pair? levels) (cdr levels) '()) #f #f))
            ((text)
             (note! #f)
             (enclosed end levels (char-at line i) #f #f))
            ((block) (enclosed end levels 1 prefix quoted?))
            ((quote) (plain end levels (or prefix i) #t))
            ((prefix) (plain end levels (or prefix i) #f))
            ((constant) (note! #f) (plain end levels #f #f))
            (else
             (note! (and (not prefix) (substring line i end)))
             (plain end levels #f #f))))))
  (if open
      (enclosed 0 levels open #f #f)
      (plain 0 levels #f #f)))

;;> (indented text)
;;> The text of a program with its lines indented, without spaces at their ends, and
;;> without empty lines at the end.
(define (indented text)
  (let ((in-port (open-input-string text)) (out (open-output-string)))
    (let loop ((n 1) (levels '()) (open #f) (empty 0))
      (let ((line (read-line in-port)))
        (cond ((eof-object? line) (get-output-string out))
              ((and (not open)
                    (string=? "" (trimmed-left (trimmed-right line))))
               (loop (+ n 1) levels open (+ empty 1)))
              (else
               (write-string (make-string empty #\newline) out)
               (let ((line (new-line line levels open)))
                 (let-values (((open levels) (scan line n levels open)))
                   (write-string (if open line (trimmed-right line)) out)
                   (newline out)
                   (loop (+ n 1) levels open 0)))))))))

(define (new-line line levels open)
  (if open
      line
      (string-append (make-string (line-column levels) #\space)
                     (trimmed-left line))))

;;> (indent-port from to)
;;> Copies a program from one port to the other, indented.
(define (indent-port from to)
  (write-string (indented (port-text from)) to))

;;> (indent-file path)
;;> Indents the file. Whether that changed it.
(define (indent-file path)
  (let* ((old (file-text path)) (new (indented old)))
    (and (not (string=? old new))
         (begin
           (call-with-output-file path
             (lambda (port) (write-string new port)))
           #t))))

(define (file-text path) (call-with-input-file path port-text))

(define (port-text port)
  (let ((text (read-string 1000000000 port)))
    (if (string? text) text "")))

;;> (indent-files paths)
;;> Indents the files, and displays the names of those that this changed; - stands for
;;> what is read and written. Whether all could be read and written.
(define (indent-files paths)
  (for-all-files
   (lambda (path)
     (cond ((string=? path "-")
            (indent-port (current-input-port) (current-output-port)))
           ((indent-file path)
            (write-string path)
            (newline)))
     #t)
   paths))

;;> (check-indented paths)
;;> Displays the names of the files that indent-files would change; - stands for what is
;;> read. Whether there are none, and all could be read.
(define (check-indented paths)
  (for-all-files
   (lambda (path)
     (let* ((text (if (string=? path "-")
                      (port-text (current-input-port))
                      (file-text path)))
            (good? (string=? text (indented text))))
       (if (not good?)
           (begin
             (write-string path)
             (newline)))
       good?))
   paths))

;; Calls proc with each path, also after a file that cannot be read or written, which is
;; told. Whether all went well, by what proc answers.
(define (for-all-files proc paths)
  (define (try path)
    (guard (problem ((file-error? problem)
                     (let ((port (current-error-port)))
                       (write-string "fermata: " port)
                       (write-string (error-object-message problem) port)
                       (newline port))
                     #f))
      (proc path)))
  (let loop ((rest paths) (all? #t))
    (if (null? rest)
        all?
        (let ((done? (try (car rest))))
          (loop (cdr rest) (and all? done?))))))
