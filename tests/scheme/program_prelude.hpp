// What random programs call: definitions for the top level of any R7RS system.
//
// (run-program main) calls (main tr tick) and gives the result with the notes that tr took;
// `show` makes values plain and alike everywhere, down to some depth.  The others keep
// numbers, lists and strings from growing without end.
#pragma once

#include <string_view>

namespace fermata::scheme {

inline constexpr std::string_view kProgramPrelude = R"scheme(
(define (show v)
  (let ((left 60))
    (let show ((v v) (depth 6))
      (set! left (- left 1))
      (cond
       ((or (< left 0) (= depth 0)) 'cut)
       ((boolean? v) (if v 'true 'false))
       ((and (number? v) (exact? v)) v)
       ((number? v)
        (cond ((not (= v v)) 'nan)
              ((= v (/ 1. 0.)) 'infinite)
              ((= v (/ -1. 0.)) 'minus-infinite)
              ((and (= v 0) (< (/ 1. v) 0)) 'minus-zero)
              (else (list 'inexact (exact v)))))
       ((symbol? v) v)
       ((null? v) '())
       ((char? v) (list 'char (char->integer v)))
       ((string? v) (cons 'string (map char->integer (string->list v))))
       ((pair? v)
        (let* ((a (show (car v) (- depth 1))) (d (show (cdr v) (- depth 1)))) (cons a d)))
       ((vector? v)
        (let loop ((i 0) (l '(vector)))
          (if (or (< left 0) (= i (vector-length v)))
              (reverse l)
              (loop (+ i 1) (cons (show (vector-ref v i) (- depth 1)) l)))))
       ((procedure? v) 'procedure)
       (else 'other)))))
(define (mul a b)
  (if (and (number? a) (number? b) (or (eqv? a 0) (eqv? b 0))) 0 (mul-small a b)))
(define (mul-small a b)
  (if (and (exact? a) (exact? b) (< 1e60 (* (abs (inexact a)) (abs (inexact b))))) (quotient (+ a b) 2) (* a b)))
(define (app a b) (if (< 60 (+ (length a) (length b))) a (append a b)))
(define (sapp a b) (if (< 60 (+ (string-length a) (string-length b))) a (string-append a b)))
(define setting (make-parameter 10))
(define clamped (make-parameter 1 (lambda (x) (if (and (number? x) (exact? x)) (max -50 (min 50 x)) 0))))
(define-syntax swap! (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))
(define-syntax my-or (syntax-rules () ((_) #f) ((_ e) e) ((_ e r ...) (let ((t e)) (if t t (my-or r ...))))))
(define-syntax while
  (syntax-rules () ((_ c e ...) (let lp () (if c (begin e ... (lp)) #f)))))
(define-syntax my-let
  (syntax-rules () ((_ ((n v) ...) . body) ((lambda (n ...) . body) v ...))))
(define (run-program main)
  (let* ((trace '()) (fuel 150) (leave #f)
         (tr (lambda (n v) (set! trace (cons (list n (show v)) trace)) v))
         (tick (lambda () (set! fuel (- fuel 1)) (if (< fuel 0) (leave 'fuel) #f)))
         (result (call/cc
                  (lambda (k)
                    (set! leave k)
                    (guard (c (#t (if (or (number? c) (symbol? c) (pair? c)) (list 'raised (show c)) 'error)))
                      (show (main tr tick)))))))
    (list result (reverse trace))))
)scheme";

}  // namespace fermata::scheme
