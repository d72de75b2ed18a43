(import (scheme bse))
