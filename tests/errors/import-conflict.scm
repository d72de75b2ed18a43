(import (scheme base) (rename (scheme write) (display car)))
(car 1)
