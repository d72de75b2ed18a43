;; An order as a saga: what was done is undone when a later part fails.
;;
;; Stock is reserved and the card charged at the same time; then somebody packs
;; the parcel, or finds that it cannot be packed:
;;   fermata flow resume ID packed     or     fermata flow resume ID broken
;; In the second case the charge is refunded and the stock given back, each as a
;; step of its own, even if the process dies in between, or the flow is cancelled.
(import (scheme base) (scheme write) (fermata flow) (fermata flow tell))

(define (say . parts)
  (for-each display parts)
  (newline))

;; The key is the same when the step has to run again: a payment service
;; recognises the request by it.
(define (charge order)
  (step 'charge
        (lambda ()
          (say "charging " (cadr order))
          (list 'receipt (cadr order)))
        'undo (lambda (receipt) (say "refunding " (cadr receipt)))))

(define (reserve order)
  (step 'reserve
        (lambda ()
          (say "reserving " (car order))
          (car order))
        'undo (lambda (item) (say "giving back " item))))

(define (pack results)
  (if (eq? (suspend 'packing) 'packed)
      (cons 'shipped results)
      (error "the parcel could not be packed")))

(defflow order
  (try-catch (saga (sequence (parallel reserve charge) pack))
             (lambda (problem) (fail (error-object-message problem)))))

(flow/tell (flow/start order '(teapot 30)))
