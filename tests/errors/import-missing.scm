(import (scheme base) (scheme foo))
