;; What calls procedures with ports (R7RS 6.13.1).
;;
;; A port is closed when the procedure returns, whatever it returns.  An escape leaves it
;; open, because the computation may be entered again.
(define-library (fermata ports)
  (export call-with-port call-with-input-file call-with-output-file
          with-input-from-file with-output-to-file
          call-with-output-string call-with-input-string read-some)
  (import (fermata builtins)
          (only (fermata control) call-with-values %parameterize))
  (begin

    ;;> (call-with-port port proc)
    ;;> Calls proc with the port, closes it, and returns what proc returned. R7RS 6.13.1.
    (define (call-with-port port proc)
      (call-with-values
        (lambda () (proc port))
        (lambda results
          (close-port port)
          (apply values results))))

    ;;> (call-with-input-file path proc)
    ;;> Calls proc with a port that reads the file, and closes it. R7RS 6.13.1.
    (define (call-with-input-file path proc)
      (call-with-port (open-input-file path) proc))

    ;;> (call-with-output-file path proc)
    ;;> Calls proc with a port that writes the file, and closes it. R7RS 6.13.1.
    (define (call-with-output-file path proc)
      (call-with-port (open-output-file path) proc))

    ;;> (with-input-from-file path thunk)
    ;;> Calls thunk with the file as current-input-port, and closes it. R7RS 6.13.1.
    (define (with-input-from-file path thunk)
      (call-with-input-file path
        (lambda (port) (%parameterize thunk current-input-port port))))

    ;;> (with-output-to-file path thunk)
    ;;> Calls thunk with the file as current-output-port, and closes it. R7RS 6.13.1.
    (define (with-output-to-file path thunk)
      (call-with-output-file path
        (lambda (port) (%parameterize thunk current-output-port port))))

    ;;> (call-with-output-string proc)
    ;;> Calls proc with a string port; the string that was written to it.
    (define (call-with-output-string proc)
      (let ((port (open-output-string)))
        (proc port)
        (get-output-string port)))

    ;;> (call-with-input-string string proc)
    ;;> Calls proc with a port that reads the string.
    (define (call-with-input-string string proc)
      (call-with-port (open-input-string string) proc))))
