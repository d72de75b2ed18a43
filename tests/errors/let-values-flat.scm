(import (scheme base) (scheme write))
(let-values ((q r) (floor/ 7 2)) (display q))
