;; From an expression to a graph of states.
;;
;; A state is a vector: its number, what it does, an operand, and the states after it.
;; Graphs are made from the end: each piece is given the state that comes after it.

(define-record-type <regexp>
  (%make-regexp sre start states submatches names greedy?)
  ;;> (regexp? obj)
  ;;> Whether obj is a regular expression made by regexp.
  regexp?
  (sre %sre)
  (start %start)             ; the first state
  (states %states)           ; how many there are
  (submatches %submatches)   ; how many there are, the whole not counted
  (names %names)             ; list of (name . number), later ones first
  (greedy? %greedy?))        ; #f when there is a non-greedy operator

(define-syntax %number (syntax-rules () ((_ state) (vector-ref state 0))))
(define-syntax %op (syntax-rules () ((_ state) (vector-ref state 1))))
(define-syntax %operand (syntax-rules () ((_ state) (vector-ref state 2))))
(define-syntax %next (syntax-rules () ((_ state) (vector-ref state 3))))
(define-syntax %other (syntax-rules () ((_ state) (vector-ref state 4))))

;; An expression that would need more is refused: (= 1000 (= 1000 x)) would.
(define %most-states 200000)

;; What the walk over an expression counts.
(define-record-type <work>
  (%make-work states submatches names greedy?)
  %work?
  (states %work-states %set-work-states!)
  (submatches %work-submatches %set-work-submatches!)
  (names %work-names %set-work-names!)
  (greedy? %work-greedy? %set-work-greedy!))

;; What holds inside a form.
(define-record-type <flags>
  (%make-flags fold? ascii?)
  %flags?
  (fold? %fold?)
  (ascii? %ascii?))

(define (%new-state work op operand next other)
  (let ((number (%work-states work)))
    (if (>= number %most-states)
        (error "regexp: the regular expression is too large"))
    (%set-work-states! work (+ number 1))
    (vector number op operand next other)))

