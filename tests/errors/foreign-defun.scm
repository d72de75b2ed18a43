(import (scheme base) (scheme write))
(defun twice (x) (* 2 x))
(display (twice 3))
