#!/usr/bin/env bash
# Two peers, two processes, over HTTP on this computer: calls, refusals, a node that waits there,
# and either process killed in the middle. Prints `N passed, M failed`.
set -u
here=$(mktemp -d)
a=0 b=0
trap 'kill -9 $a $b 2>/dev/null; rm -rf "$here"' EXIT
. "$(dirname "$0")/../checks.sh"
await() {  # a file that is to hold a text
  for i in $(seq 400); do grep -q "$2" "$1" 2>/dev/null && return; sleep 0.05; done
}
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
on() { FERMATA_STORE="sqlite:$here/$1.sqlite" FERMATA_PEERS="$here/$1.peers" "$FERMATA" "${@:2}"; }
state() { on "$1" flow list --name "$2" | awk 'NR == 2 { print $3 }'; }
await_state() {  # peer, flow, state
  for i in $(seq 400); do [ "$(state "$1" "$2")" = "$3" ] && return; sleep 0.05; done
}
serve() {  # peer, port
  : > "$here/$1.out"
  # Not by on(): the number is to be that of the process, which is killed later.
  FERMATA_STORE="sqlite:$here/$1.sqlite" "$FERMATA" serve "$here/$1.scm" \
    --listen "127.0.0.1:$2" --peers "$here/$1.peers" > "$here/$1.out" 2>&1 &
  disown $!
  printf -v "$1" %s $!
  await "$here/$1.out" listens
}

port_a=$(free_port) port_b=$(free_port)
key_a=$(on a flow key "$here/a.key") key_b=$(on b flow key "$here/b.key")
stranger=$(on c flow key "$here/c.key")
check "a key is made once" 1 "$(on a flow key "$here/a.key" >/dev/null 2>&1; echo $?)"
check "and nobody else reads it" 600 "$(stat -c %a "$here/a.key")"
cat > "$here/a.peers" <<END
(me a "a.key")
(peer b "http://127.0.0.1:$port_b" "$key_b")
END
cat > "$here/b.peers" <<END
(me b "b.key")
(peer a "http://127.0.0.1:$port_a" "$key_a")
(allow a priced slow asked gone)
END
cat > "$here/c.peers" <<END
(me a "c.key")
(peer b "http://127.0.0.1:$port_b" "$key_b")
END

cat > "$here/b.scm" <<END
(import (scheme base) (scheme file) (scheme write) (fermata flow)
        (only (fermata sched) task-sleep))
