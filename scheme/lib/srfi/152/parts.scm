;; Parts of strings: making, taking, padding, trimming.

;; The part of string that the optional arguments [start [end]] of who name, start being
;; argument k.
(define (%part who k string range)
  (if (null? range)
      string
      (let* ((n (string-length string))
             (end (if (pair? (cdr range)) (cadr range) n)))
        (if (not (and (exact-integer? end) (<= 0 end n)))
            (%out-of-range who (+ k 1) "an index within the string" end))
        (if (not (and (exact-integer? (car range)) (<= 0 (car range) end)))
            (%out-of-range who k "an index before the end" (car range)))
        (substring string (car range) end))))

(define (%piece who obj)
  (cond ((char? obj) (string obj))
        ((string? obj) obj)
        (else (error (string-append
                      (symbol->string who)
                      ": the mapper must return a character or string, got")
                     obj))))

(define (%unfold-pieces who stop? mapper successor seed receiver)
  (let loop ((seed seed) (pieces '()))
    (if (stop? seed)
        (receiver pieces seed)
        (let ((piece (%piece who (mapper seed))))
          (loop (successor seed) (cons piece pieces))))))

;; The optional arguments [base [make-final]].
(define (%base options) (if (pair? options) (car options) ""))
(define (%final options seed)
  (if (and (pair? options) (pair? (cdr options)))
      ((cadr options) seed)
      ""))

;;> (string-unfold stop? mapper successor seed [base [make-final]])
;;> The characters or strings (mapper seed) for seed, (successor seed) and so on up to the
;;> one for which stop? is true; base comes before them, (make-final that-seed) after.
(define (string-unfold stop? mapper successor seed 2 . options)
  (%unfold-pieces 'string-unfold stop? mapper successor seed
                  (lambda (pieces seed)
                    (%join (append (list (%base options))
                                   (reverse pieces)
                                   (list (%final options seed)))
                           ""))))

;;> (string-unfold-right stop? mapper successor seed [base [make-final]])
;;> The same from right to left: base is at the end, what make-final gives at the start.
(define (string-unfold-right stop? mapper successor seed 2 . options)
  (%unfold-pieces 'string-unfold-right stop? mapper successor seed
                  (lambda (pieces seed)
                    (%join (append (list (%final options seed))
                                   pieces
                                   (list (%base options)))
                           ""))))

;;> (reverse-list->string list)
;;> A string of the characters in list, last first.
(define (reverse-list->string list) (list->string (reverse list)))

(define (%check-count who string n)
  (if (not (and (exact-integer? n) (<= 0 n (string-length string))))
      (%out-of-range who 2 "at most the length of the string" n)))

;;> (string-take string n)
;;> The first n characters.
(define (string-take string n)
  (%check-count 'string-take string n)
  (substring string 0 n))
;;> (string-drop string n)
;;> All but the first n characters.
(define (string-drop string n)
  (%check-count 'string-drop string n)
  (substring string n))
;;> (string-take-right string n)
;;> The last n characters.
(define (string-take-right string n)
  (%check-count 'string-take-right string n)
  (substring string (- (string-length string) n)))
;;> (string-drop-right string n)
;;> All but the last n characters.
(define (string-drop-right string n)
  (%check-count 'string-drop-right string n)
  (substring string 0 (- (string-length string) n)))

;;> (string-pad string n [char [start [end]]])
;;> The last n characters, filled up on the left.
(define (string-pad string n 3 . options)
  (if (null? options)
      (%pad string n)
      (%pad (%part 'string-pad 4 string (cdr options)) n (car options))))

;;> (string-pad-right string n [char [start [end]]])
;;> The first n characters, filled up on the right.
(define (string-pad-right string n 3 . options)
  (if (null? options)
      (%pad-right string n)
      (%pad-right (%part 'string-pad-right 4 string (cdr options))
                  n (car options))))

(define (%trimmed who trim string options)
  (if (null? options)
      (trim string)
      (trim (%part who 3 string (cdr options)) (car options))))

;;> (string-trim string [pred [start [end]]])
;;> The string without what pred accepts, or white space, at its start.
(define (string-trim string 3 . options)
  (%trimmed 'string-trim %string-trim string options))
;;> (string-trim-right string [pred [start [end]]])
;;> The string without what pred accepts, or white space, at its end.
(define (string-trim-right string 3 . options)
  (%trimmed 'string-trim-right %string-trim-right string options))
;;> (string-trim-both string [pred [start [end]]])
;;> The string without what pred accepts, or white space, at both ends.
(define (string-trim-both string 3 . options)
  (%trimmed 'string-trim-both %string-trim-both string options))

;;> (string-replace string1 string2 start1 end1 [start2 [end2]])
;;> string1 with the part from start1 up to end1 replaced by string2.
(define (string-replace string1 string2 start end 2 . range)
  (%part 'string-replace 3 string1 (list start end))
  (string-append (substring string1 0 start)
                 (%part 'string-replace 5 string2 range)
                 (substring string1 end)))
