(import (scheme base) (scheme write))
(substring "hello" 2 10)
