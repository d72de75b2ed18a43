;; Making what is written wider or narrower.

(define (padding n char) (make-string (max 0 n) char))

;;> (padded width formatter ...)
;;> The formatters, filled up on the left to that many columns.
(define (padded width . formatters)
  (call-with-output (each-in-list formatters)
    (lambda (text)
      (fn (string-width pad-char)
        (each (padding (- width (string-width text)) pad-char) text)))))

;;> (padded/right width formatter ...)
;;> The formatters, filled up on the right; nothing is held back.
(define (padded/right width . formatters)
  (fn ((start col))
    (each (each-in-list formatters)
          (fn (col pad-char)
            (displayed (padding (- width (- col start)) pad-char))))))

;;> (padded/both width formatter ...)
;;> The formatters, filled up on both sides; an odd one goes to the right.
(define (padded/both width . formatters)
  (call-with-output (each-in-list formatters)
    (lambda (text)
      (fn (string-width pad-char)
        (let* ((missing (max 0 (- width (string-width text))))
               (left (quotient missing 2)))
          (each (padding left pad-char)
                text
                (padding (- missing left) pad-char)))))))

;; Of the text the part that is left when (parts excess) columns, two values, go from its
;; sides; ellipses stand for what went.
(define (trimmed-with parts sides)
  (lambda (width . formatters)
    (call-with-output (each-in-list formatters)
      (lambda (text)
        (fn (string-width substring/width substring/preserve ellipsis)
          (let* ((ellipsis (if (char? ellipsis) (string ellipsis) ellipsis))
                 (columns (string-width text)))
            (if (<= columns width)
                text
                (let ((excess (min columns
                                   (+ (- columns width)
                                      (* sides (string-width ellipsis))))))
                  (let-values (((left right) (parts excess)))
                    (let ((kept (substring/width text left (- columns right)))
                          (stays (lambda (from to)
                                   (if (and substring/preserve (< from to))
                                       (substring/preserve
                                        (substring/width text from to))
                                       ""))))
                      (each (stays 0 left)
                            (if (> left 0) ellipsis "")
                            kept
                            (if (> right 0) ellipsis "")
                            (stays (- columns right) columns))))))))))))

;;> (trimmed width formatter ...)
;;> The last columns of what the formatters write, behind the ellipsis when that is not
;;> all.
(define trimmed (trimmed-with (lambda (excess) (values excess 0)) 1))

;;> (trimmed/right width formatter ...)
;;> The first columns.
(define trimmed/right (trimmed-with (lambda (excess) (values 0 excess)) 1))

;;> (trimmed/both width formatter ...)
;;> The columns in the middle.
(define trimmed/both
  (trimmed-with
   (lambda (excess)
     (values (quotient excess 2) (- excess (quotient excess 2))))
   2))

;;> (trimmed/lazy width formatter ...)
;;> The first columns; nothing more is done once they are written, so there may be no end
;;> to the output.
(define (trimmed/lazy width . formatters)
  (lambda (state)
    (let ((inner (copy-state state))
          (old (state-ref state output))
          (width-of (state-ref state string-width))
          (part (state-ref state substring/width)))
      (call/cc
       (lambda (stop)
         (let ((left width))
           (state-set!
            inner output
            (lambda (text)
              (lambda (now)
                (let ((columns (width-of text)))
                  (if (> columns left)
                      (begin
                        (run-formatter (old (part text 0 left)) now)
                        (stop #t))
                      (begin
                        (set! left (- left columns))
                        (run-formatter (old text) now)))))))
           (run-formatter (each-in-list formatters) inner))))
      (vector-set! state slot-row (vector-ref inner slot-row))
      (vector-set! state slot-col (vector-ref inner slot-col)))))

;;> (fitted width formatter ...)
;;> Exactly so many columns: filled up or cut off on the left.
(define (fitted width . formatters)
  (padded width (apply trimmed width formatters)))

;;> (fitted/right width formatter ...)
;;> The same on the right.
(define (fitted/right width . formatters)
  (padded/right width (apply trimmed/right width formatters)))

;;> (fitted/both width formatter ...)
;;> The same on both sides.
(define (fitted/both width . formatters)
  (padded/both width (apply trimmed/both width formatters)))
