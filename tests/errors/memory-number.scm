(import (scheme base) (scheme write))
(display (expt 2 (expt 10 30)))
