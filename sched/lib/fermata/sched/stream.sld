;; What tasks read, write and wait for in the world, as operations; pipes between tasks.
;;
;; Every port parks the task that would have to wait, so nothing here is needed for plain
;; reading and writing. An operation adds: one of several, or in time.
(define-library (fermata sched stream)
  (export io-op make-pipe device->ports await-job port-type)
  (import (scheme base) (fermata sched operation) (fermata sched streams)
          (only (fermata builtins) make-condition %device->port %set-port-buffering!))
  (begin

    ;; What thunk returns, or the request of what it would have waited for.
    (define (probe thunk)
      (guard (obj ((%wait-request? obj) obj)
                  (#t (%probe-end!) (raise obj)))
        (%probe!)
        (let ((value (thunk)))
          (%probe-end!)
          value)))

    ;;> (io-op thunk)
    ;;> Happens when thunk can read, write or accept without waiting, and does so: thunk
    ;;> calls one such procedure, like read-line. When it loses, nothing was read.
    (define (io-op thunk)
      (define request #f)
      (make-op
       (lambda ()
         (let ((value (probe thunk)))
           (if (%wait-request? value)
               (begin (set! request value) op-not-ready)
               value)))
       (lambda (ticket tag) (%request-add! request ticket op-again))
       (lambda () #t)
       'io))

    ;; A port type as (fermata posix) names it: of that kind, and in or out.
    (define (port-type who kind direction)
      (case kind
        ((text) (if (eq? direction 'in) 'textual-input 'textual-output))
        ((binary) (if (eq? direction 'in) 'binary-input 'binary-output))
        (else
         (raise (make-condition 'wrong-type
                                (string-append who ": a kind of port must be text or binary, got")
                                (list kind))))))

    (define (device->ports who kind in out name)
      (let ((out (%device->port out (port-type who kind 'out) name)))
        (%set-port-buffering! out 'buffer/none)
        (values (%device->port in (port-type who kind 'in) name) out)))

    ;;> (make-pipe [kind [capacity]])
    ;;> Two values: a port to read what is written to the other one. kind is text or
    ;;> binary; a writer that is capacity bytes ahead (65536) waits for the reader.
    (define (make-pipe 2 . options)
      (let* ((kind (if (pair? options) (car options) 'text))
             (capacity (if (and (pair? options) (pair? (cdr options))) (cadr options) 65536)))
        (port-type "make-pipe" kind 'in)
        (let ((ends (%make-pipe capacity)))
          (device->ports "make-pipe" kind (car ends) (cdr ends) "pipe"))))

    ;; The result of a job of a worker; when the wait is left, nobody wants it any more.
    (define (await-job job)
      (with-exception-handler
       (lambda (obj)
         (%job-give-up! job)
         (raise-continuable obj))
       (lambda () (%job-wait job))))))
