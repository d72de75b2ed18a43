(import (scheme base) (scheme write))
(define (risky) (error "deep trouble" 1 2))
(guard (e ((string? e) 1))
  (risky))
