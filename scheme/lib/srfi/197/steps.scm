;; The steps of pipelines.  The helper macros are made anew for each use, with the hole
;; that the user chose among their literals.

;; A procedure of the values that come in: a parameter for each hole of the step.
(define-syntax step->procedure
  (syntax-rules ()
    ((_ hole dots step)
     (letrec-syntax
         ((walk
           (syntax-rules ::: (hole dots)
             ((walk () made ()) (lambda ignored made))
             ((walk () made (variable :::)) (lambda (variable :::) made))
             ((walk (hole dots) (made :::) (variable :::))
              (lambda (variable ::: . others) (apply made ::: others)))
             ((walk (hole dots . more) made variables)
              (syntax-error "a hole for all values must come last" step))
             ((walk (hole . more) (made :::) (variable :::))
              (walk more (made ::: value) (variable ::: value)))
             ((walk (part . more) (made :::) variables)
              (walk more (made ::: part) variables)))))
       (walk step () ())))))

;; The steps one after another, the first with the values of initial.
(define-syntax run-steps
  (syntax-rules ()
    ((_ hole dots initial) initial)
    ((_ hole dots initial step . steps)
     (run-steps hole dots
                (call-with-values (lambda () initial)
                  (step->procedure hole dots step))
                . steps))))

;; An expression put into the hole of a step, that into the hole of the next, and so on.
;; What the user wrote goes through the helper as its operands: in its templates it would
;; keep the meaning that names have here, outside of the steps that bind them.
(define-syntax nest-onto
  (syntax-rules ()
    ((_ hole expression) expression)
    ((_ hole expression step . outer)
     (letrec-syntax
         ((walk
           (syntax-rules ::: (hole)
             ((walk placeholder () parts inner others)
              (syntax-error "a step without a hole" parts))
             ((walk placeholder (hole . more) (part :::) inner others)
              (nest-onto placeholder (part ::: inner . more) . others))
             ((walk placeholder (next . more) (part :::) inner others)
              (walk placeholder more (part ::: next) inner others)))))
       (walk hole step () expression outer)))))
