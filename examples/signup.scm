;; A signup that waits for its confirmation, and reminds.
;;
;; The user is asked to confirm; after a day a reminder is sent, and after three
;; reminders the signup lapses. Confirming is a signal, so it may come at any
;; time:  fermata flow signal ID confirmed VALUE
;; Days pass while nobody runs anything:  fermata flow work  lets flows go on
;; whose time has come.
(import (scheme base) (scheme write) (fermata flow) (fermata flow tell))

(define day 86400)

(define (mail who text)
  (step 'mail
        (lambda ()
          (display text)
          (display ", ")
          (display who)
          (newline))
        'retries 5 'delay 60))

(defflow (signup who)
  (let ((sent 0))
    (define-query 'reminders (lambda () sent))
    (mail who "please confirm")
    (let loop ()
      (let ((answer (await-signal 'confirmed day 'late)))
        (cond ((not (eq? answer 'late))
               (mail who "welcome")
               (list 'member who))
              ((= sent 3) (list 'lapsed who))
              (else
               (set! sent (+ sent 1))
               (mail who "please do not forget to confirm")
               (loop)))))))

(flow/tell (flow/start signup "ada@example.org"))
