;; The records of (fermata erlang): processes, nodes, references.  What can be done with their
;; fields stands in (fermata erlang fields).
(define-library (fermata erlang records)
  (export <process> %make-process process? process-id
          <node> %make-node node? node-name
          <reference> make-reference reference? reference-id)
  (import (scheme base))
  (begin

    ;;> (process? obj)
    ;;> Whether obj is a process, one that has ended too.
    ;;
    ;;> (process-id process)
    ;;> Its number, an exact integer that no other process has.
    ;;
    ;; Fields from the first % on are not printed.
    (define-record-type <process>
      (%make-process id %node %mailbox %task %reason %links %watchers %watching
                     %trap? %name %dictionary %timers %paused? %start)
      process?
      (id process-id)
      (%node %node)
      (%mailbox %mailbox)
      (%task %task)
      (%reason %reason)          ; once it has ended
      (%links %links)            ; bag of processes
      (%watchers %watchers)      ; bag: references on this process
      (%watching %watching)      ; bag: references made by it
      (%trap? %trap?)
      (%name %name)              ; or #f
      (%dictionary %dictionary)  ; hash table or #f
      (%timers %timers)          ; bag of timer references
      (%paused? %paused?)
      (%start %start))           ; the procedure it began with

    ;;> (node? obj)
    ;;> Whether obj is a node.
    ;;
    ;;> (node-name node)
    ;;> What make-node was given; nonode for the node that a scheduler begins with.
    ;;
    ;; What the processes of one scheduler share.
    (define-record-type <node>
      (%make-node name %scheduler %names %gate %on-crash)
      node?
      (name node-name)
      (%scheduler %scheduler)
      (%names %names)            ; a pair whose cdr is an association list
      (%gate %gate)              ; of new processes: see (fermata erlang mailbox)
      (%on-crash %on-crash))     ; who is told of crashes, or #f

    ;;> (reference? obj)
    ;;> Whether obj is a reference: one of make-ref, of a monitor or of a timer.
    ;;
    ;; One of: a reference (kind #f), a monitor, an alias, a timer.
    (define-record-type <reference>
      (make-reference id %kind %owner %target %detail)
      reference?
      (id reference-id)
      (%kind %kind)
      (%owner %owner)
      (%target %target)
      (%detail %detail))))
