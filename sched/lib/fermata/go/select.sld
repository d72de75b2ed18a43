;; select: the first of several channels that is ready.
;;
;; A select is a vector, as place-select! of the kit wants it, which does one of the things
;; in it or waits for all, in one step.
(define-library (fermata go select)
  (export select select-cases case-recv case-send case-after
          ;; what select expands into
          choose! received received-ok? time-after)
  (import (scheme base) (fermata sched) (fermata go channel)
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
      (let ((i (place-select! cases wait?)))
        (cond ((eq? i #t) (complain cases 1))
              ((eq? (vector-ref cases 0) closed-mark)
               ;; A sender must not meet a closed channel.
               (if (and i (not (eq? (vector-ref cases (+ (* 2 i) 1)) #t)))
                   (send-on-closed)
                   i))
              (else i))))

    ;; Raises what is wrong with the first of the cases that is no good.
    (define (complain cases i)
      (let* ((a (vector-ref cases i))
             (c (if (eq? a #t) (vector-ref cases (+ i 1)) a)))
        (if (and c (not (null? a))) (check-chan "select" c))
        (complain cases (+ i 2))))

    (define (received cases)
      (let ((v (vector-ref cases 0)))
        (if (eq? v closed-mark) #f v)))
    (define (received-ok? cases)
      (not (eq? (vector-ref cases 0) closed-mark)))

    ;; ---- cases made at run time

    (define-record-type <case>
      (make-case first second)
      case?
      (first case-first)       ; as place-select! wants them
      (second case-second))

    ;;> (case-recv chan)
    ;;> For select-cases: receiving from the channel.
    (define (case-recv c) (make-case #t c))

    ;;> (case-send chan obj)
    ;;> For select-cases: sending obj.
    (define (case-send c v) (make-case c v))

    ;;> (case-after seconds)
    ;;> For select-cases: so much time has passed.
    (define (case-after seconds) (make-case '() (time-after seconds)))

    ;;> (select-cases cases [default?])
    ;;> Selects among a list of cases. Three values: the number of the one that happened,
    ;;> what it received, and whether that was sent. With a true default? it does not wait:
    ;;> the number is #f when nothing can be done.
    (define (select-cases cases 1 . default?)
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
                (vector-set! slots (+ (* 2 i) 1) (case-first each))
                (vector-set! slots (+ (* 2 i) 2) (case-second each))
                (fill (+ i 1)))))
        (let ((i (choose! slots (not (and (pair? default?) (car default?))))))
          (if (and i (eq? (case-first (vector-ref cases i)) #t))
              (values i (received slots) (received-ok? slots))
              (values i #f #f)))))))
