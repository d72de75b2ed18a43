(import (scheme base) (scheme write))
(raise 42)
