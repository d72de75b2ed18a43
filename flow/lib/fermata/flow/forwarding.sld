;; Letters that are sent on to where a flow is now; see delegation.sld.
;;
;; Some stay in the inbox of the old place: a peer cannot read what this computer sealed, and a
;; letter may be larger than a message. They are unread when the flow comes back.
(define-library (fermata flow forwarding)
  (export send-letters)
  (import (scheme base) (fermata flow builtins) (fermata flow moving))
  (begin

    ;; Sends letters that wait in the inbox of a flow. say: a procedure of a list of letters that
    ;; gives what the peer answers. A list: the answer, or #f when there is nothing to be sent;
    ;; the letters that were sent; and why others stay, a text, or "".
    (define (send-letters store id say)
      (let* ((letters (some-letters store id)) (good (keep readable? letters))
             (why (if (= (length good) (length letters))
                      ""
                      "a message that holds a secret stays here")))
        (let send ((rest good) (count (min most (length good))) (why why))
          (if (null? rest)
              (list #f '() why)
              (let* ((some (first-of count rest)) (answer (say some)))
                (cond ((not (equal? answer '(refused too-large))) (list answer some why))
                      ((> count 1) (send rest (quotient count 2) why))
                      (else
                       (send (cdr rest) (min most (length (cdr rest)))
                             "a message that is too large stays here"))))))))

    (define most 50)

    ;; So many that one is among them that can be sent, if there is one.
    (define (some-letters store id)
      (let ask ((count most))
        (let ((letters (%flow-inbox store id count)))
          (if (and (= (length letters) count) (null? (keep readable? letters)))
              (ask (* 4 count))
              letters))))

    (define (readable? letter) (not (%flow-holds-secret? (vector-ref letter 5))))

    (define (keep good? list)
      (cond ((null? list) '())
            ((good? (car list)) (cons (car list) (keep good? (cdr list))))
            (else (keep good? (cdr list)))))
    (define (first-of n list)
      (if (or (= n 0) (null? list)) '() (cons (car list) (first-of (- n 1) (cdr list)))))))
