;; The variables of the specification, writing a string, and show itself.

(define variable-count 1)
(define initial-values '())              ; last first

(define (own-variable name default)
  (let ((slot variable-count))
    (set! variable-count (+ slot 1))
    (set! initial-values (cons default initial-values))
    (new-variable name default slot #f)))

;; Writes the string to the port of the state and notes where that leads: the usual
;; value of the variable output.
(define (write-default string state)
  (write-string string (vector-ref state slot-port))
  (let ((newline (%string-index-right string #\newline))
        (width-of (vector-ref state slot-string-width)))
    (if newline
        (begin
          (vector-set! state slot-row
                       (+ (vector-ref state slot-row)
                          (newlines string newline)))
          (vector-set! state slot-col
                       (if (eq? width-of string-length)
                           (- (string-length string) newline 1)
                           (width-of (substring string (+ newline 1))))))
        (vector-set! state slot-col
                     (+ (vector-ref state slot-col) (width-of string))))))

;; How many there are up to the last.
(define (newlines string last)
  (let loop ((n 1) (from 0))
    (let ((next (%string-index string #\newline from last)))
      (if next (loop (+ n 1) (+ next 1)) n))))

;;> (output-default string)
;;> What the state variable output is at first: writes the string to the port and keeps
;;> row and col.
(define (output-default string)
  (lambda (state) (write-default string state)))

;; Writes the string as the state says.
(define (emit string state)
  (let ((out (vector-ref state slot-output)))
    (if (eq? out output-default)
        (write-default string state)
        (run-formatter (out string) state))))

;; ---- the variables

;;> port
;;> The state variable with the port that is written to.
(define port (own-variable 'port #f))
;;> row
;;> The state variable that counts the lines written.
(define row (own-variable 'row 0))
;;> col
;;> The state variable with the column that comes next, from 0.
(define col (own-variable 'col 0))
;;> width
;;> The state variable with the width of a line, 80.
(define width (own-variable 'width 80))
;;> output
;;> The state variable with the procedure that makes a formatter from each string to be
;;> written.
(define output (own-variable 'output output-default))
;;> string-width
;;> The state variable with the procedure that gives the columns a string takes.
(define string-width (own-variable 'string-width string-length))
;;> writer
;;> The state variable with the procedure that makes a formatter from an object that is
;;> no string, character or formatter.
(define writer (own-variable 'writer (lambda (obj) (shown obj))))
;;> pad-char
;;> The state variable with the character for padding.
(define pad-char (own-variable 'pad-char #\space))
;;> ellipsis
;;> The state variable with the string that stands for what was cut off.
(define ellipsis (own-variable 'ellipsis ""))
;;> substring/width
;;> The state variable with the procedure that takes a part of a string by columns.
(define substring/width (own-variable 'substring/width substring))
;;> substring/preserve
;;> The state variable with the procedure that says what must stay of a part that is cut
;;> off, or #f.
(define substring/preserve (own-variable 'substring/preserve #f))
;;> radix
;;> The state variable with the radix of numbers.
(define radix (own-variable 'radix 10))
;;> precision
;;> The state variable with the number of digits after the point, or #f.
(define precision (own-variable 'precision #f))
;;> sign-rule
;;> The state variable with #t, for a sign before every number, or a pair of strings to
;;> enclose negative ones.
(define sign-rule (own-variable 'sign-rule #f))
;;> comma-rule
;;> The state variable with the number of digits between commas, or a list of them.
(define comma-rule (own-variable 'comma-rule #f))
;;> comma-sep
;;> The state variable with the character used as a comma in numbers.
(define comma-sep (own-variable 'comma-sep #\,))
;;> decimal-sep
;;> The state variable with the character used as the point in numbers, or #f.
(define decimal-sep (own-variable 'decimal-sep #f))
;;> decimal-align
;;> The state variable with the column of the point in numbers, or #f.
(define decimal-align (own-variable 'decimal-align #f))
;;> word-separator?
;;> The state variable with the predicate of the characters between words.
(define word-separator? (own-variable 'word-separator? char-whitespace?))
;;> ambiguous-is-wide?
;;> The state variable that says whether characters of ambiguous width take two columns.
(define ambiguous-is-wide? (own-variable 'ambiguous-is-wide? #f))
;;> pretty-environment
;;> The state variable with the environment whose syntax pretty looks at, or #f.
(define pretty-environment (own-variable 'pretty-environment #f))

(define slot-port (variable-slot port))
(define slot-row (variable-slot row))
(define slot-col (variable-slot col))
(define slot-output (variable-slot output))
(define slot-string-width (variable-slot string-width))

(define initial-state (list->vector (cons '() (reverse initial-values))))

;; ---- objects

(define (show-object obj state)
  (cond ((string? obj) (emit obj state))
        ((char? obj) (emit (string obj) state))
        (else (run-formatter ((state-ref state writer) obj) state))))

;;> (displayed obj)
;;> A formatter stays what it is; strings and characters are written as they are, other
;;> objects as written writes them.
(define (displayed obj)
  (if (procedure? obj)
      obj
      (lambda (state) (show-object obj state))))

;;> (show destination formatter ...)
;;> Does what the formatters say, one after another; other objects are displayed. Writes
;;> to the port; to the current output port for #t; #f: returns a string.
(define (show destination . formatters)
  (let ((state (copy-state initial-state)))
    (define (run port)
      (vector-set! state slot-port port)
      (for-each (lambda (formatter) (run-formatter formatter state))
                formatters))
    (cond ((not destination)
           (let ((port (open-output-string)))
             (run port)
             (get-output-string port)))
          ((eq? destination #t) (run (current-output-port)))
          ((output-port? destination) (run destination))
          (else
           (error "show: the destination must be a port, #t or #f, got"
                  destination)))))
