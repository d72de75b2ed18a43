;; The column of a line.

;; A list that is open: the column of its parenthesis, of its first element and of its
;; first operand on the first line, the first element's text, how many elements there were,
;; whether the second one is a symbol, whether it is data.
(define-record-type <level>
  (make-level open start line operand head count named? data?)
  level?
  (open level-open)
  (start level-start set-level-start!)
  (line level-line set-level-line!)      ; the number of the line of the head
  (operand level-operand set-level-operand!)
  (head level-head set-level-head!)
  (count level-count set-level-count!)
  (named? level-named? set-level-named!)
  (data? level-data?))

(define (new-level open data?) (make-level open #f #f #f #f 0 #f data?))

;; How many operands come before the body.
(define bodies
  '(("lambda" . 1) ("let" . 1) ("let*" . 1) ("letrec" . 1) ("letrec*" . 1)
    ("let-values" . 1) ("let*-values" . 1) ("let-syntax" . 1)
    ("letrec-syntax" . 1) ("syntax-rules" . 1) ("er-macro-transformer" . 1)
    ("case" . 1) ("when" . 1) ("unless" . 1) ("do" . 2) ("parameterize" . 1)
    ("guard" . 1) ("begin" . 0) ("case-lambda" . 0) ("cond-expand" . 0)
    ("receive" . 2) ("and-let*" . 1) ("rec" . 1) ("fn" . 1)
    ("let-optionals" . 2) ("let-optionals*" . 2) ("let-keywords" . 2)
    ("opt-lambda" . 1) ("opt*-lambda" . 1) ("lambda*" . 1) ("match" . 1)
    ("match-lambda" . 0) ("match-let" . 1) ("match-let*" . 1)
    ("test-group" . 1) ("delay" . 0) ("delay-force" . 0)))

(define (starts? string prefix)
  (and (>= (string-length string) (string-length prefix))
       (string=? (substring string 0 (string-length prefix)) prefix)))

;; The number for this list, or #f when it has no body.
(define (body-operands level)
  (let ((head (level-head level)))
    (cond ((or (not head) (level-data? level)) #f)
          ((and (string=? head "let") (level-named? level)) 2)
          ((assoc head bodies) => cdr)
          ((member head '("define" "define*")) 1)
          ((and (or (starts? head "define-") (starts? head "with-")
                    (starts? head "call-with-") (string=? head "with"))
                (level-operand level))
           1)
          (else #f))))

;; Where a line begins whose innermost list is this one.
(define (line-column levels)
  (if (null? levels)
      0
      (let* ((level (car levels)) (operands (body-operands level)))
        (cond (operands
               (+ (level-open level)
                  (if (<= (level-count level) operands) 4 2)))
              ((not (level-start level)) (+ (level-open level) 1))
              ((and (level-head level)
                    (not (level-data? level))
                    (level-operand level)))
              (else (level-start level))))))
