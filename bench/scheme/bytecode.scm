;; A stack machine: instructions are small numbers in a vector, chosen by `case`.
(import (scheme base) (scheme write))

(define (run code)
  (let ((stack (make-vector 64 0))
        (locals (make-vector 8 0)))
    (let loop ((pc 0) (sp 0))
      (define (operand) (vector-ref code (+ pc 1)))
      (case (vector-ref code pc)
        ((0) (vector-ref stack (- sp 1)))                            ; halt
        ((1) (vector-set! stack sp (operand)) (loop (+ pc 2) (+ sp 1)))
        ((2) (vector-set! stack sp (vector-ref locals (operand)))
             (loop (+ pc 2) (+ sp 1)))
        ((3) (vector-set! locals (operand) (vector-ref stack (- sp 1)))
             (loop (+ pc 2) (- sp 1)))
        ((4) (vector-set! stack (- sp 2)
                          (+ (vector-ref stack (- sp 2)) (vector-ref stack (- sp 1))))
             (loop (+ pc 1) (- sp 1)))
        ((5) (vector-set! stack (- sp 2)
                          (- (vector-ref stack (- sp 2)) (vector-ref stack (- sp 1))))
             (loop (+ pc 1) (- sp 1)))
        ((6) (vector-set! stack (- sp 2)
                          (modulo (* (vector-ref stack (- sp 2)) (vector-ref stack (- sp 1)))
                                  1000003))
             (loop (+ pc 1) (- sp 1)))
        ((7) (if (= 0 (vector-ref stack (- sp 1)))                   ; jump if zero
                 (loop (operand) (- sp 1))
                 (loop (+ pc 2) (- sp 1))))
        ((8) (loop (operand) sp))
        (else (error "no such instruction" pc))))))

;; sum = 1; until n = 0: sum = sum * 3 + n, n = n - 1
(define (make-program n)
  (list->vector
   (append (list 1 n 3 0 1 1 3 1)        ; 0
           (list 2 0 7 31)               ; 8
           (list 2 1 1 3 6 2 0 4 3 1)    ; 12
           (list 2 0 1 1 5 3 0)          ; 22
           (list 8 8)                    ; 29
           (list 2 1 0))))               ; 31

(display "bytecode: ")
(display (run (make-program 500000)))
(newline)
