(define-library (data other-name) (export))
