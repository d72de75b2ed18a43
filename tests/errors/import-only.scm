(import (only (scheme base) cra))
