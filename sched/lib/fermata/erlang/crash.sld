;; Crash reports: what is told of a process that an error or a throw ended.
(define-library (fermata erlang crash)
  (export make-crash-report write-crash)
  (import (scheme base) (scheme write) (fermata table)
          (only (fermata builtins) condition-report))
  (begin

    ;; dictionary: a hash table or #f; links: numbers of processes.
    (define (make-crash-report id name reason dictionary links count)
      (list (cons 'process id)
            (cons 'name (or name '()))
            (cons 'reason (if (and (pair? reason) (list? (cdr reason)))
                              (car reason)
                              reason))
            (cons 'trace (if (pair? reason) (cdr reason) '()))
            (cons 'dictionary (if dictionary (hash-table->alist dictionary) '()))
            (cons 'links links)
            (cons 'message-queue-len count)))

    ;; The report in words, with the place of the error, on the current error port.
    (define (write-crash report raised)
      (let ((port (current-error-port)))
        (define (line key)
          (let ((value (cdr (assq key report))))
            (if (not (or (null? value) (eqv? value 0)))
                (begin
                  (write-string "  " port)
                  (write-string (symbol->string key) port)
                  (write-string ": " port)
                  (write value port)
                  (newline port)))))
        (write-string "process " port)
        (write (cdr (assq 'process report)) port)
        (write-string " crashed: " port)
        (write-string (condition-report raised) port)
        (for-each line '(name dictionary links message-queue-len))
        (flush-output-port port)))))
