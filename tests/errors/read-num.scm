(import (scheme base) (scheme write))
(display #xzz)
