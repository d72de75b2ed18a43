;; SRFI 166: formatting that is combined from procedures.
;;
;; (show #f (padded 8 (numeric x 10 2)) nl) and the like: what is written, how wide and in
;; which radix or color, is said by formatters, and show does what they say.
(define-library (srfi 166)
  (include-library-declarations "166/names.scm" "166/more-names.scm")
  (import (srfi 166 base) (srfi 166 pretty) (srfi 166 columnar)
          (srfi 166 unicode) (srfi 166 color)))
