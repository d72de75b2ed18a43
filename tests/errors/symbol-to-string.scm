(import (scheme base) (scheme write))
(symbol->string "a")
