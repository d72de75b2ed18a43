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

;;> char-set:lower-case
;;> Lower case letters.
(define char-set:lower-case (%of-classes 'Lowercase))
;;> char-set:upper-case
;;> Upper case letters.
(define char-set:upper-case (%of-classes 'Uppercase))
;;> char-set:title-case
;;> Title case letters.
(define char-set:title-case (%of-classes 'Lt))
;;> char-set:letter
;;> Letters.
(define char-set:letter (%of-classes 'L))
;;> char-set:digit
;;> Decimal digits.
(define char-set:digit (%of-classes 'Nd))
;;> char-set:letter+digit
;;> Letters and decimal digits.
(define char-set:letter+digit (%of-sets char-set:letter char-set:digit))
;;> char-set:punctuation
;;> Punctuation.
(define char-set:punctuation (%of-classes 'P))
;;> char-set:symbol
;;> Symbols.
(define char-set:symbol (%of-classes 'S))
;;> char-set:graphic
;;> Letters, marks, numbers, punctuation and symbols.
(define char-set:graphic
  (%of-sets char-set:letter char-set:punctuation char-set:symbol
            (%of-classes 'M 'N)))
;;> char-set:whitespace
;;> White space.
(define char-set:whitespace (%of-classes 'White_Space))
;;> char-set:printing
;;> Graphic characters and white space.
(define char-set:printing (%of-sets char-set:graphic char-set:whitespace))
;;> char-set:iso-control
;;> Control characters.
(define char-set:iso-control (%of-classes 'Cc))
;;> char-set:hex-digit
;;> Hexadecimal digits, of ASCII.
(define char-set:hex-digit (string->char-set "0123456789abcdefABCDEF"))
;;> char-set:blank
;;> Spaces within a line, and the tabulator.
(define char-set:blank (%of-sets (%of-classes 'Zs) (char-set #\tab)))
;;> char-set:ascii
;;> The 128 characters of ASCII.
(define char-set:ascii (ucs-range->char-set 0 128))
;;> char-set:empty
;;> No characters.
(define char-set:empty (char-set))
;;> char-set:full
;;> All characters.
(define char-set:full (%make-set %all))
