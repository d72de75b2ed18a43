;; Every name that R7RS appendix A gives to a library is exported by it, and what it names is
;; of the right sort: a procedure can be called, syntax can not be taken for a value.
(import (scheme base) (scheme eval) (srfi 64))

(test-begin "names")

(define (exported? library name)
  (guard (e (#t #f))
    (environment `(only ,library ,name))
    #t))

;; #t when the name has a value that is a procedure; #f for syntax.
(define (procedure-of? library name)
  (guard (e (#t #f))
    (procedure? (eval name (environment library)))))

(define-syntax procedures
  (syntax-rules ()
    ((_ library name ...)
     (begin (test-assert '(library name) (procedure-of? 'library 'name)) ...))))

(define-syntax syntax
  (syntax-rules ()
    ((_ library name ...)
     (begin (test-equal '(library name) '(#t #f)
              (list (exported? 'library 'name) (procedure-of? 'library 'name)))
            ...))))

(syntax (scheme base)
  _ ... => and begin case cond cond-expand define define-record-type define-syntax
  define-values do else guard if include include-ci lambda let let* let*-values let-syntax
  let-values letrec letrec* letrec-syntax or parameterize quasiquote quote set! syntax-error
  syntax-rules unless unquote unquote-splicing when)

(procedures (scheme base)
  * + - / < <= = > >= abs append apply assoc assq assv binary-port? boolean=? boolean?
  bytevector bytevector-append bytevector-copy bytevector-copy! bytevector-length
  bytevector-u8-ref bytevector-u8-set! bytevector? caar cadr call-with-current-continuation
  call-with-port call-with-values call/cc car cdar cddr cdr ceiling char->integer
  char-ready? char<=? char<? char=? char>=? char>? char? close-input-port close-output-port
  close-port complex? cons current-error-port current-input-port current-output-port
  denominator dynamic-wind eof-object eof-object? eq? equal? eqv? error
  error-object-irritants error-object-message error-object? even? exact exact-integer-sqrt
  exact-integer? exact? expt features file-error? floor floor-quotient floor-remainder
  floor/ flush-output-port for-each gcd get-output-bytevector get-output-string inexact
  inexact? input-port-open? input-port? integer->char integer? lcm length list list->string
  list->vector list-copy list-ref list-set! list-tail list? make-bytevector make-list
  make-parameter make-string make-vector map max member memq memv min modulo negative?
  newline not null? number->string number? numerator odd? open-input-bytevector
  open-input-string open-output-bytevector open-output-string output-port-open?
  output-port? pair? peek-char peek-u8 positive? procedure? quotient raise
  raise-continuable rational? rationalize read-bytevector read-bytevector! read-char
  read-error? read-line read-string read-u8 real? remainder reverse round set-car! set-cdr!
  square string string->list string->number string->symbol string->utf8 string->vector
  string-append string-copy string-copy! string-fill! string-for-each string-length
  string-map string-ref string-set! string<=? string<? string=? string>=? string>? string?
  substring symbol->string symbol=? symbol? textual-port? truncate truncate-quotient
  truncate-remainder truncate/ u8-ready? utf8->string values vector vector->list
  vector->string vector-append vector-copy vector-copy! vector-fill! vector-for-each
  vector-length vector-map vector-ref vector-set! vector? with-exception-handler
  write-bytevector write-char write-string write-u8 zero?)

(syntax (scheme case-lambda) case-lambda)
(procedures (scheme char)
  char-alphabetic? char-ci<=? char-ci<? char-ci=? char-ci>=? char-ci>? char-downcase
  char-foldcase char-lower-case? char-numeric? char-upcase char-upper-case?
  char-whitespace? digit-value string-ci<=? string-ci<? string-ci=? string-ci>=?
  string-ci>? string-downcase string-foldcase string-upcase)
(procedures (scheme complex)
  angle imag-part magnitude make-polar make-rectangular real-part)
(procedures (scheme cxr)
  caaar caadr cadar caddr cdaar cdadr cddar cdddr caaaar caaadr caadar caaddr cadaar cadadr
  caddar cadddr cdaaar cdaadr cdadar cdaddr cddaar cddadr cdddar cddddr)
(procedures (scheme eval) environment eval)
(procedures (scheme file)
  call-with-input-file call-with-output-file delete-file file-exists? open-binary-input-file
  open-binary-output-file open-input-file open-output-file with-input-from-file
  with-output-to-file)
(procedures (scheme inexact)
  acos asin atan cos exp finite? infinite? log nan? sin sqrt tan)
(syntax (scheme lazy) delay delay-force)
(procedures (scheme lazy) force make-promise promise?)
(procedures (scheme load) load)
(procedures (scheme process-context)
  command-line emergency-exit exit get-environment-variable get-environment-variables)
(procedures (scheme read) read)
(procedures (scheme repl) interaction-environment)
(procedures (scheme time) current-jiffy current-second jiffies-per-second)
(procedures (scheme write) display write write-shared write-simple)

(syntax (scheme r5rs)
  and begin case cond define define-syntax delay do if lambda let let* let-syntax letrec
  letrec-syntax or quasiquote quote set!)
(procedures (scheme r5rs)
  * + - / < <= = > >= abs acos angle append apply asin assoc assq assv atan boolean? caaaar
  caaadr caaar caadar caaddr caadr caar cadaar cadadr cadar caddar cadddr caddr cadr
  call-with-current-continuation call-with-input-file call-with-output-file
  call-with-values car cdaaar cdaadr cdaar cdadar cdaddr cdadr cdar cddaar cddadr cddar
  cdddar cddddr cdddr cddr cdr ceiling char->integer char-alphabetic? char-ci<=? char-ci<?
  char-ci=? char-ci>=? char-ci>? char-downcase char-lower-case? char-numeric? char-ready?
  char-upcase char-upper-case? char-whitespace? char<=? char<? char=? char>=? char>? char?
  close-input-port close-output-port complex? cons cos current-input-port
  current-output-port denominator display dynamic-wind eof-object? eq? equal? eqv? eval
  even? exact->inexact exact? exp expt floor for-each force gcd imag-part inexact->exact
  inexact? input-port? integer->char integer? interaction-environment lcm length list
  list->string list->vector list-ref list-tail list? load log magnitude make-polar
  make-rectangular make-string make-vector map max member memq memv min modulo negative?
  newline not null-environment null? number->string number? numerator odd? open-input-file
  open-output-file output-port? pair? peek-char positive? procedure? quotient rational?
  rationalize read read-char real-part real? remainder reverse round
  scheme-report-environment set-car! set-cdr! sin sqrt string string->list string->number
  string->symbol string-append string-ci<=? string-ci<? string-ci=? string-ci>=?
  string-ci>? string-copy string-fill! string-length string-ref string-set! string<=?
  string<? string=? string>=? string>? string? substring symbol->string symbol? tan truncate
  values vector vector->list vector-fill! vector-length vector-ref vector-set! vector?
  with-input-from-file with-output-to-file write write-char zero?)

;; A name that several libraries export is one binding, so all can be imported together.
(test-assert "all libraries together"
  (environment '(scheme base) '(scheme case-lambda) '(scheme char) '(scheme complex)
    '(scheme cxr) '(scheme eval) '(scheme file) '(scheme inexact) '(scheme lazy)
    '(scheme load) '(scheme process-context) '(scheme r5rs) '(scheme read) '(scheme repl)
    '(scheme time) '(scheme write)))
(test-eqv "base has no more cxr than it should" #f (exported? '(scheme base) 'caddr))
(test-eqv "nor read" #f (exported? '(scheme base) 'read))
(test-eqv "nor write" #f (exported? '(scheme base) 'write))
(test-eqv "nor sqrt" #f (exported? '(scheme base) 'sqrt))
(test-eqv "r5rs has no when" #f (exported? '(scheme r5rs) 'when))
(test-eqv "nor call/cc" #f (exported? '(scheme r5rs) 'call/cc))
(test-eqv "a name of one's own is not exported" #f (exported? '(scheme base) 'no-such-name))

(test-end "names")
