;; The three streams of a run: what the task gets, and who pumps at our end.
;;
;; A process gets descriptors, a procedure gets ports. Between two processes, or a process
;; and a procedure, lies a pipe of the system, without anybody pumping; between procedures
;; a pipe of ours. Only where the other end is a string, a port or the journal does a task
;; carry the bytes, and each stream has its own, so none waits for another.
(define-library (fermata task streams)
  (export check-input check-output make-link open-streams streams-vector stream-port
          streams-started! streams-ended! broken-pipe? ignoring-errors)
  (import (scheme base) (scheme file) (fermata sched)
          (fermata task spec) (fermata sched streams)
          (only (fermata builtins) condition? condition-kind condition-irritants
                %device->port %set-port-buffering!)
          (only (fermata ports) read-some))
  (begin

    (define (check-input who value)
      (if (not (or (memq value '(none inherit)) (string? value) (bytevector? value)
                   (input-port? value)))
          (refuse 'wrong-type
                  (string-append who ": stdin must be none, inherit, a string, a bytevector or an input port, got")
                  value)))

    (define (check-output who value errors)
      (if (not (or (memq value '(none inherit journal)) (output-port? value)
                   (and errors (eq? value 'stdout))))
          (refuse 'wrong-type
                  (string-append who ": an output must be journal, none, inherit or an output port, got")
                  value)))

    ;; What leads from one task of a pipeline to the next; given as (input . output).
    (define-record-type <end> (make-end descriptor port) end?
      (descriptor end-descriptor)   ; or #f
      (port end-port))              ; or #f

    (define (make-link from to)
      (if (and (spec-body from) (spec-body to))
          (let-values (((in out) (make-pipe)))
            (cons (make-end #f in) (make-end #f out)))
          (let ((pipe (%make-system-pipe)))
            (cons (make-end (car pipe) #f) (make-end (cdr pipe) #f)))))

    (define-record-type <streams> (make-streams given to-close pumps drains)
      streams?
      (given streams-vector)                       ; what the task gets, by number
      (to-close streams-to-close add-close!)       ; at its end
      (pumps streams-pumps add-pump!)              ; tasks that write to it
      (drains streams-drains add-drain!))          ; pairs of a task that reads, and its port

    (define (stream-port streams number) (vector-ref (streams-vector streams) number))

    (define (broken-pipe? obj)
      (and (condition? obj) (eq? (condition-kind obj) 'io-error)
           (memq 'EPIPE (condition-irritants obj))
           #t))

    (define (ignoring-errors thunk) (guard (obj ((condition? obj) #f)) (thunk)))

    (define (descriptor->port descriptor output kind)
      (let ((port (%device->port (%descriptor-device descriptor output)
                                 (if (eq? kind 'binary)
                                     (if output 'binary-output 'binary-input)
                                     (if output 'textual-output 'textual-input))
                                 "pipe")))
        (%descriptor-close! descriptor)
        port))

    ;; ---- opening

    ;; (tell kind line) writes to the journal.
    (define (open-streams procedure? input output errors tell)
      (let ((streams (make-streams (make-vector 3 #f) '() '() '())))
        (define (set number value) (vector-set! (streams-vector streams) number value))
        (if procedure?
            (begin
              (set 0 (procedure-input streams input))
              (set 1 (procedure-output streams output 'stdout current-output-port tell))
              (set 2 (if (eq? errors 'stdout)
                         (stream-port streams 1)
                         (procedure-output streams errors 'stderr current-error-port tell))))
            (begin
              (set 0 (process-input streams input))
              (set 1 (process-output streams output 1 'stdout tell))
              (set 2 (if (eq? errors 'stdout)
                         (vector-ref (streams-vector streams) 1)
                         (process-output streams errors 2 'stderr tell)))))
        streams))

    ;; The task's own ports are closed at its end, so that what it is connected with sees it.
    (define (owned streams port)
      (add-close! streams (cons port (streams-to-close streams)))
      port)

    (define (pump streams thunk)
      (add-pump! streams
                 (cons (task-spawn (lambda () (ignoring-errors thunk)) 'name 'task-input)
                       (streams-pumps streams))))

    (define (drain streams in thunk)
      (add-drain! streams
                  (cons (cons (task-spawn (lambda () (ignoring-errors thunk)) 'name 'task-output)
                              in)
                        (streams-drains streams))))

    (define (procedure-input streams input)
      (cond ((eq? input 'none) (open-input-string ""))
            ((eq? input 'inherit) (current-input-port))
            ((string? input) (open-input-string input))
            ((bytevector? input) (open-input-string (utf8->string input)))
            ((end? input)
             (owned streams (or (end-port input)
                                (descriptor->port (end-descriptor input) #f 'text))))
            (else input)))

    (define (procedure-output streams output kind current tell)
      (cond ((eq? output 'none) (owned streams (open-output-file "/dev/null")))
            ((eq? output 'inherit) (current))
            ((end? output)
             (owned streams (or (end-port output)
                                (descriptor->port (end-descriptor output) #t 'text))))
            ((eq? output 'journal)
             (let-values (((in out) (make-pipe)))
               (drain streams in (lambda () (tell-lines in kind tell)))
               (owned streams out)))
            (else output)))

    (define (process-input streams input)
      (cond ((eq? input 'none) #f)
            ((eq? input 'inherit) 0)
            ((end? input) (end-descriptor input))
            (else
             (let* ((binary (or (bytevector? input)
                                (and (input-port? input) (binary-port? input))))
                    (pipe (%make-system-pipe))
                    (out (descriptor->port (cdr pipe) #t (if binary 'binary 'text))))
               (pump streams
                     (lambda ()
                       (ignoring-errors (lambda () (send input out)))
                       (close-port out)))
               (car pipe)))))

    (define (process-output streams output number kind tell)
      (cond ((eq? output 'none) #f)
            ((eq? output 'inherit)
             (flush-output-port (if (= number 1) (current-output-port) (current-error-port)))
             number)
            ((end? output) (end-descriptor output))
            (else
             (let* ((binary (and (output-port? output) (binary-port? output)))
                    (pipe (%make-system-pipe))
                    (in (descriptor->port (car pipe) #f (if binary 'binary 'text))))
               (drain streams in
                      (if (eq? output 'journal)
                          (lambda () (tell-lines in kind tell))
                          (lambda () (copy in output))))
               (cdr pipe)))))

    ;; ---- carrying

    (define (send input out)
      (cond ((string? input) (write-string input out))
            ((bytevector? input) (write-bytevector input out))
            (else (copy input out))))

    (define (copy in out)
      (let ((write (if (binary-port? in) write-bytevector write-string)))
        (let loop ()
          (let ((piece (read-some in)))
            (if (eof-object? piece)
                (flush-output-port out)
                (begin
                  (write piece out)
                  (if (not (ready? in)) (flush-output-port out))
                  (loop)))))))

    (define (ready? in) (if (binary-port? in) (u8-ready? in) (char-ready? in)))

    (define (tell-lines in kind tell)
      (let loop ()
        (let ((line (read-line in)))
          (if (not (eof-object? line))
              (begin (tell kind line) (loop))))))

    ;; ---- the end

    ;; A process has been given its descriptors, or could not be started.
    (define (streams-started! streams)
      (vector-for-each
       (lambda (given)
         (if (not (or (not given) (number? given))) (%descriptor-close! given)))
       (streams-vector streams)))

    ;; The task has ended: what it wrote is carried to the end, nobody writes to it any more.
    (define (streams-ended! streams)
      (for-each (lambda (port) (ignoring-errors (lambda () (close-port port))))
                (streams-to-close streams))
      (for-each (lambda (task) (task-cancel task 'task-ended)) (streams-pumps streams))
      (for-each (lambda (task) (sync (join-op task))) (streams-pumps streams))
      (for-each (lambda (drain) (await-drain (car drain) (cdr drain)))
                (streams-drains streams)))

    ;; Somebody who left the group of the process may still hold the other end. Then what
    ;; came until now is all.
    (define patience 1)
    (define (await-drain task in)
      (cond ((sync/timeout patience (wrap-op (join-op task) (lambda (v) #t)))
             (close-port in))
            ((ready? in) (await-drain task in))
            (else
             (task-cancel task 'task-ended)
             (sync (join-op task))
             (close-port in))))))
