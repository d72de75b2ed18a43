(import (scheme base) (scheme write))
(display (apple banana))
