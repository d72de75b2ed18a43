;; The order in which a table happens to hold objects that have no order of their own.
;; finds: instead of
(import (scheme base) (srfi 69) (fermata flow))
(defflow (wrong x)
  (let ((table (make-hash-table eq?)) (names (quote ())))
    (for-each (lambda (name) (hash-table-set! table (list name) name))
              (quote (a b c d e f g h i j k l)))
    (hash-table-walk table (lambda (key name) (set! names (cons name names))))
    (suspend (quote go))
    names))
