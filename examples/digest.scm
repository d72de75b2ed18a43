;; A nightly digest: a flow that starts by the clock.
;;
;; The schedule is kept in the store; whoever runs  fermata flow work  sends the
;; digest at half past two of the clocks in Berlin, however they are put forward
;; or back. A night on which nobody was there is made up for within six hours.
;; Running this script again changes the schedule; it does not make a second one.
;;   fermata flow schedule list | pause nightly | trigger nightly | remove nightly
(import (scheme base) (scheme write) (fermata flow))

(define topics '(weather trains news))

(define (say . parts)
  (for-each display parts)
  (newline))

;; Three topics at a time; one that cannot be had is left out.
(define (fetch topic)
  (step 'fetch
        (lambda ()
          (say "fetching " topic)
          (string-append "all about " (symbol->string topic)))
        'retries 3 'delay 60 'timeout 30))

(define fetch-or-not
  (try-catch fetch (lambda (problem) (fail (error-object-message problem)))))

(define (there results)
  (cond ((null? results) '())
        ((failed? (car results)) (there (cdr results)))
        (else (cons (car results) (there (cdr results))))))

(define (send texts)
  (step 'send
        (lambda ()
          (say "sending a digest of " (length texts) " topics")
          (length texts))))

(defflow digest
  (sequence (map-flow fetch-or-not 'limit 3) there send))

(flow/schedule 'nightly digest topics
               'cron "30 2 * * *" 'zone "Europe/Berlin" 'catch-up (* 6 3600))
