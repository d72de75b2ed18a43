;; Expressions that stand for sets of characters.

(define %named-sets
  (let ((sets '()))
    (define (add! set . names)
      (for-each (lambda (name) (set! sets (cons (cons name set) sets))) names))
    (add! char-set:full 'any)
    (add! (char-set-complement (char-set #\newline #\return)) 'nonl)
    (add! char-set:ascii 'ascii)
    (add! char-set:lower-case 'lower-case 'lower)
    (add! char-set:upper-case 'upper-case 'upper)
    (add! char-set:title-case 'title-case 'title)
    (add! char-set:letter 'alphabetic 'alpha)
    (add! char-set:letter+digit 'alphanumeric 'alphanum 'alnum)
    (add! char-set:digit 'numeric 'num)
    (add! char-set:punctuation 'punctuation 'punct)
    (add! char-set:symbol 'symbol)
    (add! char-set:graphic 'graphic 'graph)
    (add! char-set:whitespace 'whitespace 'white 'space)
    (add! char-set:printing 'printing 'print)
    (add! char-set:iso-control 'control 'cntrl)
    (add! char-set:hex-digit 'hex-digit 'xdigit)
    sets))

(define (%bad-sre sre)
  (error "regexp: this is no regular expression:" sre))

;; (char-range "az" #\0 "9" ...): the characters come in pairs.
(define (%range-set sre)
  (let loop ((chars (%characters (cdr sre) sre))
             (set char-set:empty))
    (cond ((null? chars) set)
          ((null? (cdr chars)) (%bad-sre sre))
          (else
           (let ((low (char->integer (car chars)))
                 (high (char->integer (cadr chars))))
             (if (< high low) (%bad-sre sre))
             (loop (cddr chars)
                   (char-set-union set
                                   (ucs-range->char-set low (+ high 1)))))))))

(define (%characters parts sre)
  (apply append
         (map (lambda (part)
                (cond ((string? part) (string->list part))
                      ((char? part) (list part))
                      (else (%bad-sre sre))))
              parts)))

;; The set that sre stands for, or #f when it stands for something else.  The cases are
;; closed at the leaves, so that under w/nocase (~ "a") takes neither a nor A.
(define (%sre->set sre flags)
  (define (leaf set)
    (let ((set (if (%ascii? flags)
                   (char-set-intersection set char-set:ascii)
                   set)))
      (if (%fold? flags) (%all-cases set) set)))
  (define (one-set string)
    (leaf (string->char-set string)))
  (define (combined op sres flags)
    (let ((sets (map (lambda (sre) (%sre->set sre flags)) sres)))
      (and (every values sets) (apply op sets))))
  (define (must-be-set set) (or set (%bad-sre sre)))
  (define (within flags)
    (and (pair? (cdr sre)) (null? (cddr sre)) (%sre->set (cadr sre) flags)))
  (cond ((char? sre) (leaf (char-set sre)))
        ((char-set? sre) (leaf sre))
        ((and (string? sre) (= 1 (string-length sre))) (one-set sre))
        ((symbol? sre)
         (let ((found (assq sre %named-sets)))
           (and found (leaf (cdr found)))))
        ((not (pair? sre)) #f)
        ((not (list? sre)) (%bad-sre sre))
        ((string? (car sre))
         (if (null? (cdr sre)) (one-set (car sre)) (%bad-sre sre)))
        (else
         (case (car sre)
           ((char-set)
            (if (and (pair? (cdr sre)) (string? (cadr sre)) (null? (cddr sre)))
                (one-set (cadr sre))
                (%bad-sre sre)))
           ((/ char-range) (leaf (%range-set sre)))
           ((or |\||)
            (and (pair? (cdr sre)) (combined char-set-union (cdr sre) flags)))
           ((~ complement)
            (let ((set (char-set-complement
                        (must-be-set
                         (combined char-set-union (cdr sre) flags)))))
              (if (%ascii? flags)
                  (char-set-intersection set char-set:ascii)
                  set)))
           ((- difference)
            (if (null? (cdr sre)) (%bad-sre sre))
            (must-be-set (combined char-set-difference (cdr sre) flags)))
           ((& and)
            (must-be-set (combined char-set-intersection (cdr sre) flags)))
           ((w/ascii w/unicode)
            (within (%make-flags (%fold? flags) (eq? (car sre) 'w/ascii))))
           ((w/case w/nocase)
            (within (%make-flags (eq? (car sre) 'w/nocase) (%ascii? flags))))
           (else #f)))))

;; ---- letter case

;; From what a character folds to, to all that fold so; made when first needed.
(define %case-table #f)

(define (%cases)
  (if (not %case-table)
      (let ((table (make-eqv-hash-table)))
        (char-set-for-each
         (lambda (char)
           (let ((folded (char-foldcase char)))
             (hash-table-set! table folded
                              (cons char (hash-table-ref/default
                                          table folded '())))))
         %cased)
        (set! %case-table table)))
  %case-table)

(define %cased
  (char-set-union char-set:lower-case char-set:upper-case char-set:title-case))

;; The set, and every character that differs from one of its members only in case.
(define (%all-cases set)
  (char-set-fold
   (lambda (char chars)
     (char-set-union
      chars
      (list->char-set (hash-table-ref/default (%cases) (char-foldcase char)
                                              '()))))
   set
   (char-set-intersection set %cased)))

;; ---- and back

;;> (char-set->sre set)
;;> A regular expression, as data without the set itself, that matches one character of
;;> the set.
(define (char-set->sre set)
  (if (<= (char-set-size set) 20)
      (list (char-set->string set))
      (cons '/ (%range-ends set))))

;; The first and last character of every run of neighbours.
(define (%range-ends set)
  (reverse
   (char-set-fold
    (lambda (char ends)
      (if (and (pair? ends)
               (= (char->integer char) (+ 1 (char->integer (car ends)))))
          (cons char (cdr ends))
          (cons* char char ends)))
    '() set)))
