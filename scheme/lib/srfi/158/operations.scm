;; Generators made of generators.

;;> (gcons* obj ... generator)
;;> A generator of the objects and then of the generator's values.
(define (gcons* . arguments)
  (let ((rest (apply cons* arguments)))
    (lambda ()
      (if (pair? rest)
          (let ((next (car rest)))
            (set! rest (cdr rest))
            next)
          (rest)))))

;;> (gappend generator ...)
;;> A generator of the values of all, one generator after another.
(define (gappend . generators)
  (gflatten (list->generator generators)))

;;> (gflatten generator)
;;> A generator of the values of the generators that generator gives.
(define (gflatten generator)
  (let ((current (lambda () %end)))
    (lambda ()
      (let loop ()
        (if (eof-object? current)
            %end
            (let ((next (current)))
              (if (eof-object? next)
                  (begin
                    (set! current (generator))
                    (loop))
                  next)))))))

;;> (ggroup generator k [padding])
;;> A generator of lists of k values; the last may be shorter, or filled with padding.
(define (ggroup generator k 1 . padding)
  (lambda ()
    (let loop ((i 0) (group '()))
      (if (= i k)
          (reverse group)
          (let ((next (generator)))
            (cond ((not (eof-object? next)) (loop (+ i 1) (cons next group)))
                  ((= i 0) %end)
                  ((pair? padding)
                   (append-reverse group (make-list (- k i) (car padding))))
                  (else (reverse group))))))))

;;> (gmerge less? generator1 generator2 ...)
;;> A generator of the values of sorted generators, in order.
(define (gmerge less? generator . generators)
  (if (null? generators)
      generator
      (%merge-two less? generator (apply gmerge less? generators))))

(define (%merge-two less? left right)
  (let* ((nothing (list 'nothing)) (a nothing) (b nothing))
    (lambda ()
      (if (eq? a nothing) (set! a (left)))
      (if (eq? b nothing) (set! b (right)))
      (if (or (eof-object? b)
              (and (not (eof-object? a)) (not (less? b a))))
          (let ((next a))
            (if (not (eof-object? a)) (set! a nothing))
            next)
          (let ((next b))
            (set! b nothing)
            next)))))

;; The next values of the generators, or #f when one is at its end.
(define (%next-values generators)
  (let loop ((rest generators) (all '()))
    (if (null? rest)
        (reverse all)
        (let ((next ((car rest))))
          (and (not (eof-object? next))
               (loop (cdr rest) (cons next all)))))))

;;> (gmap proc generator1 generator2 ...)
;;> A generator of what proc returns for the values, up to the end of one generator.
(define (gmap proc generator . generators)
  (if (null? generators)
      (lambda ()
        (let ((next (generator)))
          (if (eof-object? next) next (proc next))))
      (let ((generators (cons generator generators)))
        (lambda ()
          (let ((all (%next-values generators)))
            (if all (apply proc all) %end))))))

;;> (gcombine proc seed generator1 generator2 ...)
;;> A generator of the first value of (proc value ... seed); the second is the next seed.
(define (gcombine proc seed generator . generators)
  (let ((generators (cons generator generators)))
    (lambda ()
      (let ((all (%next-values generators)))
        (if all
            (call-with-values
              (lambda () (apply proc (append all (list seed))))
              (lambda (next new-seed)
                (set! seed new-seed)
                next))
            %end)))))

;;> (gfilter pred generator)
;;> A generator of the values for which pred is true.
(define (gfilter pred generator)
  (lambda ()
    (let loop ()
      (let ((next (generator)))
        (if (or (eof-object? next) (pred next)) next (loop))))))

;;> (gremove pred generator)
;;> A generator of the values for which pred is false.
(define (gremove pred generator)
  (gfilter (lambda (obj) (not (pred obj))) generator))

;;> (gstate-filter proc seed generator)
;;> A generator of the values for which the first value of (proc value seed) is true; the
;;> second is the next seed.
(define (gstate-filter proc seed generator)
  (gfilter (lambda (obj)
             (call-with-values
               (lambda () (proc obj seed))
               (lambda (yes? new-seed)
                 (set! seed new-seed)
                 yes?)))
           generator))

;;> (gtake generator k [padding])
;;> A generator of the first k values, filled up with padding if that is given.
(define (gtake generator k 1 . padding)
  (let ((i 0) (padding (%option padding 0 %end)))
    (lambda ()
      (if (< i k)
          (let ((next (generator)))
            (set! i (+ i 1))
            (if (eof-object? next) padding next))
          %end))))

;;> (gdrop generator k)
;;> A generator of the values after the first k.
(define (gdrop generator k)
  (lambda ()
    (let loop ()
      (if (> k 0)
          (begin
            (set! k (- k 1))
            (if (eof-object? (generator)) %end (loop)))
          (generator)))))

;;> (gtake-while pred generator)
;;> A generator of the values before the first for which pred is false.
(define (gtake-while pred generator)
  (let ((done? #f))
    (lambda ()
      (if done?
          %end
          (let ((next (generator)))
            (if (and (not (eof-object? next)) (pred next))
                next
                (begin
                  (set! done? #t)
                  %end)))))))

;;> (gdrop-while pred generator)
;;> A generator of the values from the first on for which pred is false.
(define (gdrop-while pred generator)
  (let ((found? #f))
    (lambda ()
      (let loop ()
        (let ((next (generator)))
          (if (or found? (eof-object? next) (not (pred next)))
              (begin
                (set! found? #t)
                next)
              (loop)))))))

;;> (gdelete obj generator [same?])
;;> A generator of the values that are not the same as obj, by equal? if nothing else is
;;> said.
(define (gdelete obj generator 1 . same?)
  (let ((same? (%option same? 0 equal?)))
    (gremove (lambda (value) (same? obj value)) generator)))

;;> (gdelete-neighbor-dups generator [same?])
;;> A generator of the values that are not the same as the one before.
(define (gdelete-neighbor-dups generator 1 . same?)
  (let ((same? (%option same? 0 equal?)) (first? #t) (last #f))
    (gremove (lambda (value)
               (let ((drop? (and (not first?) (same? last value))))
                 (set! first? #f)
                 (if (not drop?) (set! last value))
                 drop?))
             generator)))

;;> (gindex values indexes)
;;> A generator of those values whose numbers the other generator gives, in rising order.
(define (gindex value-generator index-generator)
  (let ((at 0))
    (lambda ()
      (let ((index (index-generator)))
        (if (eof-object? index)
            %end
            (let loop ()
              (let ((next (value-generator)))
                (if (eof-object? next)
                    %end
                    (begin
                      (set! at (+ at 1))
                      (if (= (- at 1) index) next (loop)))))))))))

;;> (gselect values truths)
;;> A generator of those values beside which the other generator gives a true value.
(define (gselect value-generator truth-generator)
  (lambda ()
    (let loop ()
      (let ((next (value-generator)) (truth (truth-generator)))
        (cond ((or (eof-object? next) (eof-object? truth)) %end)
              (truth next)
              (else (loop)))))))
