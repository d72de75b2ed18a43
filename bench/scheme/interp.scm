;; An evaluator of a small Scheme written in Scheme: expressions are data, environments
;; are lists of frames, procedures are closures of the host.
(import (scheme base) (scheme cxr) (scheme write))

(define (lookup name env)
  (let frames ((env env))
    (if (null? env)
        (error "unbound" name)
        (let ((cell (assq name (car env))))
          (if cell (cdr cell) (frames (cdr env)))))))

(define (define! name value env)
  (set-car! env (cons (cons name value) (car env))))

(define (evaluate e env)
  (cond ((symbol? e) (lookup e env))
        ((not (pair? e)) e)
        (else
         (case (car e)
           ((quote) (cadr e))
           ((if) (if (evaluate (cadr e) env)
                     (evaluate (caddr e) env)
                     (evaluate (cadddr e) env)))
           ((lambda)
            (let ((names (cadr e)) (body (cddr e)))
              (lambda arguments
                (evaluate-body body (cons (map cons names arguments) env)))))
           ((let)
            (evaluate-body (cddr e)
                           (cons (map (lambda (b)
                                        (cons (car b) (evaluate (cadr b) env)))
                                      (cadr e))
                                 env)))
           ((define) (define! (cadr e) (evaluate (caddr e) env) env))
           (else
            (let ((procedure (evaluate (car e) env)))
              (apply procedure
                     (map (lambda (a) (evaluate a env)) (cdr e)))))))))

(define (evaluate-body body env)
  (if (null? (cdr body))
      (evaluate (car body) env)
      (begin (evaluate (car body) env)
             (evaluate-body (cdr body) env))))

(define globals
  (list (list (cons '+ +) (cons '- -) (cons '* *) (cons '< <) (cons '= =)
              (cons 'car car) (cons 'cdr cdr) (cons 'cons cons) (cons 'null? null?))))

(define program
  '((define fib (lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))))
    (define count (lambda (n) (if (= n 0) '() (cons n (count (- n 1))))))
    (define fold (lambda (f a l) (if (null? l) a (fold f (f a (car l)) (cdr l)))))
    (define twice (lambda (f) (lambda (x) (f (f x)))))
    (let ((add (lambda (a b) (+ a b))))
      (+ (fib 19) (fold add 0 (count 2000)) ((twice (twice (lambda (x) (* x x)))) 3)))))

(display "interp: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 6)
               acc
               (loop (+ i 1) (+ acc (evaluate-body program (list (car globals))))))))
(newline)
