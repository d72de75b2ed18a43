#!/usr/bin/env bash
# Several processes and one store: scripts at once, lists meanwhile, kill -9 in the middle,
# and a flow that goes on after its script, its library and its folder are gone.
# Prints `N passed, M failed`.
set -u
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
export FERMATA_STORE="sqlite:$here/state/flows.sqlite"
. "$(dirname "$0")/../checks.sh"
states() { "$FERMATA" flow list | awk 'NR > 1 && $2 != "flow" && $2 != "flows" { print $3 }' | sort | uniq -c | xargs; }
only_id() { "$FERMATA" flow list | awk 'NR == 2 { print $1 }'; }

# ---- a program in several files, which then go away
mkdir -p "$here/project/my" "$here/elsewhere"
cat > "$here/project/my/words.sld" <<'END'
(define-library (my words)
  (export greeting)
  (import (scheme base))
  (include "text.scm"))
END
echo '(define (greeting x) (string-append "hello " x))' > "$here/project/my/text.scm"
cat > "$here/project/main.scm" <<'END'
#!/usr/bin/env fermata
(import (scheme base) (scheme write) (my words) (fermata flow))
(include "more.scm")
(display "script runs\n")
(defflow hello (sequence greeting (lambda (x) (list x (suspend 'name))) shout))
(define started (flow/start hello "you"))
(display (flow-suspended? started))
(newline)
END
echo '(define (shout x) (step (quote shout) (lambda () (display "shouting\n") (list x "!"))))' > "$here/project/more.scm"
check "the script starts the flow" "script runs
#t" "$(cd "$here/project" && "$FERMATA" main.scm)"
rm -r "$here/project"
id=$(only_id)
check "it goes on without its files, and runs nothing else" 'shouting
(("hello you" (first . "x")) "!")' "$(cd "$here/elsewhere" && "$FERMATA" flow resume "$id" '(first . "x")' 2>&1)"
check "it is finished" "1 finished" "$(states)"

# ---- a program whose definitions spawn tasks that start flows
cat > "$here/tasks.scm" <<'END'
(import (scheme base) (fermata flow) (fermata sched))
(defflow (parked x) (list x (suspend 'answer)))
(define tasks (map (lambda (i) (task-spawn (lambda () (flow/start parked i)))) '(1 2 3)))
(for-each task-join tasks)
END
cat > "$here/look.scm" <<'END'
(import (scheme base) (scheme write) (fermata flow) (fermata sched))
(define ids (map car (flow/list 'name 'parked)))
(write (map (lambda (id) (flow/resume id 1)) ids))
(task-sleep 0.01)
(write (length (flow/list 'name 'parked)))
END
(
  export FERMATA_STORE="sqlite:$here/tasks/flows.sqlite"
  "$FERMATA" "$here/tasks.scm"
  "$FERMATA" "$here/look.scm" > "$here/looked" 2>&1
)
check "elsewhere its flows go on; its tasks start no more and say nothing" "((3 1) (2 1) (1 1))3" \
  "$(cat "$here/looked")"

# ---- start by command
cat > "$here/many.scm" <<'END'
(import (scheme base) (scheme write) (fermata flow))
(defflow many
  (lambda (n)
    (let loop ((i 0))
      (if (< i n) (begin (step 'one (lambda () i)) (loop (+ i 1)))))
    (list n (suspend 'enough))))
(let loop ((i 0))
  (if (< i 5) (begin (flow/start many 10) (loop (+ i 1)))))
END
# ---- four at once, and lists meanwhile
pids=""
for i in 1 2 3 4; do "$FERMATA" "$here/many.scm" > "$here/out$i" 2>&1 & pids="$pids $!"; done
for i in 1 2 3 4 5 6; do "$FERMATA" flow list > "$here/list" || echo "list failed" >> "$here/errors"; done
for p in $pids; do wait "$p" || echo "a script failed" >> "$here/errors"; done
check "scripts and lists at once" "" "$(cat "$here"/out* "$here/errors" 2>/dev/null)"
check "every flow is there" "1 finished 20 suspended" "$(states)"
id=$(only_id)
check "one of them is resumed" "(10 yes)" "$("$FERMATA" flow resume "$id" yes 2>&1)"
check "but only once" "fermata: $id is finished; it cannot be resumed" "$("$FERMATA" flow resume "$id" yes 2>&1)"
id=$("$FERMATA" flow list | awk '$3 == "suspended" { print $1; exit }')
check "one is cancelled" "$id is cancelled" "$("$FERMATA" flow cancel "$id" 2>&1)"
check "and then not resumed" "fermata: $id is cancelled; it cannot be resumed" "$("$FERMATA" flow resume "$id" yes 2>&1)"
check "two resume one flow at the same time: one of them wins" 1 "$(
  id=$("$FERMATA" flow list | awk '$3 == "suspended" { print $1; exit }')
  for i in 1 2 3 4; do "$FERMATA" flow resume "$id" $i > "$here/race$i" 2>&1 & done
  wait
  cat "$here"/race* | grep -c '^(10 ')"

# ---- kill -9 in the middle of a step, from outside
cat > "$here/slow.scm" <<'END'
(import (scheme base) (scheme write) (fermata flow))
(defflow slow
  (lambda (x)
    (step 'first (lambda () (display "first\n") 1))
    (step 'long (lambda ()
                  (display "long begins\n")
                  (flush-output-port)
                  (if (eq? x 'wait) (let loop () (loop)))
                  2))))
(flow/start slow 'wait)
END
"$FERMATA" "$here/slow.scm" > "$here/slow.out" 2>&1 &
pid=$!
for i in $(seq 200); do grep -q 'long begins' "$here/slow.out" 2>/dev/null && break; sleep 0.05; done
id=$("$FERMATA" flow list | awk '$2 == "slow" { print $1 }')
check "it runs" "running" "$("$FERMATA" flow list | awk '$2 == "slow" { print $3 }')"
check "nobody else may run it meanwhile" "fermata: $id is running in another process" "$("$FERMATA" flow resume "$id" 2>&1)"
check "cancelling it is left to its owner" "$id is running in another process, which stops it" "$("$FERMATA" flow cancel "$id" 2>&1)"
kill -9 $pid
wait $pid 2>/dev/null
check "killed, it is interrupted" "interrupted" "$("$FERMATA" flow list | awk '$2 == "slow" { print $3 }')"
check "whoever goes on finds the message" "$id is cancelled" "$("$FERMATA" flow resume "$id" 2>&1)"

count
