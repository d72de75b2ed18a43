;; Dates: what calendars and clocks on walls show, and how far the zone is ahead of UTC.

;; ---- days

;; The astronomical year, where 0 comes before 1.
(define (%astronomical year) (if (negative? year) (+ year 1) year))
(define (%historical year) (if (positive? year) year (- year 1)))

;; Days from 1970-01-01 to a day of the Gregorian calendar.  Years are taken to begin in
;; March, so that the day a leap year has more is its last; 400 years have 146097 days.
(define (%day-number year month day)
  (let* ((year (if (> month 2) (%astronomical year) (- (%astronomical year) 1)))
         (months (modulo (- month 3) 12))
         (era (floor-quotient year 400))
         (year-of-era (- year (* 400 era)))
         (day-of-year (+ (quotient (+ (* 153 months) 2) 5) day -1)))
    (+ (* 146097 era)
       (* 365 year-of-era) (quotient year-of-era 4)
       (- (quotient year-of-era 100))
       day-of-year
       -719468)))

;; The other way: year, month and day.
(define (%day-of-number number)
  (let* ((days (+ number 719468))
         (era (floor-quotient days 146097))
         (day-of-era (- days (* 146097 era)))
         (year-of-era (quotient (- day-of-era
                                   (quotient day-of-era 1460)
                                   (- (quotient day-of-era 36524))
                                   (quotient day-of-era 146096))
                                365))
         (day-of-year (- day-of-era
                         (- (+ (* 365 year-of-era) (quotient year-of-era 4))
                            (quotient year-of-era 100))))
         (months (quotient (+ (* 5 day-of-year) 2) 153))
         (day (+ (- day-of-year (quotient (+ (* 153 months) 2) 5)) 1))
         (month (if (< months 10) (+ months 3) (- months 9)))
         (year (+ year-of-era (* 400 era) (if (<= month 2) 1 0))))
    (values (%historical year) month day)))

;; ---- the record

(define-record-type date
  (%make-date nanosecond second minute hour day month year zone-offset)
  ;;> (date? obj)
  ;;> Whether obj is a date.
  date?
  ;;> (date-nanosecond date)
  ;;> What is above the second.
  (nanosecond date-nanosecond)
  ;;> (date-second date)
  ;;> The second, from 0 to 60; 60 is a leap second.
  (second date-second)
  ;;> (date-minute date)
  ;;> The minute, from 0 to 59.
  (minute date-minute)
  ;;> (date-hour date)
  ;;> The hour, from 0 to 23.
  (hour date-hour)
  ;;> (date-day date)
  ;;> The day of the month, from 1 on.
  (day date-day)
  ;;> (date-month date)
  ;;> The month, from 1 to 12.
  (month date-month)
  ;;> (date-year date)
  ;;> The year; before 1 comes -1.
  (year date-year)
  ;;> (date-zone-offset date)
  ;;> How many seconds the zone is ahead of UTC; east of it they are positive.
  (zone-offset date-zone-offset))

(define (%check-date who obj)
  (if (not (date? obj)) (%wrong-type who 1 "a date" obj)))

;;> (make-date nanosecond second minute hour day month year zone-offset)
;;> A new date; the zone is so many seconds ahead of UTC.
(define (make-date nanosecond second minute hour day month year zone-offset)
  (let loop ((fields (list nanosecond second minute hour day month year
                           zone-offset))
             (ranges '((0 . 999999999) (0 . 60) (0 . 59) (0 . 23) (1 . 31)
                       (1 . 12) #f #f))
             (argument 1))
    (if (pair? fields)
        (let ((field (car fields)) (range (car ranges)))
          (%check-integer 'make-date argument field)
          (if (and range (not (<= (car range) field (cdr range))))
              (%out-of-range 'make-date argument
                             (string-append
                              "an integer from " (number->string (car range))
                              " to " (number->string (cdr range)))
                             field))
          (loop (cdr fields) (cdr ranges) (+ argument 1)))))
  (%make-date nanosecond second minute hour day month year zone-offset))

;; ---- what follows from the day

(define (%date-day-number date)
  (%day-number (date-year date) (date-month date) (date-day date)))

;;> (date-week-day date)
;;> The day of the week, 0 for Sunday.
(define (date-week-day date)
  (%check-date 'date-week-day date)
  (modulo (+ 4 (%date-day-number date)) 7))

;;> (date-year-day date)
;;> The day of the year, 1 for the first of January.
(define (date-year-day date)
  (%check-date 'date-year-day date)
  (+ 1 (- (%date-day-number date) (%day-number (date-year date) 1 1))))

;;> (date-week-number date first-day)
;;> How many whole weeks that begin with that day of the week, 0 for Sunday, there were
;;> before this one in the year.
(define (date-week-number date first-day)
  (%check-date 'date-week-number date)
  (if (not (and (exact-integer? first-day) (<= 0 first-day 6)))
      (%out-of-range 'date-week-number 2 "an integer from 0 to 6" first-day))
  (let* ((days (- (date-year-day date) 1))
         (new-year (- (date-week-day date) days))
         (partial-week (modulo (- first-day new-year) 7)))
    (max 0 (floor-quotient (- days partial-week) 7))))

;; The number of the week that strftime's %U and %W give: 0 before the first one is whole.
(define (%week-of-year date first-day)
  (quotient (+ (- (date-year-day date) 1)
               7
               (- (modulo (- (date-week-day date) first-day) 7)))
            7))

;; ISO 8601: weeks begin on Monday and belong to the year that their Thursday is in.
(define (%iso-week date)
  (let ((thursday (+ (%date-day-number date)
                     (- 3 (modulo (- (date-week-day date) 1) 7)))))
    (let-values (((year month day) (%day-of-number thursday)))
      (+ 1 (quotient (- thursday (%day-number year 1 1)) 7)))))
