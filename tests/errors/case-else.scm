(import (scheme base) (scheme write))
(case 1 (else 'a) ((1) 'b))
