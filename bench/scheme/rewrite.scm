;; Term rewriting: patterns with variables are matched against terms, bindings are
;; association lists, rules are tried in order until nothing changes.
(import (scheme base) (scheme cxr) (scheme write))

(define rules
  '(((add zero ?x) ?x)
    ((add (s ?x) ?y) (s (add ?x ?y)))
    ((mul zero ?x) zero)
    ((mul (s ?x) ?y) (add ?y (mul ?x ?y)))
    ((fact zero) (s zero))
    ((fact (s ?x)) (mul (s ?x) (fact ?x)))))

(define (pattern-variable? x) (memq x '(?x ?y)))

;; The bindings, or #f.
(define (match pattern term bindings)
  (cond ((and (symbol? pattern) (pattern-variable? pattern))
         (let ((old (assq pattern bindings)))
           (if old
               (and (equal? (cdr old) term) bindings)
               (cons (cons pattern term) bindings))))
        ((and (pair? pattern) (pair? term))
         (let ((b (match (car pattern) (car term) bindings)))
           (and b (match (cdr pattern) (cdr term) b))))
        (else (and (equal? pattern term) bindings))))

(define (instantiate template bindings)
  (cond ((pair? template)
         (cons (instantiate (car template) bindings)
               (instantiate (cdr template) bindings)))
        ((and (symbol? template) (assq template bindings)) => cdr)
        (else template)))

(define (apply-rules term)
  (let loop ((rs rules))
    (if (null? rs)
        #f
        (let ((b (match (caar rs) term '())))
          (if b
              (instantiate (cadar rs) b)
              (loop (cdr rs)))))))

(define (normalize term)
  (if (pair? term)
      (let* ((inner (cons (car term) (map normalize (cdr term))))
             (next (apply-rules inner)))
        (if next (normalize next) inner))
      term))

(define (number->term n) (if (= n 0) 'zero (list 's (number->term (- n 1)))))
(define (term->number t) (if (pair? t) (+ 1 (term->number (cadr t))) 0))

(display "rewrite: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 40)
               acc
               (loop (+ i 1)
                     (+ acc (term->number (normalize (list 'fact (number->term 5)))))))))
(newline)
