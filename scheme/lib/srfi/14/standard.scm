;; The standard sets, by Unicode's categories and properties.

;; The characters of these categories and properties.
(define (%of-classes . classes)
  (%make-set
   (lambda ()
     (let loop ((rest classes) (boundaries %none))
       (if (null? rest)
           boundaries
           (loop (cdr rest)
                 (%union boundaries (%class-boundaries (car rest)))))))))

;; The union of sets, worked out when it is first asked.
(define (%of-sets . sets)
  (%make-set
   (lambda ()
     (let loop ((rest sets) (boundaries %none))
       (if (null? rest)
           boundaries
           (loop (cdr rest) (%union boundaries (%boundaries (car rest)))))))))

(define char-set:lower-case (%of-classes 'Lowercase))
(define char-set:upper-case (%of-classes 'Uppercase))
(define char-set:title-case (%of-classes 'Lt))
(define char-set:letter (%of-classes 'L))
(define char-set:digit (%of-classes 'Nd))
(define char-set:letter+digit (%of-sets char-set:letter char-set:digit))
(define char-set:punctuation (%of-classes 'P))
(define char-set:symbol (%of-classes 'S))
(define char-set:graphic
  (%of-sets char-set:letter char-set:punctuation char-set:symbol
            (%of-classes 'M 'N)))
(define char-set:whitespace (%of-classes 'White_Space))
(define char-set:printing (%of-sets char-set:graphic char-set:whitespace))
(define char-set:iso-control (%of-classes 'Cc))
(define char-set:hex-digit (string->char-set "0123456789abcdefABCDEF"))
(define char-set:blank (%of-sets (%of-classes 'Zs) (char-set #\tab)))
(define char-set:ascii (ucs-range->char-set 0 128))
(define char-set:empty (char-set))
(define char-set:full (%make-set %all))
