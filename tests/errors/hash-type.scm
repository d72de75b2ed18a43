(import (scheme base) (scheme write))
(string-append "a" 'b "c")
