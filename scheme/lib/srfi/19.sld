;; SRFI 19: times, dates, and how they are written.
;;
;; A time of type time-utc counts seconds as POSIX does, without leap seconds; time-tai
;; counts them, from the table in 19/leap-seconds.scm, which whoever knows of a new one
;; extends.  Monotonic time runs with the system's clock of that name, from the TAI time
;; of its first use on, so it never goes back and can be converted like TAI.
;;
;; There is no year 0: the year before 1 is -1, as the SRFI counts.  Days of week and
;; months have English names.
(define-library (srfi 19)
  (export
   ;; types of time
   time-duration time-monotonic time-process time-tai time-thread time-utc
   ;; times
   make-time time? time-type time-nanosecond time-second
   set-time-type! set-time-nanosecond! set-time-second! copy-time
   current-time time-resolution
   time<=? time<? time=? time>=? time>?
   time-difference time-difference! add-duration add-duration!
   subtract-duration subtract-duration!
   ;; dates
   make-date date? date-nanosecond date-second date-minute date-hour
   date-day date-month date-year date-zone-offset
   date-year-day date-week-day date-week-number
   current-date current-julian-day current-modified-julian-day
   ;; from one to another
   date->julian-day date->modified-julian-day
   date->time-monotonic date->time-tai date->time-utc
   julian-day->date julian-day->time-monotonic julian-day->time-tai
   julian-day->time-utc
   modified-julian-day->date modified-julian-day->time-monotonic
   modified-julian-day->time-tai modified-julian-day->time-utc
   time-monotonic->date time-monotonic->julian-day
   time-monotonic->modified-julian-day
   time-monotonic->time-tai time-monotonic->time-tai!
   time-monotonic->time-utc time-monotonic->time-utc!
   time-tai->date time-tai->julian-day time-tai->modified-julian-day
   time-tai->time-monotonic time-tai->time-monotonic!
   time-tai->time-utc time-tai->time-utc!
   time-utc->date time-utc->julian-day time-utc->modified-julian-day
   time-utc->time-monotonic time-utc->time-monotonic!
   time-utc->time-tai time-utc->time-tai!
   ;; text
   date->string string->date)
  (import (scheme base) (scheme char)
          (only (fermata builtins)
                %clock %clock-resolution %local-offset
                %wrong-type %out-of-range))
  (include "19/times.scm" "19/dates.scm" "19/leap-seconds.scm"
           "19/conversions.scm" "19/writing.scm" "19/reading.scm"))
