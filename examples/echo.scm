;; A server that answers each line, and two clients that talk to it at the same
;; time. Every read parks its task alone; there is one thread.
(import (scheme base) (scheme write) (fermata sched) (fermata net))

(define (serve-lines in out)
  (let ((line (sync/timeout 5 (io-op (lambda () (read-line in))) (eof-object))))
    (cond ((eof-object? line)
           (close-port out)
           (close-port in))
          (else
           (write-string (string-append "you said " line "\n") out)
           (serve-lines in out)))))

(define (serve listener)
  (let-values (((in out) (tcp-accept listener)))
    (task-spawn (lambda () (serve-lines in out)))
    (serve listener)))

(define (talk port name)
  (let-values (((in out) (tcp-connect "localhost" port)))
    (write-string (string-append "hello from " name "\n") out)
    (let ((answer (read-line in)))
      (close-port out)
      (close-port in)
      answer)))

(define listener (tcp-listen 0 "localhost"))
(define server (task-spawn (lambda () (serve listener))))
(define clients
  (map (lambda (name) (task-spawn (lambda () (talk (tcp-listener-port listener) name))))
       '("Ada" "Grace")))
(for-each (lambda (client)
            (display (task-join client))
            (newline))
          clients)
(task-cancel server 'done)
(tcp-close listener)
