(import (scheme base) (scheme write))
(display ())
