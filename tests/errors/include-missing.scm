(import (scheme base) (scheme write))
(include "nope.scm")
