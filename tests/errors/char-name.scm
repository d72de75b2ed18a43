(import (scheme base) (scheme write))
(display #\foo)