(define-remote-node (priced n) (step 'price (lambda () (* 2 n))))
(define-remote-node (slow n)
  (step 'begun (lambda () (call-with-output-file "$here/begun" (lambda (port) (write n port)))))
  (step 'sleeps (lambda () (task-sleep 1) n))
  (step 'ended (lambda () (call-with-output-file "$here/ended" (lambda (port) (write n port)))))
  (* 3 n))
(define-remote-node (asked n) (list n (suspend 'human)))
(define-remote-node secret-one (lambda (n) n))
END
cat > "$here/a.scm" <<'END'
(import (scheme base) (scheme write) (fermata flow) (only (fermata condition) condition-kind))
(defflow cheap (sequence (remote-node 'b 'priced) (lambda (n) (+ n 1))))
(defflow patient (remote-node 'b 'slow))
(defflow asking (remote-node 'b 'asked))
(defflow refused
  (sequence
   (try-catch (remote-node 'b 'gone) condition-kind)
   (lambda (first) (list first ((try-catch (remote-node 'b 'secret-one) condition-kind) 1)))))
(defflow failing-over (remote-failover '(nobody b) 'priced (lambda (n) 'local)))
END
start() { on a flow start "$here/a.scm" "$@" 2>&1; }

check "a peer that does not listen" "flow-remote-unreachable" \
  "$(on a -e "(begin (import (fermata flow) (only (fermata condition) condition-kind))
     (guard (e (#t (condition-kind e))) ((remote-node 'b 'priced) 1)))")"
serve b "$port_b"
check "a call over HTTP" 43 "$(start cheap 21)"
check "one that is not there, one that is not for us" "(flow-remote-no-fn flow-remote-denied)" \
  "$(start refused 1)"
check "failing over" 10 "$(start failing-over 5)"
check "whoever has another key is refused" "flow-remote-denied" \
  "$(on c -e "(begin (import (fermata flow) (only (fermata condition) condition-kind))
     (guard (e (#t (condition-kind e))) ((remote-node 'b 'priced) 1)))")"
http() { python3 - "$port_b" "$@" <<'END'
import http.client, sys
c = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=20)
c.request(sys.argv[2], sys.argv[3], b"x" * int(sys.argv[4]))
r = c.getresponse()
print(r.status, r.read().decode()[:40])
END
}
check "what is no envelope" "403 malformed" "$(http POST /fermata/1 10)"
check "what is too long" "413 too-large" "$(http POST /fermata/1 9000000)"
check "another path" "404 no such path" "$(http POST / 10)"
check "another method" "405 POST is wanted" "$(http GET /fermata/1 0)"
check "it listens on this computer only" 1 \
  "$(on b serve "$here/b.scm" --listen 0.0.0.0:0 --peers "$here/b.peers" 2>&1 | grep -c 'without TLS')"

# ---- a node that waits there; the end comes to a process that listens
serve a "$port_a"
start asking 7 > /dev/null
check "the flow waits" suspended "$(state a asking)"
id=$(on b flow list --name asked | awk 'NR == 2 { print $1 }')
on b flow resume "$id" '"yes"' > /dev/null 2>&1
await_state a asking finished
check "the end was sent" '(7 "yes")' "$(on a flow show "$(on a flow list --name asking | awk 'NR == 2 { print $1 }')" | grep -o '(7 "yes")' | tail -1)"

# ---- delegation: b must know the program, and must have agreed
id_of() { on "$1" flow list --name "$2" | awk 'NR == 2 { print $1 }'; }
cat > "$here/moving.scm" <<END
(import (scheme base) (fermata flow))
(defflow moving
  (lambda (n)
    (step 'first (lambda () (number->string n)))
    (let* ((one (suspend 'one)) (two (suspend 'two)))
      (list n one two))))
END
on a flow start "$here/moving.scm" moving 4 > /dev/null
moved=$(id_of a moving)
check "a peer that did not agree" "fermata: b does not take $moved: not-allowed" \
  "$(on a flow delegate "$moved" b 2>&1)"
check "the flow is ours again" no "$(on a flow list --status delegated | grep -q moving && echo yes || echo no)"
echo '(delegate a)' >> "$here/b.peers"
kill -9 "$b"; serve b "$port_b"
await_state a moving suspended
check "a program that is not known there" "fermata: b does not take $moved: program-not-known" \
  "$(on a flow delegate "$moved" b 2>&1)"
sed -i 's/(delegate a)/(delegate a any-program)/' "$here/b.peers"
kill -9 "$b"; serve b "$port_b"
await_state a moving suspended
check "it goes there" "$moved goes on at b" "$(on a flow delegate "$moved" b 2>&1)"
check "and is delegated here" delegated "$(state a moving)"
check "an answer is sent on" 1 "$(on a flow resume "$moved" 1 2>&1 | grep -c delivered\\\|process)"
kill -9 "$a"; serve a "$port_a"
await_state b moving suspended
for i in $(seq 400); do on b flow why "$moved" 2>&1 | grep -q two && break; sleep 0.05; done
kill -9 "$b"; serve b "$port_b"
check "it goes on there, in another process" "(4 1 2)" \
  "$(FERMATA_STORE="sqlite:$here/b.sqlite" FERMATA_PEERS="$here/b.peers" "$FERMATA" flow resume "$moved" 2 2>&1)"
await_state a moving finished
check "its end comes back" finished "$(state a moving)"
check "with what it returned" 1 "$(on a flow show "$moved" | grep -c '(4 1 2)')"

# ---- copies, one of which is promoted while its origin is away
cat > "$here/keeping.scm" <<'END'
(import (scheme base) (fermata flow))
(defflow keeping (lambda (n) (list n (suspend 'it))))
END
echo '(copies a)' >> "$here/b.peers"
kill -9 "$b"; serve b "$port_b"
check "copies are asked for" "" "$(on a flow replicate b --name keeping)"
on a flow start "$here/keeping.scm" keeping 6 > /dev/null
kept=$(id_of a keeping)
await_state b keeping copy
check "a copy is at the peer" copy "$(state b keeping)"
check "nobody goes on with it" "fermata: $kept is a copy of a flow at a" \
  "$(on b flow resume "$kept" 1 2>&1)"
for i in $(seq 200); do on a flow replicate | grep -q 'complete .* s ago' && break; sleep 0.05; done
check "where copies are" 1 "$(on a flow replicate | grep -c '^b has copies of keeping, complete')"
check "and how old" 1 "$(on a flow stats --metrics | grep -c '^fermata_replica_behind_seconds{peer="b"}')"
kill -9 "$a"
check "the copies are promoted" 1 "$(on b flow promote --all-of a | \
  grep -c "^$kept goes on here after 3 records, the last of .* UTC; what came after that at a is not here")"
await_state b keeping suspended
check "one goes on" "(6 1)" "$(on b flow resume "$kept" 1 2>&1)"
serve a "$port_a"
await_state a keeping finished
check "its origin learns of that, and of its end" finished "$(state a keeping)"
on a flow replicate b --stop

# ---- both are killed in the middle, one after the other
kill -9 "$a"
FERMATA_STORE="sqlite:$here/a.sqlite" FERMATA_PEERS="$here/a.peers" \
  "$FERMATA" flow start "$here/a.scm" patient 5 > /dev/null 2>&1 &
caller=$!
await "$here/begun" 5
kill -9 "$b"
sleep 0.2
kill -9 $caller 2>/dev/null
rm -f "$here/ended"
serve b "$port_b"
serve a "$port_a"
await_state a patient finished
check "the flow comes to its end" finished "$(state a patient)"
check "the node ran to its end" 5 "$(cat "$here/ended")"
check "as one flow" 1 "$(on b flow list --name slow | grep -c slow)"
check "and its end entered once" 1 \
  "$(on a flow export "$(on a flow list --name patient | awk 'NR == 2 { print $1 }')" | grep -c 'remote returned 15')"

# ---- SIGTERM
kill -TERM "$a"
for i in $(seq 300); do kill -0 "$a" 2>/dev/null || break; sleep 0.05; done
check "SIGTERM ends a peer" gone "$(kill -0 "$a" 2>/dev/null && echo there || echo gone)"

# ---- TLS, of both sides
kill -9 "$b"
certify() {  # name, and who signs it; for this computer
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$here/$1-key.pem" \
    -subj "/CN=$1" -out "$here/$1.csr" 2>/dev/null
  printf 'subjectAltName=IP:127.0.0.1\n' > "$here/names"
  openssl x509 -req -in "$here/$1.csr" -CA "$here/$2.pem" -CAkey "$here/$2-key.pem" \
    -CAcreateserial -days 2 -extfile "$here/names" -out "$here/$1.pem" 2>/dev/null
}
for ca in ca other; do
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -keyout "$here/$ca-key.pem" -subj "/CN=$ca" -out "$here/$ca.pem" 2>/dev/null
done
certify ta ca; certify tb ca; certify forged other
with_tls() {  # file of peers, certificate, authority, scheme
  sed "s|http://|$4://|" "$here/$1.peers" > "$here/$1-tls.peers"
  echo "(tls \"$2.pem\" \"$2-key.pem\" \"$3.pem\")" >> "$here/$1-tls.peers"
}
call() {  # file of peers
  FERMATA_STORE="sqlite:$here/tls.sqlite" FERMATA_PEERS="$here/$1" "$FERMATA" \
    -e "(begin (import (fermata flow) (only (fermata condition) condition-kind))
          (guard (e (#t (condition-kind e))) ((remote-node 'b 'priced 'timeout 3) 4)))" 2>&1
}
with_tls b tb ca https
: > "$here/b.out"
FERMATA_STORE="sqlite:$here/b.sqlite" "$FERMATA" serve "$here/b.scm" \
  --listen "127.0.0.1:$port_b" --peers "$here/b-tls.peers" > "$here/b.out" 2>&1 &
b=$!
disown $b
await "$here/b.out" listens
# ---- a file of peers with mistakes in it
complaint() {  # rows
  printf '%s\n' "$1" > "$here/odd"
  on a serve "$here/a.scm" --listen 127.0.0.1:0 --peers "$here/odd" 2>&1 | sed "s|$here/||g"
}
check "a row that lacks something" 'fermata: odd: a row is to be (me NAME "KEY-FILE"), got (me a)' \
  "$(complaint '(me a)')"
check "a row of the wrong kind of things" \
  'fermata: odd: a row is to be (peer NAME "URL" "PUBLIC-KEY" ...), got (peer b 5 "k")' \
  "$(complaint '(me a "a.key") (peer b 5 "k")')"
check "a row that nobody knows" 1 "$(complaint '(pear b)' | grep -c '^fermata: odd has a row that is none of .*: (pear b)')"
check "a list without an end" 1 "$(complaint '(me a' | grep -c '^fermata: odd cannot be read')"
check "nobody is who we are" 1 "$(complaint '(allow b)' | grep -c 'does not say who we are')"

with_tls a ta ca https
check "a call over TLS" 8 "$(call a-tls.peers)"
check "plain HTTP is no way in" no "$(call a.peers | grep -q '^8$' && echo yes || echo no)"
with_tls a forged ca https
check "a client of another authority" no "$(call a-tls.peers | grep -q '^8$' && echo yes || echo no)"
with_tls a ta other https
check "a server of another authority" flow-remote-unreachable "$(call a-tls.peers)"
check "TLS 1.2 is refused" 0 "$(openssl s_client -connect "127.0.0.1:$port_b" -tls1_2 \
  -cert "$here/ta.pem" -key "$here/ta-key.pem" < /dev/null 2>/dev/null | grep -c 'Cipher is ECDHE')"

count
