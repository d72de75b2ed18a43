;; SRFI 27: sources of random numbers.
(define-library (srfi 27)
  (export random-integer random-real default-random-source
          make-random-source random-source?
          random-source-state-ref random-source-state-set!
          random-source-randomize! random-source-pseudo-randomize!
          random-source-make-integers random-source-make-reals)
  (import (scheme base) (fermata random)
          (only (fermata builtins) %wrong-type %out-of-range))
  (begin

    ;;> (random-integer n)
    ;;> A random integer from 0 below n.
    (define (random-integer n)
      (random-source-integer default-random-source n))

    ;;> (random-real)
    ;;> A random flonum above 0 and below 1.
    (define (random-real)
      (random-source-real default-random-source))

    (define (%check who source)
      (if (not (random-source? source))
          (%wrong-type who 1 "a random source" source)))

    ;;> (random-source-make-integers source)
    ;;> A procedure like random-integer that draws from source.
    (define (random-source-make-integers source)
      (%check 'random-source-make-integers source)
      (lambda (n) (random-source-integer source n)))

    ;;> (random-source-make-reals source [unit])
    ;;> A procedure like random-real that draws from source. With a unit, a number
    ;;> between 0 and 1: its results are multiples of unit, exact if unit is.
    (define (random-source-make-reals source 1 . unit)
      (%check 'random-source-make-reals source)
      (if (null? unit)
          (lambda () (random-source-real source))
          (let ((unit (car unit)))
            (if (not (and (rational? unit) (< 0 unit 1)))
                (%out-of-range 'random-source-make-reals 2
                               "a number between 0 and 1" unit))
            (let ((steps (- (ceiling (/ 1 (exact unit))) 1)))
              (lambda ()
                (* unit (+ 1 (random-source-integer source steps))))))))))
