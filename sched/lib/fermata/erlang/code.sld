;; Code that changes while it runs: modules with a current and an old version.
;;
;; A module is a set of procedures by name. Whatever calls one of them directly stays in the
;; version it is in; (call-remote 'module 'name arg ...) takes the current one. Loading makes
;; the current version the old one; a second loading needs the old one purged before.
(define-library (fermata erlang code)
  (export make-module module? module-name module-version module-ref
          code-load code-module code-version call-remote
          code-soft-purge code-purge code-delete check-process-code)
  (import (scheme base) (fermata sched) (fermata erlang reason)
          (fermata erlang process) (fermata erlang fields) (fermata erlang info))
  (begin

    (define-record-type <module>
      (%make-module name version procedures)
      module?
      (name module-name)
      (version module-version)
      (procedures module-procedures))

    ;; What is loaded under a name.
    (define-record-type <slot>
      (make-slot current old)
      slot?
      (current slot-current set-slot-current!)
      (old slot-old set-slot-old!))

    (define slots (list 'slots))

    (define (find-slot name)
      (let ((found (assq name (cdr slots))))
        (and found (cdr found))))

    (define (pairs who rest)
      (cond ((null? rest) '())
            ((or (null? (cdr rest)) (not (symbol? (car rest)))
                 (not (procedure? (cadr rest))))
             (refuse who 'badarg (car rest)))
            (else (cons (cons (car rest) (cadr rest)) (pairs who (cddr rest))))))

    ;;> (make-module name procedure ...)
    ;;> A set of callbacks: names, symbols, each followed by its procedure.
    (define (make-module . rest)
      (%make-module #f 1 (pairs "make-module" rest)))

    (define (module-ref module name default)
      (if (not (module? module)) (refuse "module" 'badarg module))
      (let ((found (assq name (module-procedures module))))
        (if found (cdr found) default)))

    ;;> (code-load module-name version name procedure ...)
    ;;> Makes these procedures the current version of the module, and the one that was
    ;;> current the old one. Its value is (module name); or (error not-purged) when there
    ;;> is an old one already.
    (define (code-load name version . rest)
      (if (not (symbol? name)) (refuse "code-load" 'badarg name))
      (let ((new (%make-module name version (pairs "code-load" rest)))
            (slot (find-slot name)))
        (cond ((not slot)
               (set-cdr! slots (cons (cons name (make-slot new #f)) (cdr slots)))
               (list 'module name))
              ((slot-old slot) (list 'error 'not-purged))
              (else
               (set-slot-old! slot (slot-current slot))
               (set-slot-current! slot new)
               (list 'module name)))))

    ;; The current version of a module.
    (define (code-module who name)
      (let ((slot (find-slot name)))
        (or (and slot (slot-current slot)) (refuse who 'undef name))))

    ;;> (code-version module-name)
    ;;> What its current version was loaded as.
    (define (code-version name) (module-version (code-module "code-version" name)))

    ;;> (call-remote module-name name arg ...)
    ;;> Calls that procedure of the current version of the module.
    (define (call-remote module-name name . args)
      (let ((procedure (module-ref (code-module "call-remote" module-name) name #f)))
        (if (not procedure) (refuse "call-remote" 'undef module-name name))
        (apply procedure args)))

    ;; ---- purging

    ;;> (check-process-code process module-name)
    ;;> Whether the process runs, or will return to, code of the old version.
    (define (check-process-code p name)
      (let ((old (slot-old (or (find-slot name)
                               (refuse "check-process-code" 'undef name)))))
        (and old (uses? p old))))

    (define (uses? p module)
      (task-runs-any? (process-task p) (map cdr (module-procedures module))))

    (define (users module)
      (let loop ((all (processes)) (found '()))
        (cond ((null? all) found)
              ((and (not (eq? (car all) (self))) (uses? (car all) module))
               (loop (cdr all) (cons (car all) found)))
              (else (loop (cdr all) found)))))

    ;;> (code-soft-purge module-name)
    ;;> Forgets the old version unless a process is in it; whether it did.
    (define (code-soft-purge name)
      (let* ((slot (or (find-slot name) (refuse "code-soft-purge" 'undef name)))
             (old (slot-old slot)))
        (cond ((not old) #t)
              ((pair? (users old)) #f)
              (else (set-slot-old! slot #f) #t))))

    ;;> (code-purge module-name)
    ;;> Forgets the old version; kills the processes that are in it. Whether there were any.
    (define (code-purge name)
      (let* ((slot (or (find-slot name) (refuse "code-purge" 'undef name)))
             (old (slot-old slot))
             (victims (if old (users old) '())))
        (for-each (lambda (p) (exit p 'kill)) victims)
        (set-slot-old! slot #f)
        (pair? victims)))

    ;;> (code-delete module-name)
    ;;> Makes the current version old, without a new one.
    (define (code-delete name)
      (let ((slot (or (find-slot name) (refuse "code-delete" 'undef name))))
        (if (slot-old slot)
            #f
            (begin
              (set-slot-old! slot (slot-current slot))
              (set-slot-current! slot #f)
              #t))))))
