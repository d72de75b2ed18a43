;; Strings: what takes procedures, and the names beyond R7RS.
;;
;; Where a place in a string is searched or trimmed, the test is a character or a
;; predicate of characters.
(define-library (fermata string)
  (export string-map string-for-each
          string-count string-index string-index-right string-any string-every
          string-fold string-fold-right string-tabulate string-filter string-remove
          string-trim string-trim-right string-trim-both
          string-null? string-prefix? string-suffix? string-contains
          string-search-forward string-search-backward
          string-join string-split string-reverse string-pad string-pad-right)
  (import (fermata builtins))
  (begin

    (define (%shortest who argument string strings)
      (let loop ((n (string-length (%checked who argument string)))
                 (argument argument) (rest strings))
        (if (null? rest)
            n
            (let ((k (string-length (%checked who (+ argument 1) (car rest)))))
              (loop (if (< k n) k n) (+ argument 1) (cdr rest))))))

    (define (%checked who argument string)
      (if (string? string)
          string
          (%wrong-type who argument "a string" string)))

    ;; Character i of each.
    (define (%characters strings i)
      (let loop ((rest (reverse strings)) (characters '()))
        (if (null? rest)
            characters
            (loop (cdr rest) (cons (string-ref (car rest) i) characters)))))

    (define (%must-be-character who obj)
      (if (not (char? obj))
          (error (string-append
                  (symbol->string who)
                  ": the procedure must return a character, got")
                 obj))
      obj)

    ;;> (string-map proc string1 string2 ...)
    ;;> A string of the characters that proc returns for the characters of the
    ;;> strings, taken together one by one up to the end of the shortest. R7RS 6.10.
    (define (string-map proc string . strings)
      (let ((n (%shortest 'string-map 2 string strings)))
        (let loop ((i 0) (results '()))
          (if (< i n)
              (loop (+ i 1)
                    (cons (%must-be-character
                           'string-map
                           (if (null? strings)
                               (proc (string-ref string i))
                               (apply proc
                                      (string-ref string i)
                                      (%characters strings i))))
                          results))
              (list->string (reverse results))))))

    ;;> (string-for-each proc string1 string2 ...)
    ;;> Calls proc on the characters of the strings as string-map does, in order,
    ;;> for its effects. R7RS 6.10.
    (define (string-for-each proc string . strings)
      (let ((n (%shortest 'string-for-each 2 string strings)))
        (if (null? strings)
            (let loop ((i 0))
              (if (< i n)
                  (begin
                    (proc (string-ref string i))
                    (loop (+ i 1)))))
            (let loop ((i 0))
              (if (< i n)
                  (begin
                    (apply proc (string-ref string i) (%characters strings i))
                    (loop (+ i 1))))))))

    ;; The optional arguments [start [end]] of who, start being argument 3 or k.
    (define (%start range) (if (pair? range) (car range) 0))
    (define (%end who string range . k)
      (let* ((n (string-length string))
             (start (%start range))
             (end (if (and (pair? range) (pair? (cdr range))) (cadr range) n))
             (k (if (pair? k) (car k) 3)))
        (if (not (and (exact-integer? end) (<= 0 end n)))
            (%out-of-range who (+ k 1) "an index within the string" end))
        (if (not (and (exact-integer? start) (<= 0 start end)))
            (%out-of-range who k "an index before the end" start))
        end))

    (define (%test pred)
      (if (char? pred) (lambda (char) (char=? char pred)) pred))

    ;;> (string-index string pred [start [end]])
    ;;> The index of the first character that pred, a character or a predicate,
    ;;> accepts, or #f.
    (define (string-index string pred 2 . range)
      (if (char? pred)
          (apply %string-index string pred range)
          (let ((end (%end 'string-index string range)))
            (let loop ((i (%start range)))
              (cond ((>= i end) #f)
                    ((pred (string-ref string i)) i)
                    (else (loop (+ i 1))))))))

    ;;> (string-index-right string pred [start [end]])
    ;;> The index of the last character that pred, a character or a predicate,
    ;;> accepts, or #f.
    (define (string-index-right string pred 2 . range)
      (if (char? pred)
          (apply %string-index-right string pred range)
          (let loop ((i (- (%end 'string-index-right string range) 1)))
            (cond ((< i (%start range)) #f)
                  ((pred (string-ref string i)) i)
                  (else (loop (- i 1)))))))

    ;;> (string-count string pred [start [end]])
    ;;> How many characters pred, a character or a predicate, accepts.
    (define (string-count string pred 2 . range)
      (let ((end (%end 'string-count string range)) (pred (%test pred)))
        (let loop ((i (%start range)) (n 0))
          (if (< i end)
              (loop (+ i 1) (if (pred (string-ref string i)) (+ n 1) n))
              n))))

    ;;> (string-any pred string [start [end]])
    ;;> The first true value that pred returns for a character, or #f.
    (define (string-any pred string 2 . range)
      (let ((pred (%test pred)) (end (%end 'string-any string range)))
        (let loop ((i (%start range)))
          (and (< i end)
               (if (= (+ i 1) end)
                   (pred (string-ref string i))
                   (or (pred (string-ref string i))
                       (loop (+ i 1))))))))

    ;;> (string-every pred string [start [end]])
    ;;> #f if pred returns it for some character, otherwise what it returned for
    ;;> the last one; #t if there are none.
    (define (string-every pred string 2 . range)
      (let ((pred (%test pred)) (end (%end 'string-every string range)))
        (let loop ((i (%start range)))
          (cond ((>= i end) #t)
                ((= (+ i 1) end) (pred (string-ref string i)))
                (else (and (pred (string-ref string i))
                           (loop (+ i 1))))))))

    ;;> (string-fold proc init string [start [end]])
    ;;> (proc char so-far) from the first character on, starting with init.
    (define (string-fold proc init string 2 . range)
      (let ((end (%end 'string-fold string range 4)))
        (let loop ((i (%start range)) (result init))
          (if (< i end)
              (loop (+ i 1) (proc (string-ref string i) result))
              result))))

    ;;> (string-fold-right proc init string [start [end]])
    ;;> (proc char so-far) from the last character back, starting with init.
    (define (string-fold-right proc init string 2 . range)
      (let ((end (%end 'string-fold-right string range 4))
            (start (%start range)))
        (let loop ((i (- end 1)) (result init))
          (if (>= i start)
              (loop (- i 1) (proc (string-ref string i) result))
              result))))

    ;;> (string-tabulate proc n)
    ;;> A string of n characters: (proc 0), (proc 1) and so on.
    (define (string-tabulate proc n)
      (let loop ((i 0) (results '()))
        (if (< i n)
            (loop (+ i 1)
                  (cons (%must-be-character 'string-tabulate (proc i)) results))
            (list->string (reverse results)))))

    ;;> (string-filter pred string [start [end]])
    ;;> The characters that pred, a character or a predicate, accepts.
    (define (string-filter pred string 2 . range)
      (%end 'string-filter string range)
      (let ((pred (%test pred)))
        (list->string
         (apply string-fold-right
                (lambda (char kept) (if (pred char) (cons char kept) kept))
                '() string range))))

    ;;> (string-remove pred string [start [end]])
    ;;> The characters that pred, a character or a predicate, does not accept.
    (define (string-remove pred string 2 . range)
      (%end 'string-remove string range)
      (let ((pred (%test pred)))
        (apply string-filter (lambda (char) (not (pred char))) string range)))

    ;; ---- trimming: white space, or what pred accepts

    (define (%first-kept string pred)
      (or (string-index string (lambda (char) (not (pred char))))
          (string-length string)))
    (define (%after-last-kept string pred)
      (let ((i (string-index-right string (lambda (char) (not (pred char))))))
        (if i (+ i 1) 0)))

    ;;> (string-trim string [pred])
    ;;> The string without what pred accepts, or white space, at its start.
    (define (string-trim string 1 . pred)
      (if (null? pred)
          (%string-trim string)
          (substring string (%first-kept string (%test (car pred))))))

    ;;> (string-trim-right string [pred])
    ;;> The string without what pred accepts, or white space, at its end.
    (define (string-trim-right string 1 . pred)
      (if (null? pred)
          (%string-trim-right string)
          (substring string 0 (%after-last-kept string (%test (car pred))))))

    ;;> (string-trim-both string [pred])
    ;;> The string without what pred accepts, or white space, at both ends.
    (define (string-trim-both string 1 . pred)
      (if (null? pred)
          (%string-trim-both string)
          (string-trim (string-trim-right string (car pred)) (car pred))))))
