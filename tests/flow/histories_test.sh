#!/usr/bin/env bash
# A13. Histories that earlier versions wrote (tests/flow/data/histories/VERSION, made by `fermata flow
# export` in the middle of each flow): they are taken in, which replays them, come out again as they
# were, but for checksums of an earlier kind, and the flows go on to the ends that they had then.
# Prints `N passed, M failed`.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
export FERMATA_STORE="sqlite:$here/flows.sqlite"
. "$(dirname "$0")/../checks.sh"
flow() { "$FERMATA" flow "$@" 2>&1 | xargs -0 printf '%s' | tr '\n' ' ' | sed 's/ *$//'; }

without_sums() { sed '/^(record/s/ -\?[0-9]*)$/)/'; }

for version in "$root"/tests/flow/data/histories/*; do
  for file in "$version"/*.txt; do
    name="$(basename "$version") $(basename "$file" .txt)"
    id=$(sed -n '1s/^(flow "\([^"]*\)".*/\1/p' "$file")
    case $(flow import "$file") in "$id is imported, "*" records") check "$name is taken in" 1 1 ;;
      *) check "$name is taken in" "$id is imported" "$(flow import "$file")" ;; esac
    "$FERMATA" flow export "$id" > "$here/out"
    check "$name comes out as it was" "" \
      "$(diff <(without_sums < "$here/out") <(without_sums < "$file") | head -5)"
    "$FERMATA" --store "sqlite:$here/second.sqlite" flow import "$here/out" > /dev/null
    check "$name goes on to another store" "" \
      "$("$FERMATA" --store "sqlite:$here/second.sqlite" flow export "$id" | diff - "$here/out" | head -5)"
  done
done
id_of() { "$FERMATA" flow list --name "$1" | awk 'NR == 2 { print $1 }'; }

flow resume branches --tag left l > /dev/null
check "branches" "(l r ((each 1) (each 2) (each 3)))" "$(flow resume branches --tag right r)"
check "a saga" "no" "$(flow resume journey no | tr -d '\"')"
check "a query" "15" "$(flow query account balance)"
check "an update" "16" "$(flow update account deposit 1)"
check "signals" "the signal was delivered to account" "$(flow signal account close)"
flow signal rounds word 6 > /dev/null
check "rounds" "the signal was delivered to rounds" "$(flow signal rounds word stop)"
check "rounds end" "10" "$("$FERMATA" flow show rounds | awk '$3 == "finished" { print $NF }')"
flow resume tasks --tag word w > /dev/null
check "tasks, chance, channels" "((quick x) w #t 36)" "$(flow resume tasks --tag again go)"
check "retries, versions, timers" "(3 1 now)" "$(flow resume retried --tag go now)"
check "records" "(yes Ada 3)" "$(flow resume post yes | tr -d '\"')"
check "order" 'refunding 30 giving back teapot (flow-failure "the parcel could not be packed")' \
  "$(flow resume "$(id_of order)" broken)"
# What signup and approval do next depends on how long ago they were started.
check "publish" 'publishing; the reviewer says: fine telling the other sites (published "fine" misspelt ("teh"))' \
  "$(flow resume "$(id_of pipeline)" '(approved . "fine")')"

count
