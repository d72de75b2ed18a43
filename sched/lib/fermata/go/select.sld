;; select: the first of several channels that is ready.
;;
;; A select is a vector #(answer queue datum ...), as waitq-select! of the kit wants it: what
;; is waited in, and what is brought. The kit chooses and waits in one step; what is ready is
;; then taken, or the choice is made anew when another task was quicker.
(define-library (fermata go select)
  (export select select-cases case-recv case-send case-after
          ;; what select expands into
          choose! received received-ok? recv-queue send-queue time-after)
  (import (scheme base) (fermata sched) (fermata go channel) (fermata go fields)
          (fermata go select-compiler)
          (only (fermata builtins) er-macro-transformer))
  (begin

    ;;> (select clause ...)
    ;;> Does what one of the clauses says, as soon as it can be done, and gives the value of
    ;;> the clause's body; of several that can be done, any by the scheduler's seed. Clauses:
    ;;> ((recv chan [variable [ok]]) body ...), ((send chan value) body ...),
    ;;> ((after seconds) body ...), and (default body ...) for when nothing can be done now.
    (define-syntax select
      (er-macro-transformer
       (lambda (form rename compare)
         (compile-select (cdr form) rename))))

    ;; The number of the case that happened, whose value, if any, is then the first element
    ;; of the vector; #f when none can and one must not wait.
    (define (choose! cases wait?)
      (let ((i (waitq-select! cases wait?)))
        (cond ((not i) #f)
              ((< i 0) (woken cases (- -1 i)))
              (else
               (let* ((q (vector-ref cases (+ (* 2 i) 1)))
                      (c (waitq-owner q)))
                 (if (eq? q (chan-receivers c))
                     (let ((v (take! c)))
                       (if (eq? v nothing-there)
                           (choose! cases wait?)
                           (begin
                             (vector-set! cases 0 v)
                             i)))
                     (if (put! c (vector-ref cases (+ (* 2 i) 2)))
                         i
                         (choose! cases wait?))))))))

    ;; Somebody came; or the channel was closed, which a sender must not bear.
    (define (woken cases i)
      (let ((q (vector-ref cases (+ (* 2 i) 1))))
        (if (and (eq? (vector-ref cases 0) closed-mark)
                 (not (eq? q (chan-receivers (waitq-owner q)))))
            (send-on-closed)
            i)))

    (define (received cases)
      (let ((v (vector-ref cases 0)))
        (if (eq? v closed-mark) #f v)))
    (define (received-ok? cases)
      (not (eq? (vector-ref cases 0) closed-mark)))

    ;; ---- cases made at run time

    (define-record-type <case>
      (make-case queue datum kind)
      case?
      (queue case-queue)
      (datum case-datum)
      (kind case-kind))

    ;;> (case-recv chan)
    ;;> For select-cases: receiving from the channel.
    (define (case-recv c) (make-case (recv-queue c) #f 'recv))

    ;;> (case-send chan obj)
    ;;> For select-cases: sending obj.
    (define (case-send c v) (make-case (send-queue c) v 'send))

    ;;> (case-after seconds)
    ;;> For select-cases: so much time has passed.
    (define (case-after seconds) (make-case (time-after seconds) #f 'after))

    ;;> (select-cases cases [default?])
    ;;> Selects among a list of cases. Three values: the number of the one that happened,
    ;;> what it received, and whether that was sent. With a true default? it does not wait:
    ;;> the number is #f when nothing can be done.
    (define (select-cases cases . default?)
      (let* ((cases (list->vector cases))
             (count (vector-length cases))
             (slots (make-vector (+ (* 2 count) 1) #f)))
        (let fill ((i 0))
          (if (< i count)
              (let ((each (vector-ref cases i)))
                (if (not (case? each))
                    (refuse 'wrong-type
                            "select-cases: every case must be made by case-recv, case-send or case-after, got"
                            each))
                (vector-set! slots (+ (* 2 i) 1) (case-queue each))
                (vector-set! slots (+ (* 2 i) 2) (case-datum each))
                (fill (+ i 1)))))
        (let ((i (choose! slots (not (and (pair? default?) (car default?))))))
          (if (and i (eq? (case-kind (vector-ref cases i)) 'recv))
              (values i (received slots) (received-ok? slots))
              (values i #f #f)))))))
