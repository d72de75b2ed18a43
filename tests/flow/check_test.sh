#!/usr/bin/env bash
# fermata flow check: finds what is wrong with each flow of tests/flow/data/wrong, and nothing wrong
# with the flows of the examples.  Each wrong flow says on a line `;; finds:` what must be told.
# Prints `N passed, M failed`.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
export FERMATA_STORE="sqlite:$here/flows.sqlite"
passed=0 failed=0
say() {  # description, status
  if [ "$2" = 0 ]; then passed=$((passed + 1)); return; fi
  failed=$((failed + 1))
  printf 'FAIL: %s\n%s\n' "$1" "$(cat "$here/out")"
}
for file in "$root"/tests/flow/data/wrong/*.scm; do
  wanted=$(sed -n 's/^;; finds: //p' "$file")
  "$FERMATA" flow check "$file" wrong 1 > "$here/out" 2>&1
  [ $? = 1 ] && grep -qF -- "$wanted" "$here/out"
  say "$(basename "$file"): is to be told: $wanted" $?
done
check() {  # file, flow, input
  "$FERMATA" flow check "$root/examples/$1" "$2" "$3" > "$here/out" 2>&1
  say "$1: nothing is wrong with $2" $?
}
check publish.scm pipeline '"fermatas"'
check order.scm order '(teapot 30)'
check signup.scm signup '"ada"'
check digest.scm digest "(a b c)"
check approval.scm approval "(laptop 1200)"
mkdir "$here/texts"; echo one two > "$here/texts/a.txt"
check fanout.scm count-folder "\"$here/texts\""
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
