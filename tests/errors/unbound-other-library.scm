(import (scheme base) (scheme write))
(display (sqrt 4))
(char-upcase #\a)
