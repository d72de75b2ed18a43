;; A pattern becomes nested tests.  The code for success is made by a procedure that gets
;; the variables bound so far, for that is what a repeated variable depends on; the code
;; for failure is a call of the clause that follows.

;; What all steps need: how to rename, how to compare, and fresh names.
(define-record-type matcher
  (%make-matcher rename compare count)
  matcher?
  (rename %rename)
  (compare %compare)
  (count %count %set-count!))

(define (%fresh m)
  (%set-count! m (+ (%count m) 1))
  ((%rename m) (string->symbol
                (string-append "%m" (number->string (%count m))))))

(define (%name m symbol) ((%rename m) symbol))
(define (%call m symbol . arguments) (cons (%name m symbol) arguments))

(define (%identifier? form)
  (or (symbol? form)
      (and (not (pair? form)) (not (vector? form))
           (symbol? (%strip-syntax form)))))

(define (%word? m form symbol)
  (and (%identifier? form) ((%compare m) form (%name m symbol))))

(define (%member? m variable variables)
  (and (pair? variables)
       (or ((%compare m) variable (car variables))
           (%member? m variable (cdr variables)))))

(define (%ellipsis m form)
  (and (%identifier? form)
       (cond ((or (%word? m form '...) (%word? m form '___)) 0)
             ((%word? m form '..1) 1)
             (else #f))))

(define (%wrong pattern)
  (error "match: malformed pattern" (%strip-syntax pattern)))

;; ---- clauses

;;> (compile-match who expression clauses rename compare)
;;> The form that matches the expression's value; who is named in errors.
(define (compile-match who expression clauses rename compare)
  (let* ((m (%make-matcher rename compare 0))
         (obj (%fresh m)))
    (%call m 'let (list (list obj expression))
           (%clauses m who obj clauses))))

(define (%clauses m who obj clauses)
  (if (null? clauses)
      (%call m '%no-match who obj)
      (let ((clause (car clauses)) (next (%fresh m)))
        (if (not (and (list? clause) (>= (length clause) 2)))
            (error "match: a clause must look like (pattern body ...)"
                   (%strip-syntax clause)))
        (%call m 'let
               (list (list next
                           (%call m 'lambda '()
                                  (%clauses m who obj (cdr clauses)))))
               (%pattern m (car clause) obj '()
                         (lambda (variables)
                           (%body m (cdr clause) (list next)))
                         (list next))))))

;; (guard test) has no body, so it is none of R7RS's.
(define (%body m body fail)
  (let ((first (car body)))
    (cond ((and (list? first) (= (length first) 2) (pair? (cdr body))
                (%word? m (car first) 'guard))
           (%call m 'if (cadr first)
                  (apply %call m 'let '() (cdr body))
                  fail))
          ((and (list? first) (= (length first) 2) (pair? (cdr body))
                (%word? m (car first) '=>))
           (apply %call m 'let
                  (list (list (cadr first) (%call m 'lambda '() fail)))
                  (cdr body)))
          (else (apply %call m 'let '() body)))))

;; ---- patterns

;; The form that tests obj, an identifier; (succeed variables) makes the form for success.
(define (%pattern m pattern obj variables succeed fail)
  (define (test condition)
    (%call m 'if condition (succeed variables) fail))
  (cond
   ((%identifier? pattern)
    (cond ((%word? m pattern '_) (succeed variables))
          ((%ellipsis m pattern) (%wrong pattern))
          ((%member? m pattern variables)
           (test (%call m 'equal? obj pattern)))
          (else
           (%call m 'let (list (list pattern obj))
                  (succeed (cons pattern variables))))))
   ((null? pattern) (test (%call m 'null? obj)))
   ((vector? pattern)
    (%vector m (vector->list pattern) obj variables succeed fail))
   ((not (pair? pattern))
    (test (%call m (if (or (number? pattern) (char? pattern) (boolean? pattern))
                       'eqv?
                       'equal?)
                 obj pattern)))
   ((%special m pattern)
    => (lambda (compile) (compile m pattern obj variables succeed fail)))
   (else (%in-pair m pattern %pattern obj variables succeed fail))))

;; A pattern that is a pair: its head, once or, before an ellipsis, any number of times, and then
;; what follows, which `compile-rest` compiles.
(define (%in-pair m pattern compile-rest obj variables succeed fail)
  (cond
   ((and (pair? (cdr pattern)) (%ellipsis m (cadr pattern)))
    => (lambda (least)
         (%repeat m (car pattern) least (cddr pattern) obj variables
                  succeed fail)))
   (else
    (let ((a (%fresh m)) (d (%fresh m)))
      (%call m 'if (%call m 'pair? obj)
             (%call m 'let (list (list a (%call m 'car obj))
                                 (list d (%call m 'cdr obj)))
                    (%pattern m (car pattern) a variables
                              (lambda (variables)
                                (compile-rest m (cdr pattern) d variables
                                              succeed fail))
                              fail))
             fail)))))

;; The procedure that compiles patterns with that word at their head, or #f.
(define (%special m pattern)
  (let loop ((rows %specials))
    (cond ((null? rows) #f)
          ((and (%word? m (car pattern) (caar rows)) (list? (cdr pattern)))
           (cdar rows))
          (else (loop (cdr rows))))))

(define (%quoted m pattern obj variables succeed fail)
  (let ((datum (cadr pattern)))
    (%call m 'if
           (%call m (if (%identifier? datum) 'eq? 'equal?) obj pattern)
           (succeed variables)
           fail)))

(define (%all m patterns obj variables succeed fail)
  (if (null? patterns)
      (succeed variables)
      (%pattern m (car patterns) obj variables
                (lambda (variables)
                  (%all m (cdr patterns) obj variables succeed fail))
                fail)))

(define (%and m pattern obj variables succeed fail)
  (%all m (cdr pattern) obj variables succeed fail))

(define (%not m pattern obj variables succeed fail)
  (let ((yes (%fresh m)))
    (%call m 'let
           (list (list yes (%call m 'lambda '() (succeed variables))))
           (%pattern m (cadr pattern) obj variables
                     (lambda (inner) fail)
                     (list yes)))))

;; All alternatives bind the variables that the first one binds.
(define (%or m pattern obj variables succeed fail)
  (if (null? (cdr pattern))
      fail
      (let ((yes (%fresh m))
            (bound (%new-variables m (cadr pattern) variables)))
        (%call m 'let
               (list (list yes
                           (%call m 'lambda bound
                                  (succeed (append bound variables)))))
               (let loop ((alternatives (cdr pattern)))
                 (if (null? alternatives)
                     fail
                     (let ((next (%fresh m)))
                       (%call m 'let
                              (list
                               (list next
                                     (%call m 'lambda '()
                                            (loop (cdr alternatives)))))
                              (%pattern m (car alternatives) obj variables
                                        (lambda (inner) (cons yes bound))
                                        (list next))))))))))

(define (%predicate m pattern obj variables succeed fail)
  (if (null? (cdr pattern)) (%wrong pattern))
  (%call m 'if (list (cadr pattern) obj)
         (%all m (cddr pattern) obj variables succeed fail)
         fail))

;; Evaluated anew each time it is tried.
(define (%equal-to m pattern obj variables succeed fail)
  (if (not (= (length pattern) 2)) (%wrong pattern))
  (let ((value (%fresh m)))
    (%call m 'let (list (list value (cadr pattern)))
           (%call m 'if (%call m 'or (%call m 'eq? obj value)
                               (%call m 'equal? obj value))
                  (succeed variables)
                  fail))))

(define (%view m pattern obj variables succeed fail)
  (if (not (= (length pattern) 3)) (%wrong pattern))
  (let ((part (%fresh m)))
    (%call m 'let (list (list part (list (cadr pattern) obj)))
           (%pattern m (caddr pattern) part variables succeed fail))))

(define (%record m pattern obj variables succeed fail)
  (if (null? (cdr pattern)) (%wrong pattern))
  (let ((type (cadr pattern)))
    (%call m 'if (%call m '%is? obj type (length (cddr pattern)))
           (let loop ((patterns (cddr pattern)) (i 0) (variables variables))
             (if (null? patterns)
                 (succeed variables)
                 (let ((field (%fresh m)))
                   (%call m 'let
                          (list (list field (%call m '%ref obj type i)))
                          (%pattern m (car patterns) field variables
                                    (lambda (variables)
                                      (loop (cdr patterns) (+ i 1) variables))
                                    fail)))))
           fail)))

;; `template: what is unquoted is a pattern, the rest is quoted.
(define (%template m pattern obj variables succeed fail)
  (%pattern m (%unquoted m (cadr pattern)) obj variables succeed fail))

(define (%unquoted m form)
  (define (headed? form word)
    (and (pair? form) (%word? m (car form) word)
         (pair? (cdr form)) (null? (cddr form))))
  (cond ((headed? form 'unquote) (cadr form))
        ((and (pair? form) (headed? (car form) 'unquote-splicing))
         (let ((spliced (cadr (car form))))
           (if (null? (cdr form))
               spliced
               (cons* spliced (%name m '...) (%unquoted m (cdr form))))))
        ((pair? form)
         (if (and (pair? (cdr form)) (%ellipsis m (cadr form)))
             (cons* (%unquoted m (car form)) (cadr form)
                    (%unquoted m (cddr form)))
             (cons (%unquoted m (car form)) (%unquoted m (cdr form)))))
        ((vector? form)
         (list->vector (%unquoted m (vector->list form))))
        ((%identifier? form) (%call m 'quote form))
        (else form)))

(define (cons* a b rest) (cons a (cons b rest)))

(define %specials
  (list (cons 'quote %quoted)
        (cons 'quasiquote %template)
        (cons 'and %and)
        (cons 'or %or)
        (cons 'not %not)
        (cons '? %predicate)
        (cons '== %equal-to)
        (cons '= %view)
        (cons '$ %record)))

;; ---- repetition

(define (%vector m patterns obj variables succeed fail)
  (let ((elements (%fresh m)))
    (%call m 'if (%call m 'vector? obj)
           (%call m 'let
                  (list (list elements (%call m 'vector->list obj)))
                  (%elements m patterns elements variables succeed fail))
           fail)))

;; Like a list pattern whose head is never a special word.
(define (%elements m patterns obj variables succeed fail)
  (if (null? patterns)
      (%pattern m '() obj variables succeed fail)
      (%in-pair m patterns %elements obj variables succeed fail)))

;; pattern any number of times, then the patterns of `after`, which may be improper.
(define (%repeat m pattern least after obj variables succeed fail)
  (let ((bound (%new-variables m pattern variables))
        (n (%fresh m)) (loop (%fresh m)) (rest (%fresh m)) (left (%fresh m))
        (element (%fresh m)))
    (let ((lists (map (lambda (variable) (%fresh m)) bound)))
      (let-values (((count proper?) (%pairs after)))
        (%call m 'let
               (list (list n (%call m '%repetitions obj proper? count)))
               (%call m 'if
                      (if (= least 0)
                          n
                          (%call m 'and n (%call m '>= n least)))
                      (%call m 'let loop
                             (append
                              (list (list rest obj) (list left n))
                              (map (lambda (l) (list l (%call m 'quote '())))
                                   lists))
                             (%call m 'if (%call m 'eqv? left 0)
                                    (%call m 'let
                                           (map (lambda (variable l)
                                                  (list variable
                                                        (%call m 'reverse l)))
                                                bound lists)
                                           (%pattern m after rest
                                                     (append bound variables)
                                                     succeed fail))
                                    (%call m 'let
                                           (list (list element
                                                       (%call m 'car rest)))
                                           (%pattern
                                            m pattern element variables
                                            (lambda (inner)
                                              (append
                                               (list loop
                                                     (%call m 'cdr rest)
                                                     (%call m '- left 1))
                                               (map (lambda (variable l)
                                                      (%call m 'cons variable l))
                                                    bound lists)))
                                            fail))))
                      fail))))))

(define (%pairs list)
  (let loop ((rest list) (n 0))
    (if (pair? rest)
        (loop (cdr rest) (+ n 1))
        (values n (null? rest)))))

;; ---- variables

(define (%new-variables m pattern variables)
  (let loop ((all (reverse (%variables m pattern))) (new '()))
    (cond ((null? all) new)
          ((or (%member? m (car all) variables) (%member? m (car all) new))
           (loop (cdr all) new))
          (else (loop (cdr all) (cons (car all) new))))))

;; All of them, in order, the repeated ones repeatedly.
(define (%variables m pattern)
  (define (each patterns)
    (apply append (map (lambda (p) (%variables m p)) patterns)))
  (cond ((%identifier? pattern)
         (if (or (%word? m pattern '_) (%ellipsis m pattern))
             '()
             (list pattern)))
        ((vector? pattern) (each (vector->list pattern)))
        ((not (pair? pattern)) '())
        ((%special m pattern)
         => (lambda (compile)
              (cond ((eq? compile %quoted) '())
                    ((eq? compile %not) '())
                    ((eq? compile %equal-to) '())
                    ((eq? compile %or)
                     (if (pair? (cdr pattern))
                         (%variables m (cadr pattern))
                         '()))
                    ((eq? compile %and) (each (cdr pattern)))
                    ((eq? compile %template)
                     (%variables m (%unquoted m (cadr pattern))))
                    (else (each (cddr pattern))))))
        (else (append (%variables m (car pattern))
                      (%variables m (cdr pattern))))))

;;> (pattern-variables pattern rename compare)
;;> The variables that the pattern binds, each once.
(define (pattern-variables pattern rename compare)
  (%new-variables (%make-matcher rename compare 0) pattern '()))
