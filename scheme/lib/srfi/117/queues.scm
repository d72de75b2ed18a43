;; The procedures of SRFI 117.

;;> (list-queue? obj)
;;> Whether obj is a list queue.
;;
;;> (list-queue-list queue)
;;> The list of the elements, which is part of the queue.
(define-record-type list-queue-record
  (make-queue list last)
  list-queue?
  (list list-queue-list set-list!)
  (last queue-last set-last!))           ; the last pair, or ()

;; The last pair of the list, or ().
(define (last-pair-of list)
  (if (pair? list)
      (let loop ((at list))
        (if (pair? (cdr at)) (loop (cdr at)) at))
      '()))

(define (check-filled who queue)
  (if (list-queue-empty? queue)
      (error (string-append who ": the queue is empty") queue)))

;;> (make-list-queue list [last])
;;> A queue of the elements of list, which becomes part of it; last is its last pair.
(define (make-list-queue list 1 . last)
  (if (not (list? list))
      (%wrong-type 'make-list-queue 1 "a proper list" list))
  (make-queue list (if (pair? last) (car last) (last-pair-of list))))

;;> (list-queue obj ...)
;;> A queue of the objects.
(define (list-queue . objects) (make-list-queue objects))

;;> (list-queue-copy queue)
;;> A queue of the same elements, with a list of its own.
(define (list-queue-copy queue)
  (make-list-queue (list-copy (list-queue-list queue))))

;; The mapped seeds up to the one that stops, last first.
(define (unfolded stop? mapper successor seed)
  (let loop ((seed seed) (results '()))
    (if (stop? seed)
        results
        (loop (successor seed) (cons (mapper seed) results)))))

;;> (list-queue-unfold stop? mapper successor seed [queue])
;;> Puts (mapper seed), for seed, (successor seed) and so on up to the one for which stop?
;;> is true, in this order before the elements of queue, or into a new one.
(define (list-queue-unfold stop? mapper successor seed 1 . queue)
  (let ((queue (if (pair? queue) (car queue) (list-queue))))
    (for-each (lambda (element) (list-queue-add-front! queue element))
              (unfolded stop? mapper successor seed))
    queue))

;;> (list-queue-unfold-right stop? mapper successor seed [queue])
;;> The same, in the opposite order behind the elements of queue.
(define (list-queue-unfold-right stop? mapper successor seed 1 . queue)
  (let ((queue (if (pair? queue) (car queue) (list-queue))))
    (for-each (lambda (element) (list-queue-add-back! queue element))
              (unfolded stop? mapper successor seed))
    queue))

;;> (list-queue-empty? queue)
;;> Whether the queue has no elements.
(define (list-queue-empty? queue) (null? (list-queue-list queue)))

;;> (list-queue-front queue)
;;> The first element.
(define (list-queue-front queue)
  (check-filled "list-queue-front" queue)
  (car (list-queue-list queue)))

;;> (list-queue-back queue)
;;> The last element.
(define (list-queue-back queue)
  (check-filled "list-queue-back" queue)
  (car (queue-last queue)))

;;> (list-queue-first-last queue)
;;> Two values: the first pair of the queue's list and the last, or () and ().
(define (list-queue-first-last queue)
  (values (list-queue-list queue) (queue-last queue)))

;;> (list-queue-set-list! queue list [last])
;;> Makes list the queue's list; last is its last pair.
(define (list-queue-set-list! queue list 1 . last)
  (set-list! queue list)
  (set-last! queue (if (pair? last) (car last) (last-pair-of list))))

;;> (list-queue-add-front! queue obj)
;;> Puts obj before the first element.
(define (list-queue-add-front! queue obj)
  (set-list! queue (cons obj (list-queue-list queue)))
  (if (null? (queue-last queue))
      (set-last! queue (list-queue-list queue))))

;;> (list-queue-add-back! queue obj)
;;> Puts obj behind the last element.
(define (list-queue-add-back! queue obj)
  (let ((pair (list obj)))
    (if (list-queue-empty? queue)
        (set-list! queue pair)
        (set-cdr! (queue-last queue) pair))
    (set-last! queue pair)))

;;> (list-queue-remove-front! queue)
;;> Takes the first element away and returns it.
(define (list-queue-remove-front! queue)
  (check-filled "list-queue-remove-front!" queue)
  (let ((pair (list-queue-list queue)))
    (set-list! queue (cdr pair))
    (if (null? (cdr pair)) (set-last! queue '()))
    (car pair)))

;;> (list-queue-remove-back! queue)
;;> Takes the last element away and returns it; walks along the queue.
(define (list-queue-remove-back! queue)
  (check-filled "list-queue-remove-back!" queue)
  (let ((last (queue-last queue)) (first (list-queue-list queue)))
    (if (eq? first last)
        (list-queue-set-list! queue '() '())
        (let loop ((at first))
          (if (eq? (cdr at) last)
              (begin
                (set-cdr! at '())
                (set-last! queue at))
              (loop (cdr at)))))
    (car last)))

;;> (list-queue-remove-all! queue)
;;> Takes all elements away and returns the list of them.
(define (list-queue-remove-all! queue)
  (let ((list (list-queue-list queue)))
    (list-queue-set-list! queue '() '())
    list))

;;> (list-queue-append queue ...)
;;> A new queue of the elements of all of them.
(define (list-queue-append . queues) (list-queue-concatenate queues))

;;> (list-queue-concatenate queues)
;;> A new queue of the elements of the queues in a list.
(define (list-queue-concatenate queues)
  (make-list-queue
   (list-copy (apply append (map list-queue-list queues)))))

;;> (list-queue-append! queue ...)
;;> A queue of the elements of all of them, which takes over their lists.
(define (list-queue-append! . queues)
  (let ((result (list-queue)))
    (for-each
     (lambda (queue)
       (if (not (list-queue-empty? queue))
           (begin
             (if (list-queue-empty? result)
                 (set-list! result (list-queue-list queue))
                 (set-cdr! (queue-last result) (list-queue-list queue)))
             (set-last! result (queue-last queue)))))
     queues)
    result))

;;> (list-queue-map proc queue)
;;> A new queue of what proc returns for the elements.
(define (list-queue-map proc queue)
  (make-list-queue (map proc (list-queue-list queue))))

;;> (list-queue-map! proc queue)
;;> Puts what proc returns in place of each element.
(define (list-queue-map! proc queue)
  (let loop ((at (list-queue-list queue)))
    (if (pair? at)
        (begin
          (set-car! at (proc (car at)))
          (loop (cdr at))))))

;;> (list-queue-for-each proc queue)
;;> Calls proc on the elements, in order, for its effects.
(define (list-queue-for-each proc queue)
  (for-each proc (list-queue-list queue)))
