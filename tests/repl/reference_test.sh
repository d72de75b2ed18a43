#!/usr/bin/env bash
# The reference is what the libraries say of themselves now, and says something of each name.
set -u
root=${FERMATA_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
passed=0 failed=0

check() {
  if [ "$2" = "" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '%s\n%s\n' "$1" "$2"
  fi
}

undocumented=$("$root/script/reference" "$folder" 2>&1)
check "names without documentation, or libraries that cannot be loaded:" "$undocumented"
changed=$(diff -r "$folder" "$root/docs/reference" | head -n 20)
check "docs/reference is not what script/reference writes; run it:" "$changed"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
