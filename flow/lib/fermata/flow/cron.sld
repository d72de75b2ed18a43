;; When a schedule is due: at an interval, or as a line of cron says, by the clock
;; of a place.
;;
;; Two rules for the days on which clocks are put forward or back. A line that
;; names its hours means the wall: a time that clocks skip is due at the moment
;; when they skip it, one that they show twice is due the first time. A line
;; whose hours are * or */n means the passing of time: it is due whenever the
;; clock shows such a time, so twice when that comes twice.
(define-library (fermata flow cron)
  (export parse-cron cron-next date->days days->date)
  (import (scheme base) (scheme char)
          (fermata flow items) (fermata flow run))
  (begin

    ;; ---- the calendar

    (define (floor-div a b) (floor-quotient a b))

    ;; Days since 1970 of a date of the Gregorian calendar.
    (define (date->days year month day)
      (let* ((y (if (> month 2) year (- year 1)))
             (m (if (> month 2) (- month 3) (+ month 9))))
        (+ (* y 365) (floor-div y 4) (- (floor-div y 100)) (floor-div y 400)
           (quotient (+ (* m 153) 2) 5) (- day 1) -719468)))

    ;; Year, month and day.
    (define (days->date days)
      (let* ((z (+ days 719468))
             (era (floor-div z 146097))
             (d (- z (* era 146097)))
             (y (quotient (- d (quotient d 1460) (- (quotient d 36524)) (quotient d 146096))
                          365))
             (in-year (- d (+ (* y 365) (quotient y 4) (- (quotient y 100)))))
             (m (quotient (+ (* 5 in-year) 2) 153))
             (day (+ 1 (- in-year (quotient (+ (* m 153) 2) 5))))
             (month (if (< m 10) (+ m 3) (- m 9))))
        (values (+ y (* era 400) (if (> month 2) 0 1)) month day)))

    ;; ---- parsing

    (define short-forms
      '(("@yearly" . "0 0 1 1 *") ("@annually" . "0 0 1 1 *") ("@monthly" . "0 0 1 * *")
        ("@weekly" . "0 0 * * 0") ("@daily" . "0 0 * * *") ("@midnight" . "0 0 * * *")
        ("@hourly" . "0 * * * *")))
    (define months '("jan" "feb" "mar" "apr" "may" "jun" "jul" "aug" "sep" "oct" "nov" "dec"))
    (define weekdays '("sun" "mon" "tue" "wed" "thu" "fri" "sat"))

    ;; minute, hour, day of the month, month, weekday: vectors of booleans; and
    ;; whether days, weekdays are given, and whether the hours are those of time.
    (define-record-type <cron>
      (make-cron minutes hours days months weekdays any-day? any-weekday? by-time?)
      cron?
      (minutes cron-minutes) (hours cron-hours) (days cron-days) (months cron-months)
      (weekdays cron-weekdays) (any-day? cron-any-day?) (any-weekday? cron-any-weekday?)
      (by-time? cron-by-time?))

    ;; A line such as "30 2 * * mon-fri".
    (define (parse-cron text)
      (let* ((short (assoc text short-forms))
             (fields (split (if short (cdr short) text) #\space)))
        (define (field n what low high names base)
          (parse-field text (list-ref fields n) what low high names base))
        (if (not (= (length fields) 5))
            (refuse "cron: a line has five fields (minute, hour, day, month, weekday), got "
                    text))
        (let ((line (make-cron (field 0 "minute" 0 59 '() 0)
                               (field 1 "hour" 0 23 '() 0)
                               (field 2 "day" 1 31 '() 0)
                               (field 3 "month" 1 12 months 1)
                               (seven->zero (field 4 "weekday" 0 7 weekdays 0))
                               (starred? (list-ref fields 2)) (starred? (list-ref fields 4))
                               (starred? (list-ref fields 1)))))
          (check-possible text line)
          line)))

    (define (starred? field) (char=? (string-ref field 0) #\*))

    (define (split text separator)
      (let loop ((chars (string->list text)) (word '()) (words '()))
        (define (done) (if (null? word) words (cons (list->string (reverse word)) words)))
        (cond ((null? chars) (reverse (done)))
              ((char=? (car chars) separator) (loop (cdr chars) '() (done)))
              (else (loop (cdr chars) (cons (car chars) word) words)))))

    ;; The values that a field allows: *, n, n-m, any of them /step, and lists.
    (define (parse-field line field what low high names base)
      (define allowed (make-vector (+ high 1) #f))
      (define (wrong)
        (refuse "cron: " field " is no " what " (" low " to " high ") in " line))
      (define (value text)
        (let ((n (or (string->number text)
                     (let find ((rest names) (i base))
                       (cond ((null? rest) #f)
                             ((string-ci=? (car rest) text) i)
                             (else (find (cdr rest) (+ i 1))))))))
          (if (and n (exact-integer? n) (<= low n high)) n (wrong))))
      (define (allow! part)
        (let* ((halves (split part #\/))
               (range (if (null? halves) (wrong) (split (car halves) #\-)))
               (step (if (pair? (cdr halves)) (string->number (cadr halves)) 1)))
          (if (not (and (exact-integer? step) (> step 0) (<= (length halves) 2)
                        (<= 1 (length range) 2)))
              (wrong))
          (let* ((all? (string=? (car range) "*"))
                 (from (if all? low (value (car range))))
                 (to (cond (all? high)
                           ((pair? (cdr range)) (value (cadr range)))
                           ((pair? (cdr halves)) high)
                           (else from))))
            (if (> from to) (wrong))
            (do ((i from (+ i step))) ((> i to)) (vector-set! allowed i #t)))))
      (for-each allow! (split field #\,))
      allowed)

    (define (seven->zero weekdays)
      (if (vector-ref weekdays 7) (vector-set! weekdays 0 #t))
      weekdays)

    ;; 30 February never comes.
    (define (check-possible text line)
      (if (not (cron-any-day? line))
          (let loop ((month 1))
            (cond ((> month 12)
                   (if (cron-any-weekday? line) (refuse "cron: " text " is never due")))
                  ((and (vector-ref (cron-months line) month)
                        (<= (first-true (cron-days line)) (longest month)))
                   #t)
                  (else (loop (+ month 1)))))))

    (define (first-true v)
      (let loop ((i 0)) (if (vector-ref v i) i (loop (+ i 1)))))
    (define (longest month)
      (case month ((2) 29) ((4 6 9 11) 30) (else 31)))

    ;; ---- the next time

    (define (date-fits? line days)
      (let-values (((year month day) (days->date days)))
        (let ((day? (vector-ref (cron-days line) day))
              (weekday? (vector-ref (cron-weekdays line) (floor-remainder (+ days 4) 7))))
          (and (vector-ref (cron-months line) month)
               ;; When both are given, either will do.
               (cond ((cron-any-day? line) (and day? weekday?))
                     ((cron-any-weekday? line) (and day? weekday?))
                     (else (or day? weekday?)))))))

    ;; The first time of the wall after that one (both seconds since 1970 without a
    ;; zone) that fits.
    (define (next-wall line wall)
      (let minute ((t (* 60 (+ 1 (floor-div wall 60)))))
        (let ((days (floor-div t 86400)) (hour (quotient (floor-remainder t 86400) 3600))
              (m (quotient (floor-remainder t 3600) 60)))
          (cond ((not (date-fits? line days)) (minute (* 86400 (+ days 1))))
                ((not (vector-ref (cron-hours line) hour))
                 (minute (* 3600 (+ 1 (floor-div t 3600)))))
                ((not (vector-ref (cron-minutes line) m)) (minute (+ t 60)))
                (else t)))))

    ;; The first second after that one at which the line is due in that zone.
    (define (cron-next line zone after)
      (if (cron-by-time? line)
          (next-by-time line zone after)
          (let look ((wall (- (+ after (%zone-offset zone after)) 10800)))
            (let* ((next (next-wall line wall)) (instant (%zone-instant zone next)))
              (if (> instant after) instant (look next))))))

    (define (next-by-time line zone after)
      (let look ((t (* 60 (+ 1 (floor-div after 60)))))
        (let* ((wall (+ t (%zone-offset zone t))) (left (- 86400 (floor-remainder wall 86400))))
          (cond ((not (date-fits? line (floor-div wall 86400)))
                 ;; Not quite to midnight: the clocks may change before.
                 (look (+ t (max 60 (- left 7200)))))
                ((= (next-wall line (- wall 60)) wall) t)
                (else (look (+ t 60)))))))))
