;; Peers on other computers: who they are, from a file, and the way to them and from
;; them, HTTP.
(define-library (fermata flow serve)
  (export flow-peers! flow-serve!)
  (import (scheme base) (scheme cxr) (scheme file) (scheme read) (scheme process-context)
          (only (fermata condition) condition-message)
          (only (fermata sched) task-spawn)
          (fermata flow builtins) (fermata flow http)
          (fermata flow arguments) (fermata flow run) (fermata flow raised)
          (fermata flow history) (fermata flow peers) (fermata flow remote))
  (begin

    ;; ---- the file of peers

    ;;> (flow-peers! file)
    ;;> Reads who this process is to its peers, and who they are; the flows of the current
    ;;> store call and are called so. The file holds lists: (me NAME KEY-FILE); (tls
    ;;> CERTIFICATE KEY AUTHORITY), files in PEM form; for each peer (peer NAME URL
    ;;> PUBLIC-KEY ...), the URL being #f for one that only calls; (allow NAME NODE ...)
    ;;> when it may call those nodes alone; (delegate NAME) when we go on with flows that it
    ;;> delegates, of programs that our store has; (delegate NAME any-program) when it may
    ;;> bring its own, which then do here what this process may; (copies NAME) when it may keep
    ;;> copies of its flows here. Files are looked for beside it.
    ;;> Without this call the file is the one that FERMATA_PEERS names.
    (define (flow-peers! file)
      (check-argument 'flow-peers! 1 string? "a string, the name of a file" file)
      (let* ((rows (call-with-input-file file (lambda (port) (read-rows file port))))
             (beside (lambda (name)
                       (if (and (> (string-length name) 0) (char=? (string-ref name 0) #\/))
                           name
                           (string-append (folder-of file) name))))
             (me (or (assq 'me rows) (refuse file " does not say who we are: (me NAME KEY-FILE)")))
             (tls (let ((row (assq 'tls rows)))
                    (and row (list->vector (map beside (cdr row))))))
             (home (make-home! (current-store) (list-ref me 1)
                               (call-with-input-file (beside (list-ref me 2)) read-line))))
        (for-each (lambda (row)
                    (case (car row)
                      ((peer) (add-known! home tls row))))
                  rows)
        (set-home-nodes! home remote-nodes)
        (set-home-allows?! home
                           (lambda (sender name)
                             (let ((row (find-row 'allow rows sender)))
                               (or (not row) (memq name (cddr row))))))
        (set-home-takes?! home
                          (lambda (sender)
                            (let ((row (find-row 'delegate rows sender)))
                              (and row (if (null? (cddr row)) 'known 'any)))))
        (set-home-keeps?! home (lambda (sender) (find-row 'copies rows sender)))
        (set-home-tls! home tls)
        (home-name home)))

    (define (add-known! home tls row)
      (for-each (lambda (key) (home-know! home (list-ref row 1) key)) (cdddr row))
      (if (list-ref row 2)
          (add-peer! (list-ref row 1) (list-ref row 1) (http-transport (list-ref row 2) tls) #f)))

    (define (find-row kind rows sender)
      (cond ((null? rows) #f)
            ((and (eq? (caar rows) kind) (eq? (cadar rows) sender)) (car rows))
            (else (find-row kind (cdr rows) sender))))

    (define (read-rows file port)
      (let ((row (guard (e ((read-error? e)
                            (refuse file " cannot be read, " (condition-message e))))
                   (read port))))
        (if (eof-object? row)
            '()
            (begin
              (check-row file row)
              (cons row (read-rows file port))))))

    (define (check-row file row)
      (let ((shape (and (pair? row) (list? row) (assq (car row) shapes))))
        (if (not shape)
            (refuse file " has a row that is none of "
                    (let loop ((shapes shapes))
                      (if (null? (cdr shapes))
                          (cadar shapes)
                          (string-append (cadar shapes) ", " (loop (cdr shapes)))))
                    ": " (written row)))
        (if (not ((caddr shape) (cdr row)))
            (refuse file ": a row is to be " (cadr shape) ", got " (written row)))))

    (define strings? (list-of string?))
    (define symbols? (list-of symbol?))
    (define shapes
      (list (list 'me "(me NAME \"KEY-FILE\")"
                  (lambda (row) (and (= (length row) 2) (symbol? (car row)) (string? (cadr row)))))
            (list 'tls "(tls \"CERTIFICATE\" \"KEY\" \"AUTHORITY\")"
                  (lambda (row) (and (= (length row) 3) (strings? row))))
            (list 'peer "(peer NAME \"URL\" \"PUBLIC-KEY\" ...)"
                  (lambda (row)
                    (and (>= (length row) 3) (symbol? (car row))
                         (or (not (cadr row)) (string? (cadr row)))
                         (strings? (cddr row)))))
            (list 'allow "(allow NAME NODE ...)"
                  (lambda (row) (and (pair? row) (symbols? row))))
            (list 'delegate "(delegate NAME) or (delegate NAME any-program)"
                  (lambda (row)
                    (and (pair? row) (symbols? row)
                         (or (null? (cdr row)) (equal? (cdr row) '(any-program))))))
            (list 'copies "(copies NAME)"
                  (lambda (row) (and (= (length row) 1) (symbols? row))))))

    (define (folder-of file)
      (let loop ((i (string-length file)))
        (cond ((= i 0) "")
              ((char=? (string-ref file (- i 1)) #\/) (substring file 0 i))
              (else (loop (- i 1))))))

    (set-configure!
     (lambda ()
       (let ((file (get-environment-variable "FERMATA_PEERS")))
         (if file (flow-peers! file)))))

    ;; ---- sending

    (define patience 30000)   ; milliseconds

    (define (http-transport url tls)
      (lambda (bytes)
        (let ((call (%http-post (string-append url "/fermata/1") bytes patience tls)))
          (with-exception-handler
           (lambda (raised) (%http-drop! call) (raise-continuable raised))
           (lambda ()
             (let ((answer (%http-answer call)))
               (%http-drop! call)
               (if (symbol? answer) answer (answer-of answer))))))))

    ;; answer: #(status body retry-after)
    (define (answer-of answer)
      (let ((status (vector-ref answer 0)) (body (vector-ref answer 1)))
        (cond ((= status 200) body)
              ((memv status '(429 503)) (list 'busy (max 1 (vector-ref answer 2))))
              ((and (= status 403) (< (bytevector-length body) 40))
               (list 'refused (string->symbol (utf8->string body))))
              ((< status 500)
               (list 'refused (string->symbol (string-append "http-" (number->string status)))))
              (else 'lost))))

    ;; ---- listening

    ;;> (flow-serve! host port)
    ;;> Listens for calls of the peers that flow-peers! told of, in tasks of this scheduler;
    ;;> the port, which is a free one when 0 was given. Without TLS the host must be this
    ;;> computer, such as "127.0.0.1". What waits is looked after by flow/work.
    (define (flow-serve! host port)
      (check-argument 'flow-serve! 1 string? "a string, the name of a host" host)
      (check-argument 'flow-serve! 2 index? "the number of a port" port)
      (let* ((home (home-of (current-store))) (tls (home-tls home))
             (server (%http-listen host port (and tls (vector-map text-of-file tls)))))
        (task-spawn (lambda () (take-requests home server)) 'name 'flow-serve)
        (%http-port server)))

    (define (text-of-file name)
      (call-with-input-file name
        (lambda (port)
          (let loop ((text ""))
            (let ((part (read-string 65536 port)))
              (if (eof-object? part) text (loop (string-append text part))))))))

    (define (take-requests home server)
      (let ((request (%http-next server)))
        (task-spawn (lambda () (answer-request home server (car request) (cdr request)))
                    'name 'flow-request)
        (take-requests home server)))

    (define (answer-request home server number bytes)
      (let ((answer (guard (raised (#t '(busy 1)))
                      (parameterize ((current-flow-store (home-store home)))
                        (take-in home bytes)))))
        (cond ((bytevector? answer) (%http-reply! server number 200 answer 0))
              ((eq? (car answer) 'busy)
               (%http-reply! server number 503 (string->utf8 "busy") (cadr answer)))
              (else
               (%http-reply! server number 403
                             (string->utf8 (symbol->string (cadr answer))) 0)))))))
