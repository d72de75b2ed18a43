(import (scheme base) (scheme write))
(print "hello")
