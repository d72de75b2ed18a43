;; SRFI 141: six ways to divide integers.
;;
;; In all of them numerator = denominator * quotient + remainder; the name says how the
;; quotient is rounded.
(define-library (srfi 141)
  (export ceiling/ ceiling-quotient ceiling-remainder euclidean/
          euclidean-quotient euclidean-remainder floor/ floor-quotient
          floor-remainder round/ round-quotient round-remainder truncate/
          truncate-quotient truncate-remainder balanced/ balanced-quotient
          balanced-remainder)
  (import (scheme base) (only (fermata builtins) %wrong-type))
  (include "141.scm"))
