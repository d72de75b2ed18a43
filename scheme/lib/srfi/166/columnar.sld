;; SRFI 166: columns, tables, and text wrapped into lines.
(define-library (srfi 166 columnar)
  (export columnar tabular wrapped wrapped/list wrapped/char justified
          from-file line-numbers)
  (import (scheme base) (scheme file) (srfi 166 kernel)
          (only (fermata control) make-prompt-tag call-with-continuation-prompt
                abort-to-prompt call-with-composable-continuation)
          (only (fermata string) string-split))
  (include "columnar.scm" "wrapped.scm"))