;;> (regexp sre)
;;> A regular expression made from an S-expression; a regexp is returned as it is.
(define (regexp sre)
  (if (regexp? sre)
      sre
      (let* ((work (%make-work 0 0 '() #t))
             (end (%new-state work 'match #f #f #f))
             (start (%build work (%numbered work sre #t)
                              (%make-flags #f #f) end)))
        (%make-regexp sre start (%work-states work) (%work-submatches work)
                      (%work-names work) (%work-greedy? work)))))

;;> (rx sre ...)
;;> A regular expression of the parts one after another; they are quasiquoted.
(define-syntax rx
  (syntax-rules ()
    ((_ sre ...) (regexp (quasiquote (: sre ...))))))

;;> (regexp->sre regexp)
;;> The S-expression that it was made from.
(define (regexp->sre regexp) (%sre regexp))

;;> (valid-sre? obj)
;;> Whether regexp accepts obj.
(define (valid-sre? obj)
  (guard (problem ((error-object? problem) #f))
    (regexp obj)
    #t))

;; ---- submatches get their numbers first, from left to right

(define-record-type <numbered>
  (%make-numbered number sres)
  %numbered?
  (number %submatch-number)
  (sres %submatch-sres))

;; The expression with each submatch replaced by a numbered one.
(define (%numbered work sre capture?)
  (cond ((regexp? sre) (%numbered work (%sre sre) capture?))
        ((not (and (pair? sre) (list? sre))) sre)
        ((memq (car sre) '($ submatch))
         (%numbered-submatch work #f (cdr sre) capture?))
        ((memq (car sre) '(-> submatch-named))
         (if (not (and (pair? (cdr sre)) (symbol? (cadr sre))))
             (%bad-sre sre))
         (%numbered-submatch work (cadr sre) (cddr sre) capture?))
        ((eq? (car sre) 'w/nocapture)
         (cons ': (%all-numbered work (cdr sre) #f)))
        (else (cons (car sre) (%all-numbered work (cdr sre) capture?)))))

(define (%all-numbered work sres capture?)
  (map (lambda (sre) (%numbered work sre capture?)) sres))

(define (%numbered-submatch work name sres capture?)
  (if (not capture?)
      (cons ': (%all-numbered work sres #f))
      (let ((number (+ (%work-submatches work) 1)))
        (%set-work-submatches! work number)
        (if name
            (%set-work-names! work (cons (cons name number)
                                         (%work-names work))))
        (%make-numbered number (%all-numbered work sres #t)))))

;; ---- the states

(define %word-char
  (char-set-union char-set:letter+digit (char-set #\_)))

(define (%build work sre flags next)
  (cond ((string? sre) (%compile-string work sre flags next))
        ((char? sre) (%compile-char work sre flags next))
        ((%numbered? sre)
         (let* ((slot (* 2 (%submatch-number sre)))
                (end (%new-state work 'save (+ slot 1) next #f)))
           (%new-state work 'save slot
                       (%compile-sequence work (%submatch-sres sre) flags end)
                       #f)))
        ((and (eq? sre 'any) (not (%ascii? flags)))
         (%new-state work 'any #f next #f))
        ((%sre->set sre flags)
         => (lambda (set) (%new-state work 'set set next #f)))
        ((symbol? sre) (%compile-symbol work sre flags next))
        ((not (and (pair? sre) (list? sre))) (%bad-sre sre))
        (else (%compile-form work sre flags next))))

(define (%compile-char work char flags next)
  (if (%fold? flags)
      (%new-state work 'char-fold (char-foldcase char) next #f)
      (%new-state work 'char char next #f)))

(define (%compile-string work string flags next)
  (let loop ((i (- (string-length string) 1)) (next next))
    (if (< i 0)
        next
        (loop (- i 1)
              (%compile-char work (string-ref string i) flags next)))))

(define (%compile-sequence work sres flags next)
  (let loop ((rest (reverse sres)) (next next))
    (if (null? rest)
        next
        (loop (cdr rest) (%build work (car rest) flags next)))))

(define (%compile-symbol work sre flags next)
  (case sre
    ((bos eos bol eol bow eow nwb bog eog)
     (%new-state work 'at sre next #f))
    ((word) (%build work '(word+ any) flags next))
    ((grapheme) (%compile-grapheme work next))
    (else (%bad-sre sre))))

;; One character, and more as long as no boundary is before them.
(define (%compile-grapheme work next)
  (let* ((end (%new-state work 'at 'eog next #f))
         (split (%new-state work 'split #f #f end)))
    (vector-set! split 3
                 (%new-state work 'at 'inside-grapheme
                             (%new-state work 'any #f split #f) #f))
    (%new-state work 'any #f split #f)))

(define (%compile-form work sre flags next)
  (define (body) (cdr sre))
  (define (repeat sres low high greedy?)
    (%compile-repeat work sres flags low high greedy? next))
  (define (argument k)
    (if (> (length sre) k)
        (list-ref sre k)
        (%bad-sre sre)))
  (define (count k)
    (let ((n (argument k)))
      (if (and (exact-integer? n) (<= 0 n %most-states)) n (%bad-sre sre))))
  (case (car sre)
    ((: seq) (%compile-sequence work (body) flags next))
    ((or |\||) (%compile-or work (body) flags next))
    ((* zero-or-more) (repeat (body) 0 #f #t))
    ((+ one-or-more) (repeat (body) 1 #f #t))
    ((? optional) (repeat (body) 0 1 #t))
    ((= exactly) (repeat (list-tail sre 2) (count 1) (count 1) #t))
    ((>= at-least) (repeat (list-tail sre 2) (count 1) #f #t))
    ((** repeated **? non-greedy-repeated)
     (let ((low (count 1)) (high (and (argument 2) (count 2))))
       (if (and high (< high low)) (%bad-sre sre))
       (repeat (list-tail sre 3) low high
               (and (memq (car sre) '(** repeated)) #t))))
    ((?? non-greedy-optional) (repeat (body) 0 1 #f))
    ((*? non-greedy-zero-or-more) (repeat (body) 0 #f #f))
    ((w/case w/nocase)
     (%compile-sequence work (body)
                        (%make-flags (eq? (car sre) 'w/nocase)
                                     (%ascii? flags))
                        next))
    ((w/ascii w/unicode)
     (%compile-sequence work (body)
                        (%make-flags (%fold? flags)
                                     (eq? (car sre) 'w/ascii))
                        next))
    ((word)
     (%compile-sequence work `(bow ,@(body) eow) flags next))
    ((word+)
     (%compile-sequence work `(bow (+ (& ,%word-char (or ,@(body)))) eow)
                        flags next))
    ((look-ahead look-behind neg-look-ahead neg-look-behind backref)
     (error "regexp: matching in linear time has no" (car sre)))
    (else (%bad-sre sre))))

(define (%compile-or work sres flags next)
  (if (null? sres)
      (%new-state work 'fail #f #f #f)
      (let loop ((rest (cdr (reverse sres)))
                 (state (%build work (car (reverse sres)) flags next)))
        (if (null? rest)
            state
            (loop (cdr rest)
                  (%new-state work 'split #f
                              (%build work (car rest) flags next)
                              state))))))

;; A choice between going into a body and on, the first being preferred.
(define (%choice work greedy? body next)
  (if (not greedy?) (%set-work-greedy! work #f))
  (if greedy?
      (%new-state work 'split #f body next)
      (%new-state work 'split #f next body)))

(define (%compile-repeat work sres flags low high greedy? next)
  (define (copy next) (%compile-sequence work sres flags next))
  (define (without-end)
    (let ((split (%choice work greedy? #f next)))
      (vector-set! split (if greedy? 3 4) (copy split))
      split))
  (define (at-most n)
    (let loop ((n n) (state next))
      (if (= n 0)
          state
          (loop (- n 1)
                (let ((body (copy state)))
                  (%choice work greedy? body next))))))
  (let loop ((n low) (state (if high (at-most (- high low)) (without-end))))
    (if (= n 0)
        state
        (loop (- n 1) (copy state)))))
