;; Lists that grow at their end, for what a run keeps in order: thousands of branches
;; may wait at once, so putting in and taking out must not copy.
(define-library (fermata flow fifo)
  (export make-fifo fifo-put! fifo-take! fifo-take-all! fifo-empty? fifo-list fifo-remove!)
  (import (scheme base))
  (begin

    ;; first: the list; last: its last pair, when there is one.
    (define-record-type <fifo> (%make-fifo first last) fifo?
      (first fifo-list set-first!)
      (last fifo-last set-last!))

    (define (make-fifo) (%make-fifo '() #f))
    (define (fifo-empty? fifo) (null? (fifo-list fifo)))

    (define (fifo-put! fifo obj)
      (let ((new (list obj)))
        (if (fifo-empty? fifo)
            (set-first! fifo new)
            (set-cdr! (fifo-last fifo) new))
        (set-last! fifo new)))

    ;; Requires: it is not empty.
    (define (fifo-take! fifo)
      (let ((obj (car (fifo-list fifo))))
        (set-first! fifo (cdr (fifo-list fifo)))
        obj))

    ;; The list of all that was in it.
    (define (fifo-take-all! fifo)
      (let ((all (fifo-list fifo)))
        (set-first! fifo '())
        all))

    ;; Takes out the first that is wanted, if there is one.
    (define (fifo-remove! fifo wanted?)
      (let loop ((before #f) (rest (fifo-list fifo)))
        (cond ((null? rest) #f)
              ((not (wanted? (car rest))) (loop rest (cdr rest)))
              (else
               (if before
                   (set-cdr! before (cdr rest))
                   (set-first! fifo (cdr rest)))
               (if (null? (cdr rest)) (set-last! fifo before))))))))
