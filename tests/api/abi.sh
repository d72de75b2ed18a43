#!/usr/bin/env bash
# abi.sh BUILD: what hosts were linked and compiled against, as tests/api/abi.txt records it: the
# symbols of the shared library, then the declarations of fermata.h, one a line.
set -eu
nm -D --defined-only "$1/libfermata.so" | awk '{ sub("@.*", "", $3); print $2, $3 }' | LC_ALL=C sort
echo
echo '#include <fermata/fermata.h>' | cc -E -P -x c -I"$1/include" - | tr -s '[:space:]' ' ' |
  sed 's/__attribute__((visibility("default"))) //g; s/\([;{}]\) /\1\n/g' | sed -n '/fermata_abi_version/,$p'
