;; Random numbers: generators, and where chance comes from.
;;
;; A source is a record around the state of a generator.  What a source gives follows from
;; its state; chance enters only where entropy is drawn, which goes through one parameter
;; of the interpreter.  Whoever sets it (a test, a recorder) decides all chance: the same
;; entropy, the same numbers.
(define-library (fermata random)
  (export random random-seed! default-random-source
          make-random-source random-source?
          random-source-state-ref random-source-state-set!
          random-source-randomize! random-source-pseudo-randomize!
          random-source-integer random-source-real
          set-entropy-source! set-random-stand-in!)
  (import (scheme base)
          (only (fermata builtins)
                %random-entropy %random-seeded %random-bits %random-below
                %random-real %wrong-type %out-of-range
                bitwise-and bitwise-xor arithmetic-shift integer-length))
  (begin

    ;;> (random-source? obj)
    ;;> Whether obj is a source of random numbers.
    (define-record-type random-source
      (%make-source state)
      random-source?
      (state %state %set-state!))  ; a bytevector, or #f: entropy is drawn when first used

    (define %entropy %random-entropy)

    ;;> (set-entropy-source! thunk)
    ;;> Makes thunk the origin of all chance: called, it returns a bytevector of 32
    ;;> bytes. Returns the thunk that was it before.
    (define (set-entropy-source! thunk)
      (if (not (procedure? thunk))
          (%wrong-type 'set-entropy-source! 1 "a procedure" thunk))
      (let ((before %entropy))
        (set! %entropy thunk)
        before))

    (define (%draw-entropy)
      (let ((bytes (%entropy)))
        (if (not (and (bytevector? bytes) (= (bytevector-length bytes) 32)))
            (error "the entropy source must return 32 bytes" bytes))
        (bytevector-copy bytes)))

    ;;> (set-random-stand-in! thunk)
    ;;> From now on thunk gives the state that stands in for the default source's where a computation
    ;;> is to draw the same numbers again, or #f.
    (define %stand-in (lambda () #f))
    (define (set-random-stand-in! thunk) (set! %stand-in thunk))

    ;; The state to draw from.
    (define (%ready source)
      (or (and (eq? source default-random-source) (%stand-in))
          (%state source)
          (begin
            (%set-state! source (%draw-entropy))
            (%state source))))

    ;;> default-random-source
    ;;> The source of random-integer and random-real; begins anywhere.
    (define default-random-source (%make-source #f))

    ;;> (make-random-source)
    ;;> A new source; all new sources begin with the same numbers.
    (define (make-random-source)
      (%make-source (%random-seeded 0 0)))

    (define (%check who source)
      (if (not (random-source? source))
          (%wrong-type who 1 "a random source" source)))

    ;;> (random-source-state-ref source)
    ;;> The state of source, something that can be written and read.
    (define (random-source-state-ref source)
      (%check 'random-source-state-ref source)
      (list 'xoshiro256++ (bytevector-copy (%ready source))))

    ;;> (random-source-state-set! source state)
    ;;> Makes source go on as the one that state was taken from.
    (define (random-source-state-set! source state)
      (%check 'random-source-state-set! source)
      (if (not (and (list? state) (= (length state) 2)
                    (eq? (car state) 'xoshiro256++)
                    (bytevector? (cadr state))
                    (= (bytevector-length (cadr state)) 32)))
          (%wrong-type 'random-source-state-set! 2
                       "the state of a random source" state))
      (%set-state! source (bytevector-copy (cadr state))))

    ;;> (random-source-randomize! source)
    ;;> Makes source begin anywhere.
    (define (random-source-randomize! source)
      (%check 'random-source-randomize! source)
      (%set-state! source (%draw-entropy)))

    ;; An integer of any size as a fixnum that depends on all of it.
    (define (%fold-seed who argument n)
      (if (not (and (exact-integer? n) (>= n 0)))
          (%wrong-type who argument "an exact non-negative integer" n))
      (let loop ((n n) (folded 0))
        (if (zero? n)
            folded
            (loop (arithmetic-shift n -61)
                  (bitwise-xor (bitwise-and n (- (expt 2 61) 1))
                               (quotient (* 5 folded) 8))))))

    ;;> (random-source-pseudo-randomize! source i j)
    ;;> Makes source begin at a place that the integers i and j name.
    (define (random-source-pseudo-randomize! source i j)
      (%check 'random-source-pseudo-randomize! source)
      (let* ((first (%fold-seed 'random-source-pseudo-randomize! 2 i))
             (second (%fold-seed 'random-source-pseudo-randomize! 3 j)))
        (%set-state! source (%random-seeded first second))))

    ;;> (random-seed! n)
    ;;> Makes the default source begin at a place that n names: the program's random
    ;;> numbers are the same every time.
    (define (random-seed! n)
      (random-source-pseudo-randomize! default-random-source n 0))

    (define %one-draw (expt 2 62))

    ;; From 0 below n, any size: bits are drawn until they are below n.
    (define (%below state n)
      (if (< n %one-draw)
          (%random-below state n)
          (let* ((width (integer-length (- n 1)))
                 (whole (quotient width 62))
                 (more (remainder width 62)))
            (let try ()
              (let loop ((i 0) (drawn (%random-bits state more)))
                (if (< i whole)
                    (loop (+ i 1)
                          (+ (arithmetic-shift drawn 62)
                             (%random-bits state 62)))
                    (if (< drawn n) drawn (try))))))))

    ;;> (random-source-integer source n)
    ;;> The source's next number from 0 below n.
    (define (random-source-integer source n)
      (if (not (exact-integer? n))
          (%wrong-type 'random-integer 1 "an exact positive integer" n))
      (if (not (positive? n))
          (%out-of-range 'random-integer 1 "positive" n))
      (%below (%ready source) n))

    ;;> (random-source-real source)
    ;;> The source's next flonum above 0 and below 1.
    (define (random-source-real source)
      (%random-real (%ready source)))

    ;;> (random n)
    ;;> A random number from 0 below n: an integer when n is exact, a flonum when not.
    (define (random n)
      (cond ((and (exact-integer? n) (positive? n))
             (%below (%ready default-random-source) n))
            ((and (real? n) (inexact? n) (> n 0))
             (* n (%random-real (%ready default-random-source))))
            (else (%wrong-type 'random 1 "a positive integer or flonum" n))))))
