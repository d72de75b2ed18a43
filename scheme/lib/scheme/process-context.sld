;; (scheme process-context): What surrounds the program. R7RS 6.14.
(define-library (scheme process-context)
  (export command-line emergency-exit exit get-environment-variable
          get-environment-variables)
  (import (only (fermata builtins)
                command-line emergency-exit exit get-environment-variable
                get-environment-variables)))
