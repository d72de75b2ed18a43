# Sourced by tests that are shell scripts: they count, say what failed, and end with `count`.
passed=0 failed=0

# check DESCRIPTION WANTED GOT: whether these are the same.
check() {
  if [ "$2" = "$3" ]; then passed=$((passed + 1)); return; fi
  failed=$((failed + 1))
  printf 'FAIL: %s\n  wanted: %s\n  got: %s\n' "$1" "$2" "$3"
}

# succeeds DESCRIPTION COMMAND...: whether the command does; otherwise what it said last.
succeeds() {
  local description=$1 said
  shift
  if said=$("$@" 2>&1); then passed=$((passed + 1)); return; fi
  failed=$((failed + 1))
  printf 'FAIL: %s\n%s\n' "$description" "$(tail -n 30 <<<"$said")"
}

# count: the last line, which says `N passed, M failed`; fails where M is not 0.
count() {
  echo "$passed passed, $failed failed"
  [ $failed = 0 ]
}
