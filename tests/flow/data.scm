;; What a journal keeps beside plain data: records of declared types, and secrets.
(import (scheme base) (scheme write) (srfi 64) (fermata flow))

(use-flow-store! "memory:")
(define-syntax raised-message
  (syntax-rules ()
    ((_ body ...) (guard (e ((error-object? e) (error-object-message e))) body ...))))
(define (shown obj)
  (let ((port (open-output-string))) (write obj port) (get-output-string port)))

(test-begin "data")

;; ---- records

(define-record-type <point> (make-point x y) point? (x point-x set-point-x!) (y point-y))
(define-record-type <line> (make-line from to) line? (from line-from) (to line-to))
(define-record-type <other> (make-other x) other? (x other-x))
(define-flow-record point <point>)
(define-flow-record line <line>)

(defflow moving
  (lambda (p)
    (let ((line (step 'move (lambda () (make-line p (make-point 3 (list p 4)))))))
      (list (point-x p) line (suspend 'more)))))
(define id (flow-suspended-id (flow/start moving (make-point 1 2))))
(flow-evict!)
(define result (flow/resume id (vector (make-point 7 8))))
(test-equal "records are kept, in records, lists and vectors" '(1 #t 1 (2 4) 7)
  (let ((line (cadr result)))
    (list (car result) (line? line) (point-x (line-from line))
          (list (point-y (car (point-y (line-to line)))) (cadr (point-y (line-to line))))
          (point-x (vector-ref (list-ref result 2) 0)))))
(test-equal "and are there when they are asked for later" '(1 3)
  (let ((line (cadr (flow/result id)))) (list (point-x (line-from line)) (point-x (line-to line)))))
(defflow turning
  (lambda (x)
    (let ((p (step 'knot (lambda () (let ((p (make-point #f 1))) (set-point-x! p (list p)) p)))))
      (suspend 'go)
      (eq? p (car (point-x p))))))
(test-equal "also around a circle" #t
  (let ((id (flow-suspended-id (flow/start turning 0))))
    (flow-evict!)
    (flow/resume id 0)))
(test-equal "other records are refused"
  "the input of the flow cannot be stored, it is no plain data: (list-ref it 1): #<other x: 5>"
  (raised-message (flow/start moving (list 1 (make-other 5)))))
(test-equal "and what is in a record"
  "the input of the flow cannot be stored, it is no plain data: field 2 of it: #<other x: 5>"
  (raised-message (flow/start moving (make-point 1 (make-other 5)))))
(test-equal "a name wants a type" "define-flow-record: five wants a record type, got 5"
  (raised-message (let () (define-flow-record five 5) 1)))

;; ---- secrets

(test-equal "a secret is not shown" "#<secret>" (shown (secret "swordfish")))
(test-equal "but there" '("swordfish" #t #f)
  (let ((s (secret "swordfish"))) (list (secret-value s) (secret? s) (secret? "swordfish"))))
(test-equal "without a key it is not stored"
  "the input of the flow cannot be stored, it is no plain data: a secret cannot be stored, there is no key: set FERMATA_KEY_FILE or FERMATA_KEY"
  (raised-message (flow/start moving (secret "swordfish"))))

(test-end "data")
