;; Exact integers as bits, of any size; names and meanings of SRFI 151.
(import (scheme base) (fermata builtins) (srfi 64))

(test-begin "bits")

(test-eqv "(bitwise-and 12 10)" 8 (bitwise-and 12 10))
(test-eqv "(bitwise-and)" -1 (bitwise-and))
(test-eqv "(bitwise-ior 12 10)" 14 (bitwise-ior 12 10))
(test-eqv "(bitwise-ior)" 0 (bitwise-ior))
(test-eqv "(bitwise-xor 12 10)" 6 (bitwise-xor 12 10))
(test-eqv "(bitwise-xor 1 1 1)" 1 (bitwise-xor 1 1 1))
(test-eqv "(bitwise-not 10)" -11 (bitwise-not 10))
(test-eqv "(bitwise-not -1)" 0 (bitwise-not -1))
(test-eqv "(bitwise-and -1 (expt 2 70))"
  1180591620717411303424 (bitwise-and -1 (expt 2 70)))
(test-eqv "(bitwise-and (- (expt 2 70)) (- (expt 2 71) 1))"
  1180591620717411303424 (bitwise-and (- (expt 2 70)) (- (expt 2 71) 1)))
(test-eqv "(bitwise-ior (- (expt 2 70)) 1)"
  -1180591620717411303423 (bitwise-ior (- (expt 2 70)) 1))
(test-eqv "(bitwise-xor (expt 2 70) (expt 2 70))"
  0 (bitwise-xor (expt 2 70) (expt 2 70)))
(test-eqv "(bitwise-not (expt 2 62))"
  -4611686018427387905 (bitwise-not (expt 2 62)))
(test-eqv "(arithmetic-shift 1 10)" 1024 (arithmetic-shift 1 10))
(test-eqv "(arithmetic-shift 1024 -3)" 128 (arithmetic-shift 1024 -3))
(test-eqv "(arithmetic-shift -1 -10)" -1 (arithmetic-shift -1 -10))
(test-eqv "(arithmetic-shift -7 -1)" -4 (arithmetic-shift -7 -1))
(test-eqv "(arithmetic-shift 1 62)" 4611686018427387904 (arithmetic-shift 1 62))
(test-eqv "(arithmetic-shift -1 62)"
  -4611686018427387904 (arithmetic-shift -1 62))
(test-eqv "(arithmetic-shift (expt 2 100) -100)"
  1 (arithmetic-shift (expt 2 100) -100))
(test-eqv "(arithmetic-shift (- (expt 2 100)) -101)"
  -1 (arithmetic-shift (- (expt 2 100)) -101))
(test-eqv "(arithmetic-shift 5 (- (expt 2 100)))"
  0 (arithmetic-shift 5 (- (expt 2 100))))
(test-eqv "(bit-count 255)" 8 (bit-count 255))
(test-eqv "(bit-count 0)" 0 (bit-count 0))
(test-eqv "(bit-count -1)" 0 (bit-count -1))
(test-eqv "(bit-count -8)" 3 (bit-count -8))
(test-eqv "(bit-count (- (expt 2 100) 1))" 100 (bit-count (- (expt 2 100) 1)))
(test-eqv "(bit-count (- (expt 2 100)))" 100 (bit-count (- (expt 2 100))))
(test-eqv "(integer-length 0)" 0 (integer-length 0))
(test-eqv "(integer-length 255)" 8 (integer-length 255))
(test-eqv "(integer-length -256)" 8 (integer-length -256))
(test-eqv "(integer-length (expt 2 100))" 101 (integer-length (expt 2 100)))

(test-end "bits")
