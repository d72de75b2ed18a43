;; SRFI 166: pretty printing of Scheme data and programs.
;;
;; What fits on the rest of the line is written there. Else a form whose head is known
;; keeps its first operands with the head and indents the body by two; another one has
;; its operands below each other; data have one element a line, atoms stand in columns.
(define-library (srfi 166 pretty)
  (export pretty pretty-shared pretty-simply pretty-with-color)
  (import (scheme base) (scheme char) (scheme write) (srfi 166 kernel)
          (srfi 166 color) (srfi 166 unicode)
          (only (fermata table) hash-table-copy hash-table-ref/default))
  (include "pretty.scm"))
