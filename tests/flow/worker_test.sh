#!/usr/bin/env bash
# fermata flow work: a clean stop at SIGTERM, what it says, and flows that end their process.
# Prints `N passed, M failed`.
set -u
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
export FERMATA_STORE="sqlite:$here/flows.sqlite"
. "$(dirname "$0")/../checks.sh"
state() { "$FERMATA" flow list --name "$1" | awk 'NR == 2 { print $3 }'; }
await() {  # a file that is to hold a text
  for i in $(seq 400); do grep -q "$2" "$1" 2>/dev/null && return; sleep 0.05; done
}

# ---- SIGTERM between two steps
cat > "$here/long.scm" <<'END'
(import (scheme base) (scheme write) (fermata flow) (only (fermata sched) task-sleep))
(define (note n)
  (step 'note (lambda ()
                (display "begins ") (display n) (newline)
                (flush-output-port)
                (task-sleep 1/2)
                (display "ends ") (display n) (newline)
                (flush-output-port)
                n)))
(defflow long (sequence (lambda (x) (note 1)) (lambda (x) (note 2)) (lambda (x) (note 3))))
(flow/start long 0 'queue 'later)
END
"$FERMATA" "$here/long.scm"
check "it is queued" "queued" "$(state long)"
"$FERMATA" flow work > "$here/out" 2>&1 &
worker=$!
await "$here/out" "begins 1"
kill -TERM $worker
wait $worker
check "the worker ends well" 0 $?
check "its step ended, and no other began" "begins 1 ends 1" "$(grep -v long "$here/out" | xargs)"
check "it says what it put down" 1 "$(grep -c 'is put down' "$here/out")"
check "the flow can go on at once" "interrupted" "$(state long)"
check "without doing again what was done" "begins 2 ends 2 begins 3 ends 3" \
  "$("$FERMATA" flow work --once 2>&1 | grep -v long | xargs)"
check "to its end" "finished" "$(state long)"

# ---- A14: a flow that ends its process each time
cat > "$here/poison.scm" <<'END'
(import (scheme base) (scheme process-context) (fermata flow) (only (fermata sched) task-sleep))
(defflow poison (lambda (x) (step 'boom (lambda () (emergency-exit 9)))))
(defflow harmless (lambda (x) (step 'wait (lambda () (task-sleep 1/4) 'fine))))
(flow/start poison 0 'queue 'later)
(for-each (lambda (id) (flow/start harmless 0 'id id 'queue 'later)) '(h1 h2 h3))
END
"$FERMATA" "$here/poison.scm"
statuses=
for i in 1 2 3 4 5 6 7; do
  "$FERMATA" flow work --once > "$here/out" 2>&1
  statuses="$statuses $?"
done
# The first time it leaves a record: that the step has begun.
check "A14: it is tried so often, then parked" " 9 9 9 9 9 9 0" "$statuses"
check "it is stuck" "stuck" "$(state poison)"
check "those that ran beside it are not" "3" "$("$FERMATA" flow list --name harmless --status finished | grep -c '^h')"
check "and says why" 1 "$("$FERMATA" flow why "$("$FERMATA" flow list --name poison | awk 'NR == 2 { print $1 }')" |
  grep -c 'parked: its process ended 5 times without a new record, the last being step-intent boom')"

# ---- queues, and who works
cat > "$here/sorts.scm" <<'END'
(import (scheme base) (fermata flow))
(defflow sort (lambda (x) (step 'one (lambda () x))))
(for-each (lambda (id queue) (flow/start sort 0 'id id 'queue queue)) '(m1 p1 m2) '(mail print mail))
END
"$FERMATA" "$here/sorts.scm"
check "a worker of one queue takes no other" "p1 finished" "$("$FERMATA" flow work --once --queues print,none)"
check "nobody works" "No workers." "$("$FERMATA" flow workers)"
check "what waits is a metric" 'fermata_queue_flows{queue="mail"} 2' \
  "$("$FERMATA" flow stats --metrics | grep '^fermata_queue_flows')"
"$FERMATA" flow work --name first --concurrency 7 > "$here/out" 2>&1 &
worker=$!
await "$here/out" "m2 finished"
for i in $(seq 200); do "$FERMATA" flow workers | grep -q first && break; sleep 0.05; done
check "one works" "first alive 7" "$("$FERMATA" flow workers | awk 'NR == 2 { print $1, $2, $4 }')"
check "its name is taken" "fermata: there is a worker first already" "$("$FERMATA" flow work --name first 2>&1)"
check "what has ended is handed to nobody" "fermata: m1 is finished, and nobody runs it; there is nothing to hand over" \
  "$("$FERMATA" flow handoff m1 first 2>&1)"
check "workers are counted" 'fermata_workers{state="alive"} 1' \
  "$("$FERMATA" flow stats --metrics | grep alive)"
kill -TERM $worker
wait $worker
check "it leaves no trace" "No workers." "$("$FERMATA" flow workers)"

# ---- for machines
cat > "$here/quick.scm" <<'END'
(import (scheme base) (fermata flow))
(defflow quick (lambda (x) x))
(flow/start quick 0 'id 'q1 'queue 'later)
END
"$FERMATA" "$here/quick.scm"
check "a line of JSON for each flow" '{"id":"q1","outcome":"finished"}' "$("$FERMATA" flow work --once --json)"
check "a mistake in the options is one" 2 "$("$FERMATA" flow work --twice 2> /dev/null; echo $?)"
check "a length of time has a unit" 2 "$("$FERMATA" flow list --newer 3 2> /dev/null; echo $?)"

count
