;; The fields of (fermata erlang records), as syntax: an instruction each, where a call of an
;; accessor takes four times as long and is a place where a turn may end.
(define-library (fermata erlang fields)
  (export is-process? is-reference?
          process-node process-mailbox process-task set-process-task!
          process-reason set-process-reason! process-links set-process-links!
          process-watchers set-process-watchers! process-watching
          set-process-watching! process-trap? set-process-trap!
          process-name set-process-name! process-dictionary
          set-process-dictionary! process-timers set-process-timers!
          process-paused? set-process-paused! process-start set-process-start!
          node-scheduler node-names node-gate set-node-gate!
          node-on-crash set-node-on-crash!
          reference-kind reference-owner reference-target set-reference-target!
          reference-detail set-reference-detail!)
  (import (scheme base) (fermata erlang records)
          (only (fermata builtins)
                er-macro-transformer %record? %record-ref %record-set!))
  (begin

    (define-syntax define-test
      (syntax-rules ()
        ((_ type name)
         (define-syntax name
           (er-macro-transformer
            (lambda (form rename compare)
              (list (rename '%record?) (cadr form) (list (rename 'quote) type))))))))

    (define-syntax define-field
      (syntax-rules ()
        ((_ type index get)
         (define-syntax get
           (er-macro-transformer
            (lambda (form rename compare)
              (list (rename '%record-ref) (cadr form)
                    (list (rename 'quote) type) index)))))
        ((_ type index get set)
         (begin
           (define-field type index get)
           (define-syntax set
             (er-macro-transformer
              (lambda (form rename compare)
                (list (rename '%record-set!) (cadr form)
                      (list (rename 'quote) type) index (car (cddr form))))))))))

    (define-test <process> is-process?)
    (define-test <reference> is-reference?)

    (define-field <process> 1 process-node)
    (define-field <process> 2 process-mailbox)
    (define-field <process> 3 process-task set-process-task!)
    (define-field <process> 4 process-reason set-process-reason!)
    (define-field <process> 5 process-links set-process-links!)
    (define-field <process> 6 process-watchers set-process-watchers!)
    (define-field <process> 7 process-watching set-process-watching!)
    (define-field <process> 8 process-trap? set-process-trap!)
    (define-field <process> 9 process-name set-process-name!)
    (define-field <process> 10 process-dictionary set-process-dictionary!)
    (define-field <process> 11 process-timers set-process-timers!)
    (define-field <process> 12 process-paused? set-process-paused!)
    (define-field <process> 13 process-start set-process-start!)

    (define-field <node> 1 node-scheduler)
    (define-field <node> 2 node-names)
    (define-field <node> 3 node-gate set-node-gate!)
    (define-field <node> 4 node-on-crash set-node-on-crash!)

    (define-field <reference> 1 reference-kind)
    (define-field <reference> 2 reference-owner)
    (define-field <reference> 3 reference-target set-reference-target!)
    (define-field <reference> 4 reference-detail set-reference-detail!)))
