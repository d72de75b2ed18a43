;; Indenting programs: what `fermata fmt` does.
;;
;; Only the spaces at the two ends of lines change, so comments, line breaks and strings
;; stay. The column of a line follows from the list it stands in: below the first operand,
;; or by two behind the start of a form that has a body.
(define-library (fermata indent)
  (export indented indent-file indent-files indent-port check-indented)
  (import (scheme base) (scheme char) (scheme file))
  (include "indent-rules.scm" "indent.scm"))
