;; SRFI 166: how many columns of a terminal a string takes.
;;
;; Characters of East Asian scripts and most pictures take two columns, combining marks
;; and escape sequences none (Unicode Standard Annex 11).
(define-library (srfi 166 unicode)
  (export terminal-aware
          string-terminal-width string-terminal-width/wide
          substring-terminal-width substring-terminal-width/wide
          substring-terminal-preserve)
  (import (scheme base) (srfi 166 kernel)
          (only (fermata builtins) %class-boundaries))
  (include "widths.scm" "unicode.scm"))
