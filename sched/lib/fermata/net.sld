;; Connections of TCP as ports: connecting, listening, accepting.
;;
;; A connection is two ports, one to read from and one to write to. Closing the one to write
;; to tells the other side that no more will come; the connection ends with the second one.
(define-library (fermata net)
  (export tcp-connect tcp-listen tcp-accept tcp-accept-op tcp-listener?
          tcp-listener-port tcp-listener-host tcp-close)
  (import (scheme base) (fermata sched stream) (fermata sched streams)
          (fermata sched sockets) (fermata sched operation)
          (only (fermata builtins) condition? condition-kind make-condition
                %device->port %set-port-buffering!))
  (begin

    ;;> (tcp-listener? obj)
    ;;> Whether obj is a listener, of tcp-listen.
    (define-record-type <tcp-listener> (make-listener socket kind) tcp-listener?
      (socket listener-socket)
      (kind listener-kind))

    (define (refuse kind message . irritants)
      (raise (make-condition kind message irritants)))

    (define (system-refusal? obj)
      (and (condition? obj) (eq? (condition-kind obj) 'io-error)))

    (define (check who what wanted ok? obj)
      (if (not (ok? obj))
          (refuse 'wrong-type
                  (string-append who ": " what " must be " wanted ", got") obj)))

    (define (port-number? obj)
      (and (exact-integer? obj) (<= 0 obj 65535)))

    (define (addresses who host port passive)
      (check who "the host" "a string" string? host)
      (check who "the port" "an exact integer below 65536" port-number? port)
      (await-job (%net-look-up host port passive)))

    ;; Two ports on a connected socket, which they own.
    (define (connection socket kind)
      (let* ((name (let ((peer (%socket-address socket #t)))
                     (string-append (car peer) ":" (number->string (cdr peer)))))
             (in (%device->port (%descriptor-device socket #f)
                                (port-type "tcp-connect" kind 'in) name))
             (out (%device->port (%descriptor-device socket #t)
                                 (port-type "tcp-connect" kind 'out) name)))
        (%descriptor-close! socket)
        (if (eq? kind 'text) (%set-port-buffering! out 'buffer/line))
        (values in out)))

    ;;> (tcp-connect host port [kind])
    ;;> Connects; two values, a port to read from and one to write to. kind is text or
    ;;> binary; text is passed on at the end of each line, bytes when 8192 have come or
    ;;> the port is flushed. All addresses of the host are tried in order.
    (define (tcp-connect host port 1 . kind)
      (let ((kind (if (pair? kind) (car kind) 'text)))
        (port-type "tcp-connect" kind 'in)
        (let loop ((rest (addresses "tcp-connect" host port #f)))
          (let ((socket (if (null? (cdr rest))
                            (connected (car rest))
                            (guard (obj ((system-refusal? obj) #f)) (connected (car rest))))))
            (if socket
                (connection socket kind)
                (loop (cdr rest)))))))

    (define (connected address)
      (let ((socket (%tcp-connect address)))
        (with-exception-handler
         (lambda (obj)
           (%descriptor-close! socket)
           (raise-continuable obj))
         (lambda () (%tcp-connected socket)))
        socket))

    ;;> (tcp-listen port [host [kind]])
    ;;> A listener for connections to that port; 0 takes a free one. Without a host, or with
    ;;> #f, on all interfaces. kind, text or binary, is that of the ports tcp-accept gives.
    (define (tcp-listen port 2 . options)
      (let* ((host (or (and (pair? options) (car options)) ""))
             (kind (if (and (pair? options) (pair? (cdr options))) (cadr options) 'text)))
        (port-type "tcp-listen" kind 'in)
        (make-listener (%tcp-listen (car (addresses "tcp-listen" host port #t)) 1024) kind)))

    ;;> (tcp-accept listener)
    ;;> Waits for the next connection; two values, as from tcp-connect.
    (define (tcp-accept listener)
      (connection (%tcp-accept (listener-socket listener)) (listener-kind listener)))

    ;;> (tcp-accept-op listener)
    ;;> Happens when there is a connection; the value is a list of the two ports.
    (define (tcp-accept-op listener)
      (wrap-op (io-op (lambda () (%tcp-accept (listener-socket listener))))
               (lambda (socket)
                 (call-with-values
                  (lambda () (connection socket (listener-kind listener)))
                  list))))

    ;;> (tcp-listener-port listener)
    ;;> The number of its port.
    (define (tcp-listener-port listener)
      (cdr (%socket-address (listener-socket listener) #f)))

    ;;> (tcp-listener-host listener)
    ;;> The address that it listens at.
    (define (tcp-listener-host listener)
      (car (%socket-address (listener-socket listener) #f)))

    ;;> (tcp-close listener)
    ;;> Listens no more; who waits in tcp-accept finds an error raised.
    (define (tcp-close listener) (%descriptor-close! (listener-socket listener)))))
