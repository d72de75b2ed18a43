;; Sending to whom the program names, making references.

;;> (! destination message)
;;> Sends the message to a process, to a registered name, or to (name node), and returns
;;> it. A process that has ended swallows it. Messages are shared, not copied: what will
;;> be changed afterwards has to be copied before.
(define (! to message)
  (if (is-process? to)
      (let ((box (process-mailbox to)))
        (if (and (eq? (mailbox-state box) #t) (mailbox-has-room? box))
            (put-last! box message)
            (send box message)))
      (send-to-name to message))
  message)

(define (find-name node name)
  (let ((found (assq name (cdr (node-names node)))))
    (and found (cdr found))))

;; How (name node) is found; set by what knows other nodes.
(define resolve-name (lambda (to) #f))
(define (set-name-resolver! proc) (set! resolve-name proc))

(define (send-to-name to message)
  (if (symbol? to)
      (let ((p (find-name (node-self) to)))
        (if p (! p message) (refuse "!" 'badarg to)))
      (let ((send (resolve-name to)))
        (if send (send message) (refuse "!" 'badarg to)))))

;;> (make-ref)
;;> A reference that equals no other. A receive whose patterns all want it begins with the
;;> messages that came after it was made.
(define (make-ref)
  (let* ((box (%mailbox))
         (ref (make-reference (next-id) #f #f #f #f)))
    (note-reference! box ref)
    ref))
