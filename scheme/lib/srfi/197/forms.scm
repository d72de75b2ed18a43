;; The forms of SRFI 197.

;;> (chain initial [hole [dots]] (part ...) ...)
;;> Evaluates the steps in order, each with the values of the one before in its holes.
(define-syntax chain
  (syntax-rules ()
    ((_ initial (part ...) ...)
     (run-steps _ (... ...) initial (part ...) ...))
    ((_ initial hole (part ...) ...)
     (run-steps hole (... ...) initial (part ...) ...))
    ((_ initial hole dots (part ...) ...)
     (run-steps hole dots initial (part ...) ...))))

;;> (chain-and initial [hole] (part ...) ...)
;;> The same with one value, up to a step whose value is #f.
(define-syntax chain-and
  (syntax-rules ()
    ((_ initial (part ...) ...) (chain-true _ initial (part ...) ...))
    ((_ initial hole (part ...) ...)
     (chain-true hole initial (part ...) ...))))

(define-syntax chain-true
  (syntax-rules ()
    ((_ hole value) value)
    ((_ hole initial step . steps)
     (let ((value initial))
       (and value
            (chain-true hole ((step->procedure hole (... ...) step) value)
                        . steps))))))

;;> (chain-when initial [hole] ([guard] (part ...)) ...)
;;> The same with one value; steps whose guard is #f are left out.
(define-syntax chain-when
  (syntax-rules ()
    ((_ initial (part ...) ...) (chain-guarded _ initial (part ...) ...))
    ((_ initial hole (part ...) ...)
     (chain-guarded hole initial (part ...) ...))))

(define-syntax chain-guarded
  (syntax-rules ()
    ((_ hole value) value)
    ((_ hole initial (step) . more)
     (chain-guarded hole ((step->procedure hole (... ...) step) initial)
                    . more))
    ((_ hole initial (guard step) . more)
     (let ((value initial))
       (chain-guarded hole
                      (if guard
                          ((step->procedure hole (... ...) step) value)
                          value)
                      . more)))))

;;> (chain-lambda [hole [dots]] (part ...) ...)
;;> A procedure whose arguments go into the holes of the first step.
(define-syntax chain-lambda
  (syntax-rules ()
    ((_ (part ...) ...) (steps-procedure _ (... ...) (part ...) ...))
    ((_ hole (part ...) ...)
     (steps-procedure hole (... ...) (part ...) ...))
    ((_ hole dots (part ...) ...)
     (steps-procedure hole dots (part ...) ...))))

(define-syntax steps-procedure
  (syntax-rules ()
    ((_ hole dots step . steps)
     (let ((first (step->procedure hole dots step)))
       (lambda arguments
         (run-steps hole dots (apply first arguments) . steps))))))

;;> (nest [hole] (part ...) ... initial)
;;> The first step, with the second in its hole, and so on; initial in the last.
(define-syntax nest
  (syntax-rules ()
    ((_ (part ...) ... last) (nest-steps _ () (part ...) ... last))
    ((_ hole (part ...) ... last) (nest-steps hole () (part ...) ... last))))

(define-syntax nest-steps
  (syntax-rules ()
    ((_ hole reversed initial) (nest-onto hole initial . reversed))
    ((_ hole reversed step . more)
     (nest-steps hole (step . reversed) . more))))

;;> (nest-reverse initial [hole] (part ...) ...)
;;> The same with the steps in the order of chain.
(define-syntax nest-reverse
  (syntax-rules ()
    ((_ initial (part ...) ...) (nest-onto _ initial (part ...) ...))
    ((_ initial hole (part ...) ...)
     (nest-onto hole initial (part ...) ...))))
