(import (scheme base) (scheme write) (srfi 1))
(display (delete 1 (list 1) = =))
