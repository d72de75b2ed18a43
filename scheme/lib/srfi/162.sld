;; SRFI 162: what SRFI 128 leaves out: the least and the greatest, and comparators by name.
(define-library (srfi 162)
  (export comparator-max comparator-min
          comparator-max-in-list comparator-min-in-list
          default-comparator boolean-comparator real-comparator
          char-comparator char-ci-comparator
          string-comparator string-ci-comparator
          list-comparator vector-comparator
          eq-comparator eqv-comparator equal-comparator)
  (import (scheme base) (scheme char) (srfi 128))
  (begin

    ;;> (comparator-max comparator obj1 obj2 ...)
    ;;> The greatest object; of equal ones the first.
    (define (comparator-max comparator obj . more)
      (comparator-max-in-list comparator (cons obj more)))

    ;;> (comparator-min comparator obj1 obj2 ...)
    ;;> The least object; of equal ones the first.
    (define (comparator-min comparator obj . more)
      (comparator-min-in-list comparator (cons obj more)))

    ;;> (comparator-max-in-list comparator list)
    ;;> The greatest object in the list, which is not empty.
    (define (comparator-max-in-list comparator list)
      (best (lambda (a b) (>? comparator a b)) list))

    ;;> (comparator-min-in-list comparator list)
    ;;> The least object in the list, which is not empty.
    (define (comparator-min-in-list comparator list)
      (best (lambda (a b) (<? comparator a b)) list))

    (define (best better? list)
      (let loop ((found (car list)) (rest (cdr list)))
        (cond ((null? rest) found)
              ((better? (car rest) found) (loop (car rest) (cdr rest)))
              (else (loop found (cdr rest))))))

    ;;> default-comparator
    ;;> (make-default-comparator), made once.
    (define default-comparator (make-default-comparator))

    ;;> boolean-comparator
    ;;> Compares booleans; #f is before #t.
    (define boolean-comparator
      (make-comparator boolean? boolean=? (lambda (a b) (and (not a) b))
                       boolean-hash))

    ;;> real-comparator
    ;;> Compares real numbers.
    (define real-comparator (make-comparator real? = < number-hash))

    ;;> char-comparator
    ;;> Compares characters.
    (define char-comparator (make-comparator char? char=? char<? char-hash))

    ;;> char-ci-comparator
    ;;> Compares characters without regard to case.
    (define char-ci-comparator
      (make-comparator char? char-ci=? char-ci<? char-ci-hash))

    ;;> string-comparator
    ;;> Compares strings.
    (define string-comparator
      (make-comparator string? string=? string<? string-hash))

    ;;> string-ci-comparator
    ;;> Compares strings without regard to case.
    (define string-ci-comparator
      (make-comparator string? string-ci=? string-ci<? string-ci-hash))

    ;;> list-comparator
    ;;> Compares lists, element by element.
    (define list-comparator
      (make-list-comparator default-comparator list? null? car cdr))

    ;;> vector-comparator
    ;;> Compares vectors: by length, then element by element.
    (define vector-comparator
      (make-vector-comparator default-comparator vector? vector-length
                              vector-ref))

    ;;> eq-comparator
    ;;> Compares by eq?, without an order.
    (define eq-comparator (make-eq-comparator))

    ;;> eqv-comparator
    ;;> Compares by eqv?, without an order.
    (define eqv-comparator (make-eqv-comparator))

    ;;> equal-comparator
    ;;> Compares by equal?, without an order.
    (define equal-comparator (make-equal-comparator))))
