;; From times, dates and Julian days to one another.  UTC is in the middle.

;; ---- between types of time

(define (%check-of-type who type time)
  (if (not (and (time? time) (eq? (%type time) type)))
      (%wrong-type who 1 (string-append "a time of type " (symbol->string type))
                   time)))

(define (%utc->counted time type)
  (%make-time type (%nanosecond time)
              (+ (%second time) (%ahead-at-utc (%second time)))))

(define (%counted->utc time)
  (%make-time time-utc (%nanosecond time)
              (- (%second time) (%ahead-at-tai (%second time)))))

(define (%retyped time type)
  (%make-time type (%nanosecond time) (%second time)))

;;> (time-utc->time-tai time)
;;> The same moment with leap seconds counted.
(define (time-utc->time-tai time)
  (%check-of-type 'time-utc->time-tai time-utc time)
  (%utc->counted time time-tai))

;;> (time-utc->time-tai! time)
;;> The same; time becomes the result.
(define (time-utc->time-tai! time) (%become! time (time-utc->time-tai time)))

;;> (time-utc->time-monotonic time)
;;> The same moment as monotonic time.
(define (time-utc->time-monotonic time)
  (%check-of-type 'time-utc->time-monotonic time-utc time)
  (%utc->counted time time-monotonic))

;;> (time-utc->time-monotonic! time)
;;> The same; time becomes the result.
(define (time-utc->time-monotonic! time)
  (%become! time (time-utc->time-monotonic time)))

;;> (time-tai->time-utc time)
;;> The same moment without leap seconds.
(define (time-tai->time-utc time)
  (%check-of-type 'time-tai->time-utc time-tai time)
  (%counted->utc time))

;;> (time-tai->time-utc! time)
;;> The same; time becomes the result.
(define (time-tai->time-utc! time) (%become! time (time-tai->time-utc time)))

;;> (time-tai->time-monotonic time)
;;> The same moment as monotonic time.
(define (time-tai->time-monotonic time)
  (%check-of-type 'time-tai->time-monotonic time-tai time)
  (%retyped time time-monotonic))

;;> (time-tai->time-monotonic! time)
;;> The same; time becomes the result.
(define (time-tai->time-monotonic! time)
  (%become! time (time-tai->time-monotonic time)))

;;> (time-monotonic->time-utc time)
;;> The same moment as UTC.
(define (time-monotonic->time-utc time)
  (%check-of-type 'time-monotonic->time-utc time-monotonic time)
  (%counted->utc time))

;;> (time-monotonic->time-utc! time)
;;> The same; time becomes the result.
(define (time-monotonic->time-utc! time)
  (%become! time (time-monotonic->time-utc time)))

;;> (time-monotonic->time-tai time)
;;> The same moment as TAI.
(define (time-monotonic->time-tai time)
  (%check-of-type 'time-monotonic->time-tai time-monotonic time)
  (%retyped time time-tai))

;;> (time-monotonic->time-tai! time)
;;> The same; time becomes the result.
(define (time-monotonic->time-tai! time)
  (%become! time (time-monotonic->time-tai time)))

;; ---- dates

;; A given zone, or the system's at that second of UTC.
(define (%zone who given second)
  (if (pair? given)
      (begin (%check-integer who 2 (car given)) (car given))
      (%local-offset second)))

(define (%utc->date time offset)
  (let*-values (((local) (+ (%second time) offset))
                ((days rest) (floor/ local 86400))
                ((year month day) (%day-of-number days))
                ((hour rest) (floor/ rest 3600))
                ((minute second) (floor/ rest 60)))
    (%make-date (%nanosecond time) second minute hour day month year offset)))

;;> (time-utc->date time [zone-offset])
;;> The date in that zone, the system's if nothing is said.
(define (time-utc->date time 1 . zone)
  (%check-of-type 'time-utc->date time-utc time)
  (%utc->date time (%zone 'time-utc->date zone (%second time))))

;; A leap second is the 60th of the minute before.
(define (%counted->date who time zone)
  (let* ((utc (%counted->utc time)) (offset (%zone who zone (%second utc))))
    (if (%leap-second? (%second time))
        (let ((d (%utc->date (%make-time time-utc (%nanosecond time)
                                         (- (%second utc) 1))
                             offset)))
          (%make-date (date-nanosecond d) 60 (date-minute d) (date-hour d)
                      (date-day d) (date-month d) (date-year d) offset))
        (%utc->date utc offset))))

;;> (time-tai->date time [zone-offset])
;;> The date in that zone, the system's if nothing is said.
(define (time-tai->date time 1 . zone)
  (%check-of-type 'time-tai->date time-tai time)
  (%counted->date 'time-tai->date time zone))

;;> (time-monotonic->date time [zone-offset])
;;> The date in that zone, the system's if nothing is said.
(define (time-monotonic->date time 1 . zone)
  (%check-of-type 'time-monotonic->date time-monotonic time)
  (%counted->date 'time-monotonic->date time zone))

;; Seconds of UTC since 1970.
(define (%date-seconds date)
  (- (+ (* 86400 (%date-day-number date)) (* 3600 (date-hour date))
        (* 60 (date-minute date)) (date-second date))
     (date-zone-offset date)))

;;> (date->time-utc date)
;;> The moment as UTC; a leap second is the second after it.
(define (date->time-utc date)
  (%check-date 'date->time-utc date)
  (%make-time time-utc (date-nanosecond date) (%date-seconds date)))

(define (%date->counted date type)
  (let ((time (%utc->counted (date->time-utc date) type)))
    (if (= (date-second date) 60)
        (%set-second! time (- (%second time) 1)))
    time))

;;> (date->time-tai date)
;;> The moment as TAI.
(define (date->time-tai date)
  (%check-date 'date->time-tai date)
  (%date->counted date time-tai))

;;> (date->time-monotonic date)
;;> The moment as monotonic time.
(define (date->time-monotonic date)
  (%check-date 'date->time-monotonic date)
  (%date->counted date time-monotonic))

;;> (current-date [zone-offset])
;;> The date now in that zone, the system's if nothing is said.
(define (current-date 1 . zone)
  (let ((now (current-time time-utc)))
    (%utc->date now (if (pair? zone) (car zone) (%local-offset (%second now))))))

;; ---- Julian days: days since noon of November 24th, -4714

(define %epoch 4881175/2)           ; 1970-01-01 as a Julian day
(define %modified-difference 4800001/2)
(define %day-nanoseconds (* 86400 %billion))

(define (%utc->julian-day time)
  (+ %epoch (/ (%nanoseconds time) %day-nanoseconds)))

(define (%julian-day->utc who day)
  (if (not (rational? day)) (%wrong-type who 1 "a finite real number" day))
  (%time time-utc (round (* (- (exact day) %epoch) %day-nanoseconds))))

;;> (time-utc->julian-day time)
;;> The Julian day, exact, with its fraction.
(define (time-utc->julian-day time)
  (%check-of-type 'time-utc->julian-day time-utc time)
  (%utc->julian-day time))

;;> (time-tai->julian-day time)
;;> The Julian day, exact, with its fraction.
(define (time-tai->julian-day time)
  (%utc->julian-day (time-tai->time-utc time)))

;;> (time-monotonic->julian-day time)
;;> The Julian day, exact, with its fraction.
(define (time-monotonic->julian-day time)
  (%utc->julian-day (time-monotonic->time-utc time)))

;;> (date->julian-day date)
;;> The Julian day, exact, with its fraction.
(define (date->julian-day date)
  (%check-date 'date->julian-day date)
  (%utc->julian-day (date->time-utc date)))

;;> (current-julian-day)
;;> The Julian day now.
(define (current-julian-day) (%utc->julian-day (current-time time-utc)))

;;> (time-utc->modified-julian-day time)
;;> Days since midnight of November 17th, 1858.
(define (time-utc->modified-julian-day time)
  (- (time-utc->julian-day time) %modified-difference))

;;> (time-tai->modified-julian-day time)
;;> Days since midnight of November 17th, 1858.
(define (time-tai->modified-julian-day time)
  (- (time-tai->julian-day time) %modified-difference))

;;> (time-monotonic->modified-julian-day time)
;;> Days since midnight of November 17th, 1858.
(define (time-monotonic->modified-julian-day time)
  (- (time-monotonic->julian-day time) %modified-difference))

;;> (date->modified-julian-day date)
;;> Days since midnight of November 17th, 1858.
(define (date->modified-julian-day date)
  (- (date->julian-day date) %modified-difference))

;;> (current-modified-julian-day)
;;> The modified Julian day now.
(define (current-modified-julian-day)
  (- (current-julian-day) %modified-difference))

;;> (julian-day->time-utc day)
;;> The moment, to the nearest nanosecond.
(define (julian-day->time-utc day)
  (%julian-day->utc 'julian-day->time-utc day))

;;> (julian-day->time-tai day)
;;> The moment as TAI.
(define (julian-day->time-tai day)
  (time-utc->time-tai! (%julian-day->utc 'julian-day->time-tai day)))

;;> (julian-day->time-monotonic day)
;;> The moment as monotonic time.
(define (julian-day->time-monotonic day)
  (time-utc->time-monotonic!
   (%julian-day->utc 'julian-day->time-monotonic day)))

;;> (julian-day->date day [zone-offset])
;;> The date in that zone, the system's if nothing is said.
(define (julian-day->date day 1 . zone)
  (let ((time (%julian-day->utc 'julian-day->date day)))
    (%utc->date time (%zone 'julian-day->date zone (%second time)))))

(define (%unmodified who day)
  (if (not (rational? day)) (%wrong-type who 1 "a finite real number" day))
  (+ (exact day) %modified-difference))

;;> (modified-julian-day->time-utc day)
;;> The moment, to the nearest nanosecond.
(define (modified-julian-day->time-utc day)
  (julian-day->time-utc (%unmodified 'modified-julian-day->time-utc day)))

;;> (modified-julian-day->time-tai day)
;;> The moment as TAI.
(define (modified-julian-day->time-tai day)
  (julian-day->time-tai (%unmodified 'modified-julian-day->time-tai day)))

;;> (modified-julian-day->time-monotonic day)
;;> The moment as monotonic time.
(define (modified-julian-day->time-monotonic day)
  (julian-day->time-monotonic
   (%unmodified 'modified-julian-day->time-monotonic day)))

;;> (modified-julian-day->date day [zone-offset])
;;> The date in that zone, the system's if nothing is said.
(define (modified-julian-day->date day 1 . zone)
  (apply julian-day->date (%unmodified 'modified-julian-day->date day) zone))
