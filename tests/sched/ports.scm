;; Ports that park: pipes between tasks, connections, reading in time, what stays behind.
(import (scheme base) (scheme read) (scheme write) (fermata condition) (fermata sched)
        (fermata net) (only (fermata ports) read-some) (srfi 64))

(test-begin "ports")

(include "data/in_scheduler.scm")

(define-syntax with-pipe
  (syntax-rules ()
    ((_ (in out . options) body ...)
     (let-values (((in out) (make-pipe . options))) body ...))))

(define (read-all in)
  (let loop ((lines '()))
    (let ((line (read-line in)))
      (if (eof-object? line) (reverse lines) (loop (cons line lines))))))

(define (kind-of thunk) (guard (c (#t (condition-kind c))) (thunk)))

;; ---- pipes

(test-equal "what one task writes another one reads" '("one" "two" "")
  (in-scheduler
   (lambda ()
     (with-pipe (in out)
       (task-spawn (lambda () (write-string "one\ntwo\n\n" out) (close-port out)))
       (read-all in)))))

(test-equal "the clock goes on while tasks wait for each other's pipes" '("late" 3600.)
  (in-scheduler
   (lambda ()
     (let ((start (clock-now)))
       (with-pipe (in out)
         (task-spawn (lambda () (task-sleep 3600) (write-string "late\n" out)))
         (list (read-line in) (- (clock-now) start)))))))

(test-equal "a writer that is ahead waits for the reader" '(#t 200000)
  (in-scheduler
   (lambda ()
     (with-pipe (in out 'binary 1000)
       (let ((t (task-spawn (lambda ()
                              (write-bytevector (make-bytevector 200000 7) out)
                              (close-port out)))))
         (settle)
         (let ((waits (eq? (task-status t) 'blocked)))
           (list waits (bytevector-length (read-bytevector 1000000 in)))))))))

(test-equal "read-some takes what there is" '("abc" "def" #t)
  (in-scheduler
   (lambda ()
     (with-pipe (in out)
       (write-string "abc" out)
       (task-spawn (lambda () (task-sleep 1) (write-string "def" out) (close-port out)))
       (let* ((a (read-some in)) (b (read-some in)))
         (list a b (eof-object? (read-some in))))))))

(test-equal "characters that come in pieces are whole when they are read" '("\x20ac;" #t)
  (in-scheduler
   (lambda ()
     (with-pipe (in out 'text 1)
       (task-spawn (lambda () (write-string "\x20ac;" out) (close-port out)))
       (let ((c (read-some in))) (list c (eof-object? (read-some in))))))))

(test-equal "writing when nobody can read any more is an error" '(io-error EPIPE)
  (with-pipe (in out)
    (close-port in)
    (guard (c (#t (list (condition-kind c) (cadr (condition-irritants c)))))
      (write-string "x" out))))

(test-equal "closing a port wakes who reads from it" 'io-error
  (in-scheduler
   (lambda ()
     (with-pipe (in out)
       (let ((t (task-spawn (lambda () (kind-of (lambda () (read-line in)))))))
         (settle)
         (close-port in)
         (task-join t))))))

(test-equal "a task that waits for a pipe nobody writes to is reported" 'stuck
  (let ((s (make-scheduler)))
    (with-pipe (in out)
      (task-spawn s (lambda () (read-line in)))
      (let ((how (scheduler-run s))) (close-port out) how))))

(test-equal "a cancelled reader takes nothing" '(cancelled "half and half")
  (in-scheduler
   (lambda ()
     (with-pipe (in out)
       (let ((t (task-spawn (lambda () (read-line in)))))
         (write-string "half " out)
         (settle)
         (task-cancel t 'enough)
         (settle)
         (write-string "and half\n" out)
         (list (task-status t) (read-line in)))))))

;; ---- operations

(test-equal "a line in time, a line too late; nothing is lost" '(none "late" none)
  (in-scheduler
   (lambda ()
     (with-pipe (in out)
       (task-spawn (lambda ()
                     (write-string "la" out)
                     (task-sleep 3)
                     (write-string "te\nmo" out)))
       (define (read-in seconds) (sync/timeout seconds (io-op (lambda () (read-line in))) 'none))
       (let* ((a (read-in 1)) (b (read-in 10)) (c (read-in 1))) (list a b c))))))

(test-equal "the first of two pipes; the other keeps what it has" '((right "b") "a")
  (in-scheduler
   (lambda ()
     (with-pipe (left-in left-out)
       (with-pipe (right-in right-out)
         (define (line-op name in) (wrap-op (io-op (lambda () (read-line in))) (lambda (l) (list name l))))
         (task-spawn (lambda () (task-sleep 1) (write-string "b\n" right-out)
                             (task-sleep 1) (write-string "a\n" left-out)))
         (let* ((first (sync (choice-op (line-op 'left left-in) (line-op 'right right-in)))))
           (list first (read-line left-in))))))))

(test-equal "try-sync does not wait" '(none "x" none)
  (with-pipe (in out)
    (define (try) (try-sync (io-op (lambda () (read-line in))) 'none))
    (let ((first (try)))
      (write-string "x\n" out)
      (let* ((second (try)) (third (try))) (list first second third)))))

(test-equal "an error in the operation is raised by the sync, and reading goes on" '(read-error ok)
  (with-pipe (in out)
    (write-string ") ok " out)
    (let ((first (kind-of (lambda () (sync (io-op (lambda () (read in))))))))
      (list first (sync (io-op (lambda () (read in))))))))

(test-equal "after an operation plain reading waits as before" '(none "later")
  (in-scheduler
   (lambda ()
     (with-pipe (in out)
       (task-spawn (lambda () (task-sleep 5) (write-string "later\n" out)))
       (let ((first (try-sync (io-op (lambda () (read-line in))) 'none)))
         (list first (read-line in)))))))

;; ---- connections

(define (echo in out)
  (let loop ()
    (let ((line (read-line in)))
      (if (eof-object? line)
          (begin (close-port out) (close-port in))
          (begin (write-string (string-append "<" line ">\n") out) (loop))))))

(define (with-server serve proc)
  (let ((listener (tcp-listen 0 "127.0.0.1")))
    (let ((server (task-spawn
                   (lambda ()
                     (guard (c (#t 'closed))
                       (let loop ()
                         (let-values (((in out) (tcp-accept listener)))
                           (task-spawn (lambda () (serve in out)))
                           (loop))))))))
      (let ((result (proc (tcp-listener-port listener))))
        (tcp-close listener)
        (list result (task-join server))))))

(test-equal "a listener knows where it listens" '(#t #f #f "127.0.0.1" #t)
  (let* ((listener (tcp-listen 0 "127.0.0.1"))
         (answers (list (tcp-listener? listener) (tcp-listener? 5) (tcp-listener? (current-input-port))
                        (tcp-listener-host listener) (< 0 (tcp-listener-port listener) 65536))))
    (tcp-close listener)
    answers))

(test-equal "a server answers, ends with its listener" '("<hello>" closed)
  (with-server echo
    (lambda (port)
      (let-values (((in out) (tcp-connect "127.0.0.1" port)))
        (write-string "hello\n" out)
        (let ((answer (read-line in)))
          (close-port out)
          (close-port in)
          answer)))))

(test-equal "a hundred connections at a time" '(100 closed)
  (with-server echo
    (lambda (port)
      (let ((clients
             (map (lambda (i)
                    (task-spawn
                     (lambda ()
                       (let-values (((in out) (tcp-connect "127.0.0.1" port)))
                         (repeat 10 (lambda (j) (write-string (number->string i) out) (newline out) (read-line in)))
                         (close-port out)
                         (let ((end (read-line in)))
                           (close-port in)
                           (if (eof-object? end) 1 0))))))
                  (make-list 100 42))))
        (apply + (map task-join clients))))))

(test-equal "a megabyte each way at once does not block" '(1000000 closed)
  (with-server
    (lambda (in out)
      (let loop ()
        (let ((piece (read-some in)))
          (if (eof-object? piece)
              (begin (close-port out) (close-port in))
              (begin (write-string piece out) (loop))))))
    (lambda (port)
      (let-values (((in out) (tcp-connect "127.0.0.1" port)))
        (task-spawn (lambda () (repeat 1000 (lambda (i) (write-string (make-string 1000 #\x) out)))
                            (close-port out)))
        (let loop ((n 0))
          (let ((piece (read-some in)))
            (if (eof-object? piece)
                (begin (close-port in) n)
                (loop (+ n (string-length piece))))))))))

(test-equal "bytes pass as they are" '(#u8(0 255 10 13) closed)
  (let ((listener (tcp-listen 0 "127.0.0.1" 'binary)))
    (let ((server (task-spawn (lambda ()
                                (let-values (((in out) (tcp-accept listener)))
                                  (write-bytevector #u8(0 255 10 13) out)
                                  (close-port out)
                                  (close-port in)
                                  'closed)))))
      (let-values (((in out) (tcp-connect "127.0.0.1" (tcp-listener-port listener) 'binary)))
        (let ((bytes (read-bytevector 100 in)))
          (close-port in)
          (close-port out)
          (tcp-close listener)
          (list bytes (task-join server)))))))

(test-equal "nobody listens: an error that names the reason" '(io-error (ECONNREFUSED))
  (let* ((listener (tcp-listen 0 "127.0.0.1")) (port (tcp-listener-port listener)))
    (tcp-close listener)
    (guard (c (#t (list (condition-kind c) (condition-irritants c))))
      (tcp-connect "127.0.0.1" port))))

(test-equal "a host that is none" 'io-error
  (kind-of (lambda () (tcp-connect "no such host" 80))))

(test-equal "accepting in time" 'nobody
  (let* ((listener (tcp-listen 0 "127.0.0.1"))
         (answer (sync/timeout 0.01 (tcp-accept-op listener) 'nobody)))
    (tcp-close listener)
    answer))

(test-equal "a read of a connection that takes too long is left" '(late closed)
  (with-server (lambda (in out) (read-line in))
    (lambda (port)
      (let-values (((in out) (tcp-connect "127.0.0.1" port)))
        (let ((answer (with-deadline 0.01 (lambda () (read-line in)) (lambda () 'late))))
          (close-port out)
          (close-port in)
          answer)))))

(test-error "a port below 65536" (tcp-connect "localhost" 70000))
(test-error "text or binary" (make-pipe 'octal))

(test-end "ports")
