;; Joining, repeating, splitting.

;;> (string-concatenate strings)
;;> Joins the strings in a list.
(define (string-concatenate strings) (%join strings ""))

;;> (string-concatenate-reverse strings [final [end]])
;;> Joins the strings in a list, last first, and then the first end characters of final.
(define (string-concatenate-reverse strings 2 . options)
  (%join (reverse
          (if (pair? options)
              (cons (if (pair? (cdr options))
                        (substring (car options) 0 (cadr options))
                        (car options))
                    strings)
              strings))
         ""))

;;> (string-join strings [delimiter [grammar]])
;;> Joins a list of strings with the delimiter (a blank) between them; grammar is infix,
;;> strict-infix (no strings are an error), prefix or suffix.
(define (string-join strings 2 . options) (apply %join strings options))

;;> (string-replicate string from to [start [end]])
;;> The characters from from up to to of the string as if repeated without end in both
;;> directions.
(define (string-replicate string from to 2 . range)
  (let* ((part (%part 'string-replicate 4 string range))
         (n (string-length part)))
    (if (not (exact-integer? from))
        (%wrong-type 'string-replicate 2 "an exact integer" from))
    (if (not (and (exact-integer? to) (<= from to)))
        (%out-of-range 'string-replicate 3 "an index not before the other" to))
    (cond ((= from to) "")
          ((= n 0)
           (%out-of-range 'string-replicate 1 "a string that is not empty"
                          string))
          (else
           (let* ((offset (modulo from n))
                  (times (quotient (+ offset (- to from) n -1) n)))
             (substring (%join (make-list times part) "")
                        offset (+ offset (- to from))))))))

;;> (string-segment string k)
;;> A list of the parts of k characters; the last may be shorter.
(define (string-segment string k)
  (if (not (and (exact-integer? k) (> k 0)))
      (%wrong-type 'string-segment 2 "a positive exact integer" k))
  (let ((n (string-length string)))
    (let loop ((i 0) (parts '()))
      (if (>= i n)
          (reverse parts)
          (loop (+ i k)
                (cons (substring string i (min n (+ i k))) parts))))))

;; The pieces of text between delimiters, at most limit of which count.
(define (%pieces text delimiter limit)
  (let ((step (string-length delimiter)) (n (string-length text)))
    (let loop ((at 0) (left limit) (pieces '()))
      (let ((found (and (not (eqv? left 0))
                        (if (= step 0)
                            (and (< (+ at 1) n) (+ at 1))
                            (%contains text delimiter at)))))
        (if found
            (loop (+ found step) (and left (- left 1))
                  (cons (substring text at found) pieces))
            (reverse (cons (substring text at) pieces)))))))

;;> (string-split string delimiter [grammar [limit [start [end]]]])
;;> A list of the pieces between delimiters; after limit of them it is not split further.
;;> grammar is infix, strict-infix, or prefix or suffix: then a delimiter at the start or
;;> end adds no empty piece.
(define (string-split string delimiter 4 . options)
  (let* ((grammar (if (pair? options) (car options) 'infix))
         (more (if (pair? options) (cdr options) '()))
         (limit (and (pair? more) (car more)))
         (text (%part 'string-split 5 string
                      (if (pair? more) (cdr more) '()))))
    (if (not (memq grammar '(infix strict-infix prefix suffix)))
        (%out-of-range 'string-split 3
                       "infix, strict-infix, prefix or suffix" grammar))
    (if (= 0 (string-length text))
        (if (eq? grammar 'strict-infix)
            (%out-of-range 'string-split 1 "a string that is not empty" string)
            '())
        (let ((text (cond ((= 0 (string-length delimiter)) text)
                          ((and (eq? grammar 'prefix) (%prefix? delimiter text))
                           (substring text (string-length delimiter)))
                          (else text))))
          (%without-last-empty
           (and (eq? grammar 'suffix) (< 0 (string-length delimiter)))
           (%pieces text delimiter limit))))))

(define (%without-last-empty wanted? pieces)
  (if (and wanted? (string=? "" (list-ref pieces (- (length pieces) 1))))
      (reverse (cdr (reverse pieces)))
      pieces))
