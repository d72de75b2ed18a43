#!/usr/bin/env python3
"""A crowd on one SQLite file: processes that start flows, a worker, and people who list, show,
resume, signal and cancel meanwhile.

In the end every flow is closed, as what was said to it demands, and no history is damaged.
With FERMATA_LONG_TESTS 8 processes of 1,000 flows each.  Prints `N passed, M failed`.
"""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

FERMATA = os.environ.get("FERMATA", "fermata")
LONG = bool(os.environ.get("FERMATA_LONG_TESTS"))
PROCESSES, FLOWS = (8, 1000) if LONG else (4, 15)

STARTER = """
(import (scheme base) (scheme process-context) (fermata flow))
(define (asks x) (list x (suspend 'go)))
(define (listens x) (list x (await-signal 'word)))
(define (noted name) (lambda (x) (step name (lambda () x))))
(defflow asking (sequence (noted 'one) asks (noted 'two)))
(defflow listening (sequence (noted 'one) listens (noted 'two)))
(defflow napping (sequence (noted 'one) (lambda (x) (flow-sleep 1/100) x) (noted 'two)))
(define me (string->symbol (cadr (command-line))))
(parameterize ((flow-patience 0))
  (let loop ((n 0))
    (if (< n COUNT)
        (begin
          (flow/start (list-ref (list asking listening napping) (modulo n 3)) (list me n))
          (loop (+ n 1))))))
"""
# Goes on with whatever waits, in an order of its own, until nothing is left.
ANSWERER = """
(import (scheme base) (scheme process-context) (fermata flow) (only (fermata sched) task-sleep))
(define me (string->symbol (cadr (command-line))))
(define (try thunk) (guard (e ((error-object? e) #f)) (thunk)))
(define (answer flow)
  (case (cadr flow)
    ((asking) (try (lambda () (flow/resume (car flow) 'go me))))
    ((listening) (try (lambda () (flow/signal (car flow) 'word me))))))
(let loop ()
  (let ((waiting (append (flow/list 'status 'suspended 'name 'asking 'limit 20)
                         (flow/list 'status 'suspended 'name 'listening 'limit 20))))
    (for-each answer (if (eq? me 'back) (reverse waiting) waiting))
    (if (not (file-exists? "over")) (begin (task-sleep 1/100) (loop)))))
"""


class Failed(Exception):
    pass


def main():
    chance = random.Random(int(os.environ.get("FERMATA_SEED", "1")))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        environment = {**os.environ, "FERMATA_STORE": f"sqlite:{path}/flows.sqlite"}
        (path / "starter.scm").write_text(STARTER.replace("COUNT", str(FLOWS)))
        (path / "answerer.scm").write_text(ANSWERER.replace("(fermata flow)", "(scheme file) (fermata flow)", 1))

        def begin(*arguments):
            return subprocess.Popen([FERMATA, *arguments], cwd=path, env=environment,
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

        def run(*arguments):
            done = subprocess.run([FERMATA, "flow", *arguments], cwd=path, env=environment,
                                  capture_output=True, text=True, timeout=120)
            return done.returncode, done.stdout, done.stderr

        def rows():
            status, out, err = run("list", "--json")
            if status != 0:
                raise Failed(f"list: {err}")
            return json.loads(out)

        began = time.monotonic()
        starters = [begin("starter.scm", f"p{i}") for i in range(PROCESSES)]
        worker = begin("flow", "work")
        answerers = []
        cancelled, looks = set(), 0
        while True:
            busy = [p for p in starters if p.poll() is None]
            found = rows()
            open_flows = [r for r in found if r["state"] not in ("finished", "failed", "cancelled")]
            if not busy and not open_flows:
                break
            if time.monotonic() - began > (1500 if LONG else 50):
                raise Failed(f"not over: {Counter(r['state'] for r in found)}")
            if looks >= 20 and not answerers:
                answerers = [begin("answerer.scm", name) for name in ("forth", "back")]
            for _ in range(5):
                looks += 1
                if not open_flows:
                    break
                row = chance.choice(open_flows)
                verb = chance.choice(["show", "why", "resume", "signal", "cancel", "stats"])
                if verb in ("show", "why"):
                    status, out, err = run(verb, row["id"])
                    if status != 0 or row["id"] not in out:
                        raise Failed(f"{verb} {row['id']}: {out} {err}")
                elif verb == "resume" and row["flow"] == "asking":
                    run("resume", row["id"], "--tag", "go", "me")
                elif verb == "signal" and row["flow"] == "listening":
                    run("signal", row["id"], "word", "me")
                elif verb == "cancel":
                    status, out, err = run("cancel", row["id"], "enough")
                    if status == 0:
                        cancelled.add(row["id"])
                elif verb == "stats":
                    run("stats")
        (path / "over").write_text("")
        worker.send_signal(signal.SIGTERM)
        for process in [*starters, *answerers, worker]:
            out, _ = process.communicate(timeout=60)
            if process.returncode != 0:
                raise Failed(f"{process.args} ended with {process.returncode}:\n{out}")

        found = rows()
        if len(found) != PROCESSES * FLOWS:
            raise Failed(f"{len(found)} flows instead of {PROCESSES * FLOWS}")
        inputs = Counter()
        for row in found:
            status, out, err = run("show", row["id"], "--json")
            if status != 0:
                raise Failed(f"show {row['id']}: {err}")
            history = json.loads(out)["history"]
            if [r["seq"] for r in history] != list(range(len(history))):
                raise Failed(f"{row['id']} has gaps")
            steps = [r["name"] for r in history if r["event"] == "step-result"]
            if row["state"] == "finished" and steps != ["one", "two"]:
                raise Failed(f"{row['id']} has done {steps}")
            if row["state"] == "cancelled" and row["id"] not in cancelled:
                raise Failed(f"nobody cancelled {row['id']}")
            if row["state"] == "failed":
                raise Failed(f"{row['id']} has failed")
            inputs[next(r["value"] for r in history if r["event"] == "started")] += 1
        if not cancelled:
            raise Failed("nothing was cancelled: it was over too soon")
        if len(inputs) != PROCESSES * FLOWS:
            raise Failed("a flow was started twice, or not at all")
        print(f"{len(found)} flows, {len(cancelled)} cancelled, {looks} commands meanwhile, "
              f"{time.monotonic() - began:.0f} s", file=sys.stderr)


try:
    main()
    print("1 passed, 0 failed")
except Failed as problem:
    print(f"FAIL: {problem}\n0 passed, 1 failed")
    sys.exit(1)
