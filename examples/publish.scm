;; A content pipeline as a durable flow.
;;
;; A text is written; then a person reviews it while its spelling is checked;
;; then it is published and announced, or its author hears why not. The review
;; may take weeks: the process ends meanwhile, and the command that this script
;; prints goes on from there. Every node prints a line and no line is shown
;; twice; what must be done once only is a step.
(import (scheme base) (scheme write) (fermata flow) (fermata flow tell))

(define (say . parts)
  (for-each display parts)
  (newline))

(define (write-draft topic)
  (say "writing about " topic)
  (string-append "All about " topic ", and teh rest."))

;; Waits for the reviewer: (approved . comment) or (rejected . comment).
(define (review draft)
  (suspend 'review))

(define (spell-check draft)
  (say "checking the spelling")
  (if (string=? draft "") '() '("teh")))

;; Both results arrive as a list, in the order of the branches.
(define (approved? results)
  (eq? (car (car results)) 'approved))

(define (publish results)
  (let ((comment (cdr (car results))))
    (step 'publish
          (lambda () (say "publishing; the reviewer says: " comment)))
    (list 'published comment 'misspelt (cadr results))))

(define (federate article)
  (say "telling the other sites")
  article)

(define (notify-author results)
  (say "telling the author: " (cdr (car results)))
  (list 'rejected (cdr (car results))))

(defflow pipeline
  (sequence write-draft
            (parallel review spell-check)
            (branch approved?
                    (sequence publish federate)
                    notify-author)))

(define outcome (flow/start pipeline "fermatas"))

(let ((id (flow-suspended-id outcome)))
  (say id " is suspended; it waits for " (flow-suspended-tag outcome))
  (say "Resume it, now or next year, with")
  (say "  " (flow-resume-command id #f "'(approved . \"looks good\")'")))
