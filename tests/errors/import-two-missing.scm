(import (scheme base) (srfi 9999) (no such library) (scheme write))
(display 1)
