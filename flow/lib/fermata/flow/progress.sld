;; How far a long step is: kept in the store beside the journal, the last word
;; only. It is news from the world, so no flow looks at it, only the step itself.
(define-library (fermata flow progress)
  (export progress-place current-progress progress-of tell-progress told-progress)
  (import (scheme base)
          (fermata flow journals) (fermata flow run))
  (begin

    ;; In a step: #(run place), or #f.
    (define current-progress (make-parameter #f))

    ;; Where the step that comes next keeps its progress, over all its runs.
    (define (progress-place name)
      (and (in-flow?)
           (let ((strand (here)))
             (string-append (symbol->string name) " " (strand-path strand) "#"
                            (number->string (strand-ordinal strand))))))

    (define (progress-of run place) (and place (vector run place)))

    (define (tell-progress progress)
      (let ((mine (current-progress)))
        (if mine
            (let ((run (vector-ref mine 0)))
              (if (%flow-beat! (run-journal run) (vector-ref mine 1) progress)
                  (ring! run))))))

    ;; A list of what was told last, or #f.
    (define (told-progress)
      (let ((mine (current-progress)))
        (and mine
             (%flow-last-beat (run-journal (vector-ref mine 0)) (vector-ref mine 1)))))))
