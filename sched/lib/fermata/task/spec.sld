;; What a task is, before it runs: a procedure or a program of the system, and around it a
;; name, an environment, a directory, limits. Both have one shape: they read standard input,
;; write standard output and standard error, and end with an exit code.
(define-library (fermata task spec)
  (export procedure-task process-task task-spec? spec-name spec-body spec-argv
          spec-directory spec-limits spec-timeout spec-grace spec-environment
          make-context context? context-name context-id context-arguments
          context-environment context-variable context-directory
          for-each-option refuse)
  (import (scheme base) (only (srfi 170) current-directory)
          (only (fermata builtins) make-condition)
          (fermata sched processes))
  (begin

    ;;> (task-spec? obj)
    ;;> Whether obj is a task, of procedure-task or process-task.
    (define-record-type <task-spec>
      (make-spec body argv name variables inherit directory limits timeout grace)
      task-spec?
      (body spec-body)                    ; procedure, or #f
      (argv spec-argv)                    ; list of strings, or #f
      (name spec-name set-spec-name!)
      (variables spec-variables set-spec-variables!)
      (inherit spec-inherit? set-spec-inherit!)
      (directory spec-given-directory set-spec-directory!)
      (limits spec-limits set-spec-limits!)
      (timeout spec-timeout set-spec-timeout!)
      (grace spec-grace set-spec-grace!))

    ;;> (context? obj)
    ;;> Whether obj is a context, the first argument of the procedure of a task.
    ;;
    ;;> (context-id context)
    ;;> The number of the run, as of run-id.
    ;;
    ;;> (context-name context)
    ;;> The name of the run, as of run-name.
    ;;
    ;;> (context-arguments context)
    ;;> The list that runner-start! was given as arguments; () without.
    ;;
    ;;> (context-environment context)
    ;;> The environment of the task: an association list of strings.
    ;;
    ;;> (context-directory context)
    ;;> The directory of the task, a string. The current directory of this process stays
    ;;> what it is.
    ;;
    ;; What a procedure is told about the run that it is.
    (define-record-type <context>
      (make-context id name arguments environment directory)
      context?
      (id context-id)
      (name context-name)
      (arguments context-arguments)
      (environment context-environment)
      (directory context-directory))

    ;;> (context-variable context name)
    ;;> The value of that variable of the task's environment, or #f.
    (define (context-variable context name)
      (let ((found (assoc name (context-environment context))))
        (and found (cdr found))))

    (define (refuse kind message . irritants)
      (raise (make-condition kind message irritants)))

    ;; Calls (set name value) for each pair of a list of options.
    (define (for-each-option who set options)
      (let loop ((rest options))
        (cond ((null? rest) #t)
              ((null? (cdr rest))
               (refuse 'wrong-arguments
                       (string-append who ": an option without its value:")
                       (car rest)))
              (else (set (car rest) (cadr rest)) (loop (cddr rest))))))

    (define (with-options who spec options)
      (define (check wanted ok? value)
        (if (not ok?) (refuse 'wrong-type (string-append who ": " wanted ", got") value)))
      (for-each-option
       who
       (lambda (name value)
         (case name
           ((name) (set-spec-name! spec value))
           ((environment)
            (check "environment must be a list of pairs of a name and a string or #f"
                   (variables? value) value)
            (set-spec-variables! spec value))
           ((inherit-environment) (set-spec-inherit! spec value))
           ((directory)
            (check "directory must be a string" (string? value) value)
            (set-spec-directory! spec value))
           ((limits) (set-spec-limits! spec value))
           ((timeout) (set-spec-timeout! spec value))
           ((grace) (set-spec-grace! spec value))
           (else (refuse 'out-of-range (string-append who ": no such option:") name))))
       options)
      spec)

    (define (variables? obj)
      (and (list? obj)
           (let loop ((rest obj))
             (or (null? rest)
                 (and (pair? (car rest)) (string? (caar rest))
                      (or (not (cdar rest)) (string? (cdar rest)))
                      (loop (cdr rest)))))))

    ;;> (procedure-task proc option value ...)
    ;;> A task that calls (proc context stdin stdout stderr) with three textual ports, which
    ;;> are the current ports meanwhile too. What proc returns is the exit code: an exact
    ;;> integer below 256; #f means 1, anything else 0. An error that it does not handle is
    ;;> written to stderr, and the code is 1. Options: name, environment (an association
    ;;> list of strings, added to that of this process; #f removes), inherit-environment
    ;;> (#f: nothing but that), directory, timeout (seconds, then it is stopped), grace
    ;;> (seconds between being asked to stop and being killed, 5).
    (define (procedure-task proc . options)
      (if (not (procedure? proc))
          (refuse 'wrong-type "procedure-task: a procedure is wanted, got" proc))
      (with-options "procedure-task"
                    (make-spec proc #f 'procedure '() #t #f '() #f 5)
                    options))

    ;;> (process-task argv option value ...)
    ;;> A task that runs a program of the system: argv is a list of strings, the program
    ;;> first; no shell is involved. The options of procedure-task, and limits: an
    ;;> association list of cpu (seconds), memory, file-size (bytes), files, processes, core.
    ;;> The process leads a group of its own, unless it reads from our terminal, and what is
    ;;> left of it is killed when it ends; so is the process when this program ends.
    (define (process-task argv . options)
      (if (not (and (pair? argv) (list? argv) (strings? argv)))
          (refuse 'wrong-type "process-task: a list of strings is wanted, got" argv))
      (with-options "process-task"
                    (make-spec #f argv (car argv) '() #t #f '() #f 5)
                    options))

    (define (strings? list)
      (or (null? list) (and (string? (car list)) (strings? (cdr list)))))

    (define (spec-directory spec)
      (or (spec-given-directory spec) (current-directory)))

    ;; The environment a run will have, an association list.
    (define (spec-environment spec)
      (let loop ((given (spec-variables spec))
                 (result (if (spec-inherit? spec)
                             (map split-variable (%process-environment))
                             '())))
        (if (null? given)
            result
            (let ((rest (without (caar given) result)))
              (loop (cdr given)
                    (if (cdar given) (cons (car given) rest) rest))))))

    (define (without name list)
      (cond ((null? list) '())
            ((string=? (caar list) name) (without name (cdr list)))
            (else (cons (car list) (without name (cdr list))))))

    (define (split-variable text)
      (let ((end (string-length text)))
        (let loop ((i 0))
          (cond ((= i end) (cons text ""))
                ((char=? (string-ref text i) #\=)
                 (cons (substring text 0 i) (substring text (+ i 1) end)))
                (else (loop (+ i 1)))))))))
