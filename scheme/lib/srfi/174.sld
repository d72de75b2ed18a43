;; SRFI 174: timespecs, moments or durations in seconds and nanoseconds.
(define-library (srfi 174)
  (export timespec timespec? timespec-seconds timespec-nanoseconds
          inexact->timespec timespec->inexact
          timespec=? timespec<? timespec-hash)
  (import (scheme base)
          (only (fermata builtins) %wrong-type %out-of-range)
          (only (fermata table) hash))
  (begin

    (define-record-type <timespec>
      (%make-timespec seconds nanoseconds)
      ;;> (timespec? obj)
      ;;> Whether obj is a timespec.
      timespec?
      (seconds %seconds)
      (nanoseconds %nanoseconds))

    (define (%check who argument obj)
      (if (not (timespec? obj))
          (%wrong-type who argument "a timespec" obj)))

    ;;> (timespec seconds nanoseconds)
    ;;> A new timespec; seconds may be negative, nanoseconds go from 0 to 999999999.
    (define (timespec seconds nanoseconds)
      (if (not (exact-integer? seconds))
          (%wrong-type 'timespec 1 "an exact integer" seconds))
      (if (not (and (exact-integer? nanoseconds)
                    (<= 0 nanoseconds 999999999)))
          (%out-of-range 'timespec 2 "an integer from 0 to 999999999"
                         nanoseconds))
      (%make-timespec seconds nanoseconds))

    ;;> (timespec-seconds timespec)
    ;;> Its whole seconds.
    (define (timespec-seconds timespec)
      (%check 'timespec-seconds 1 timespec)
      (%seconds timespec))

    ;;> (timespec-nanoseconds timespec)
    ;;> What is above them, in nanoseconds.
    (define (timespec-nanoseconds timespec)
      (%check 'timespec-nanoseconds 1 timespec)
      (%nanoseconds timespec))

    ;;> (inexact->timespec x)
    ;;> The timespec nearest to x seconds.
    (define (inexact->timespec x)
      (if (not (rational? x))
          (%wrong-type 'inexact->timespec 1 "a finite real number" x))
      (let-values (((seconds nanoseconds)
                    (floor/ (round (* (exact x) 1000000000)) 1000000000)))
        (%make-timespec seconds nanoseconds)))

    ;;> (timespec->inexact timespec)
    ;;> Its seconds as an inexact number.
    (define (timespec->inexact timespec)
      (%check 'timespec->inexact 1 timespec)
      (inexact (+ (%seconds timespec)
                  (/ (%nanoseconds timespec) 1000000000))))

    ;;> (timespec=? timespec1 timespec2)
    ;;> Whether both say the same.
    (define (timespec=? timespec1 timespec2)
      (%check 'timespec=? 1 timespec1)
      (%check 'timespec=? 2 timespec2)
      (and (= (%seconds timespec1) (%seconds timespec2))
           (= (%nanoseconds timespec1) (%nanoseconds timespec2))))

    ;;> (timespec<? timespec1 timespec2)
    ;;> Whether the first is earlier or shorter.
    (define (timespec<? timespec1 timespec2)
      (%check 'timespec<? 1 timespec1)
      (%check 'timespec<? 2 timespec2)
      (or (< (%seconds timespec1) (%seconds timespec2))
          (and (= (%seconds timespec1) (%seconds timespec2))
               (< (%nanoseconds timespec1) (%nanoseconds timespec2)))))

    ;;> (timespec-hash timespec)
    ;;> An exact non-negative integer, the same for equal timespecs.
    (define (timespec-hash timespec)
      (%check 'timespec-hash 1 timespec)
      (hash (+ (* (%seconds timespec) 1000000000)
               (%nanoseconds timespec))))))
