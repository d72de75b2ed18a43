(import (scheme base) (scheme write))
(display #<procedure>)
