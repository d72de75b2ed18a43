;; Time travel: a flow as it stood after one of its records, looked at and left as
;; it is. Meant for the prompt.
(define-library (fermata flow travel)
  (export flow-at flow-forward flow-back flow-locals)
  (import (scheme base) (scheme write)
          (fermata flow builtins) (fermata flow journals) (fermata flow guards)
          (fermata flow looks)
          (fermata flow run) (fermata flow arguments) (fermata flow engine)
          (fermata flow history) (fermata flow live))
  (begin

    ;;> (flow-at id n [query])
    ;;> Shows a flow as it stood after its first n records: the last of them, and
    ;;> where each of its tasks was, and with which values of the variables around that
    ;;> place. With the name of a query of the flow (see define-query), what that would
    ;;> have told then. The flow itself is left as it is. flow-locals gives the values
    ;;> themselves; flow-forward and flow-back go on from there.
    (define (flow-at id n 1 . query)
      (let* ((id (as-id id)) (store (current-store)) (known (history store id))
             (count (length (cdr known))))
        (if (not (and (exact-integer? n) (<= 2 n count)))
            (refuse "flow-at: " id " has " count " records; wants a number from 2 to that, got "
                    n))
        (let* ((node (node-to-look-at store known))
               (journal (%flow-read store id n))
               (run (within (cdr node) (lambda () (look-at-run journal (car node))))))
          (set! place (list id n))
          (set! standing (%flow-standing (run-scheduler run)))
          (if (pair? query)
              (let ((found (assq (car query) (run-queries run))))
                (if (not found) (refuse id " had no query " (car query) " then"))
                (parameterize ((current-place (asked-place "a query" journal "0" (car query)
                                                           #f #f)))
                  ((cdr found))))
              (show run (list-ref (cdr known) (- n 1)) n count)))))

    (define place #f)      ; (id n) of the last look
    (define standing '())  ; where its tasks stood: (text (name place (variable . value) ...) ...) ...

    ;;> (flow-locals [name])
    ;;> The variables of the flow that flow-at showed, as it stood then: a list of pairs
    ;;> of name and value, of the innermost procedures first. With a name, the value of
    ;;> the innermost variable of that name.
    (define (flow-locals 1 . name)
      (if (not place) (refuse "flow-locals: begin with (flow-at id n)"))
      (let* ((frames (append-all (map cdr standing)))
             (locals (append-all (map cddr frames))))
        (if (null? name)
            locals
            (let ((found (assq (car name) locals)))
              (if (not found)
                  (refuse "flow-locals: " (car place) " had no variable " (car name)
                          " after record " (cadr place)))
              (cdr found)))))

    (define (append-all lists) (apply append lists))

    ;;> (flow-forward [n])
    ;;> The flow that flow-at showed, n records later; 1 without n.
    (define (flow-forward 1 . n) (move 'flow-forward n 1))

    ;;> (flow-back [n])
    ;;> The flow that flow-at showed, n records earlier; 1 without n.
    (define (flow-back 1 . n) (move 'flow-back n -1))

    (define (move who n sign)
      (let ((n (if (pair? n) (car n) 1)))
        (check-argument who 1 exact-integer? "an exact integer" n)
        (if (not place) (refuse who ": begin with (flow-at id n)"))
        (flow-at (car place) (+ (cadr place) (* sign n)))))

    (define (show run record n count)
      (for-each display
                (list "record " n " of " count ": " (record-strand record) "#"
                      (record-ordinal record) " " (record-event record) " "
                      (record-name record)))
      (if (not (eq? (record-value record) (if #f #f)))
          (begin (display " ") (write (record-value record))))
      (newline)
      (if (run-outcome run)
          (begin
            (display (if (eq? (car (run-outcome run)) 'returned) "it returned " "it raised "))
            (write (cdr (run-outcome run)))
            (newline))
          (for-each show-task standing)))

    (define (show-task task)
      (display (car task))
      (newline)
      (for-each show-frame (cdr task)))

    (define (show-frame frame)
      (if (pair? (cddr frame))
          (begin
            (for-each display
                      (list "  " (if (string=? (car frame) "") "" (string-append "in " (car frame) " "))
                            "at " (cadr frame)))
            (newline)
            (for-each
             (lambda (local)
               (for-each display (list "    " (car local) " = " (shortened (cdr local))))
               (newline))
             (cddr frame)))))

    (define (shortened value)
      (let* ((port (open-output-string))
             (text (begin (write value port) (get-output-string port))))
        (if (> (string-length text) 100)
            (string-append (string-copy text 0 97) "...")
            text)))))
