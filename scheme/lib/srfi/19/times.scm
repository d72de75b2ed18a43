;; Times: a type, seconds, and nanoseconds above them, which go from 0 to 999999999 also
;; when the seconds are negative.

(define %billion 1000000000)

;; ---- types

;;> time-utc
;;> The type of times that count from the start of 1970, as clocks on walls show them.
(define time-utc 'time-utc)

;;> time-tai
;;> The type of times that count leap seconds too.
(define time-tai 'time-tai)

;;> time-monotonic
;;> The type of times of a clock that nobody sets back.
(define time-monotonic 'time-monotonic)

;;> time-duration
;;> The type of times between two others.
(define time-duration 'time-duration)

;;> time-process
;;> The type of processor time that the process has used.
(define time-process 'time-process)

;;> time-thread
;;> The type of processor time that the thread has used.
(define time-thread 'time-thread)

(define %types
  (list time-utc time-tai time-monotonic time-duration time-process
        time-thread))

(define (%check-type who argument type)
  (if (not (memq type %types))
      (%wrong-type who argument "a type of time, such as time-utc" type)))

;; ---- the record

(define-record-type time
  (%make-time type nanosecond second)
  ;;> (time? obj)
  ;;> Whether obj is a time.
  time?
  (type %type %set-type!)
  (nanosecond %nanosecond %set-nanosecond!)
  (second %second %set-second!))

(define (%check-time who argument obj)
  (if (not (time? obj)) (%wrong-type who argument "a time" obj)))

(define (%check-integer who argument obj)
  (if (not (exact-integer? obj))
      (%wrong-type who argument "an exact integer" obj)))

;; A time of so many nanoseconds.
(define (%time type nanoseconds)
  (let-values (((second nanosecond) (floor/ nanoseconds %billion)))
    (%make-time type nanosecond second)))

(define (%nanoseconds time)
  (+ (* %billion (%second time)) (%nanosecond time)))

;;> (make-time type nanosecond second)
;;> A new time; more nanoseconds than a second has are carried over.
(define (make-time type nanosecond second)
  (%check-type 'make-time 1 type)
  (%check-integer 'make-time 2 nanosecond)
  (%check-integer 'make-time 3 second)
  (%time type (+ (* %billion second) nanosecond)))

;;> (time-type time)
;;> Its type, one of time-utc and the others.
(define (time-type time)
  (%check-time 'time-type 1 time)
  (%type time))

;;> (time-nanosecond time)
;;> What is above its seconds.
(define (time-nanosecond time)
  (%check-time 'time-nanosecond 1 time)
  (%nanosecond time))

;;> (time-second time)
;;> Its whole seconds.
(define (time-second time)
  (%check-time 'time-second 1 time)
  (%second time))

;;> (set-time-type! time type)
;;> Changes the type, and nothing else.
(define (set-time-type! time type)
  (%check-time 'set-time-type! 1 time)
  (%check-type 'set-time-type! 2 type)
  (%set-type! time type))

;;> (set-time-nanosecond! time nanosecond)
;;> Changes what is above the seconds.
(define (set-time-nanosecond! time nanosecond)
  (%check-time 'set-time-nanosecond! 1 time)
  (if (not (and (exact-integer? nanosecond) (< -1 nanosecond %billion)))
      (%out-of-range 'set-time-nanosecond! 2
                     "an integer from 0 to 999999999" nanosecond))
  (%set-nanosecond! time nanosecond))

;;> (set-time-second! time second)
;;> Changes the seconds.
(define (set-time-second! time second)
  (%check-time 'set-time-second! 1 time)
  (%check-integer 'set-time-second! 2 second)
  (%set-second! time second))

;;> (copy-time time)
;;> A new time that says the same.
(define (copy-time time)
  (%check-time 'copy-time 1 time)
  (%make-time (%type time) (%nanosecond time) (%second time)))

;; ---- clocks

(define (%read-clock type name)
  (let ((now (%clock name)))
    (%make-time type (cdr now) (car now))))

;; How far TAI was ahead of the monotonic clock when that was first asked.
(define %monotonic-start #f)

(define (%monotonic-now)
  (let ((now (%nanoseconds (%read-clock time-monotonic 'monotonic))))
    (if (not %monotonic-start)
        (set! %monotonic-start
              (- (%nanoseconds (current-time time-tai)) now)))
    (%time time-monotonic (+ now %monotonic-start))))

;;> (current-time [type])
;;> What the clock of that type, time-utc if nothing is said, shows now.
(define (current-time 1 . type)
  (let ((type (if (pair? type) (car type) time-utc)))
    (%check-type 'current-time 1 type)
    (case type
      ((time-utc) (%read-clock type 'real))
      ((time-tai) (time-utc->time-tai! (current-time time-utc)))
      ((time-monotonic) (%monotonic-now))
      ((time-process) (%read-clock type 'process))
      ((time-thread) (%read-clock type 'thread))
      (else (%out-of-range 'current-time 1 "the type of a clock" type)))))

;;> (time-resolution [type])
;;> How many nanoseconds go by between two ticks of that clock.
(define (time-resolution 1 . type)
  (let ((type (if (pair? type) (car type) time-utc)))
    (%check-type 'time-resolution 1 type)
    (let ((step (%clock-resolution
                 (case type
                   ((time-monotonic) 'monotonic)
                   ((time-process) 'process)
                   ((time-thread) 'thread)
                   (else 'real)))))
      (+ (* %billion (car step)) (cdr step)))))

;; ---- comparing

(define (%compare who holds? time1 time2)
  (%check-time who 1 time1)
  (%check-time who 2 time2)
  (if (not (eq? (%type time1) (%type time2)))
      (error (string-append (symbol->string who)
                            ": the times are of different types:")
             time1 time2))
  (holds? (%nanoseconds time1) (%nanoseconds time2)))

;;> (time=? time1 time2)
;;> Whether two times of one type are the same.
(define (time=? time1 time2) (%compare 'time=? = time1 time2))

;;> (time<? time1 time2)
;;> Whether time1 is before time2, or shorter.
(define (time<? time1 time2) (%compare 'time<? < time1 time2))

;;> (time>? time1 time2)
;;> Whether time1 is after time2, or longer.
(define (time>? time1 time2) (%compare 'time>? > time1 time2))

;;> (time<=? time1 time2)
;;> Whether time1 is not after time2.
(define (time<=? time1 time2) (%compare 'time<=? <= time1 time2))

;;> (time>=? time1 time2)
;;> Whether time1 is not before time2.
(define (time>=? time1 time2) (%compare 'time>=? >= time1 time2))

;; ---- arithmetic

;; Makes time say what other says, and answers it.
(define (%become! time other)
  (%set-type! time (%type other))
  (%set-nanosecond! time (%nanosecond other))
  (%set-second! time (%second other))
  time)

;;> (time-difference time1 time2)
;;> The duration from time2 to time1, two times of one type.
(define (time-difference time1 time2)
  (%time time-duration (%compare 'time-difference - time1 time2)))

;;> (time-difference! time1 time2)
;;> The same; time1 becomes the result.
(define (time-difference! time1 time2)
  (%become! time1 (time-difference time1 time2)))

(define (%shifted who op time duration)
  (%check-time who 1 time)
  (if (not (and (time? duration) (eq? (%type duration) time-duration)))
      (%wrong-type who 2 "a time of type time-duration" duration))
  (%time (%type time) (op (%nanoseconds time) (%nanoseconds duration))))

;;> (add-duration time duration)
;;> The time so much later, of the type of time.
(define (add-duration time duration)
  (%shifted 'add-duration + time duration))

;;> (add-duration! time duration)
;;> The same; time becomes the result.
(define (add-duration! time duration)
  (%become! time (%shifted 'add-duration! + time duration)))

;;> (subtract-duration time duration)
;;> The time so much earlier, of the type of time.
(define (subtract-duration time duration)
  (%shifted 'subtract-duration - time duration))

;;> (subtract-duration! time duration)
;;> The same; time becomes the result.
(define (subtract-duration! time duration)
  (%become! time (%shifted 'subtract-duration! - time duration)))
