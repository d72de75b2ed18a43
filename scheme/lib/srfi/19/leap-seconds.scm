;; Leap seconds: how far TAI is ahead of UTC.

;; From the start of a month on, so many seconds; the newest first.  Before 1972 UTC had no
;; leap seconds, and the two are taken for the same.
(define %leap-seconds
  (map (lambda (entry)
         (cons (* 86400 (%day-number (car entry) (cadr entry) 1))
               (list-ref entry 2)))
       '((2017 1 37) (2015 7 36) (2012 7 35) (2009 1 34) (2006 1 33)
         (1999 1 32) (1997 7 31) (1996 1 30) (1994 7 29) (1993 7 28)
         (1992 7 27) (1991 1 26) (1990 1 25) (1988 1 24) (1985 7 23)
         (1983 7 22) (1982 7 21) (1981 7 20) (1980 1 19) (1979 1 18)
         (1978 1 17) (1977 1 16) (1976 1 15) (1975 1 14) (1974 1 13)
         (1973 1 12) (1972 7 11) (1972 1 10))))

;; The seconds that TAI is ahead at a second of UTC.
(define (%ahead-at-utc second)
  (let loop ((rest %leap-seconds))
    (cond ((null? rest) 0)
          ((>= second (caar rest)) (cdar rest))
          (else (loop (cdr rest))))))

;; The same at a second of TAI.  A leap second counts to what was before it.
(define (%ahead-at-tai second)
  (let loop ((rest %leap-seconds))
    (cond ((null? rest) 0)
          ((>= second (+ (caar rest) (cdar rest))) (cdar rest))
          (else (loop (cdr rest))))))

;; Whether that second of TAI is a leap second, 23:59:60 in UTC.
(define (%leap-second? second)
  (let ((utc (- second (%ahead-at-tai second))))
    (and (assv utc %leap-seconds)
         (> utc (caar (reverse %leap-seconds)))
         (< (%ahead-at-tai second) (%ahead-at-utc utc)))))
