#!/usr/bin/env python3
"""A1. Random kill -9: flows of ten steps, whose processes are killed at any moment, again and again.

Each step writes a line when it acts, outside the store.  In the end every flow has the result of
an undisturbed run, no record is doubled, and what was recorded did not run again: the recorded
value of a step is that of its last line.  About 50 kills; with FERMATA_LONG_TESTS 10,000, or as
many as FERMATA_SECONDS allow.
Prints `N passed, M failed`; the seed is in the text of a failure.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FERMATA = os.environ.get("FERMATA", "fermata")
KILLS = 10000 if os.environ.get("FERMATA_LONG_TESTS") else 50
SEED = int(os.environ.get("FERMATA_SEED", "1"))
SECONDS = float(os.environ.get("FERMATA_SECONDS", "inf"))
FLOWS = 6

PROGRAM = """
(import (scheme base) (scheme file) (scheme write) (scheme process-context) (fermata flow)
        (srfi 170))
;; Writes a line, in one write: the key of the step, and a value that no other run of it has,
;; which it returns.
(define count 0)
(define (act)
  (set! count (+ count 1))
  (let* ((value (string->symbol (string-append "p" (number->string (pid)) "-" (number->string count))))
         (text (string-append (step-key) " " (symbol->string value) "\n"))
         (port (open-file "effects" binary-output (+ open/create open/append))))
    (write-bytevector (string->utf8 text) port)
    (close-port port)
    value))
(define (named n) (string->symbol (string-append "s" (number->string n))))
(define (steps from to)
  (lambda (x)
    (let loop ((n from))
      (if (< n to) (begin (step (named n) act) (loop (+ n 1)))))
    to))
(defflow ten
  (lambda (x)
    (let* ((a ((steps 0 3) x))
           (b ((parallel (steps 3 5) (lambda (x) (flow-sleep 1/1000) 'slept) (steps 5 7)) x))
           (c ((try-catch (lambda (x) (step 'bad (lambda () (error "no luck")))) error-object-message)
               x))
           (d ((steps 7 10) x)))
      (list x a b c d))))
"""
MAIN = """
(let loop ((i 0))
  (if (< i FLOWS)
      (let ((id (string->symbol (string-append "f" (number->string i)))))
        (if (not (flow/status id)) (flow/start ten i 'id id))
        (loop (+ i 1)))))
(flow/work 'once #t 'attempts 1000)   ; it is not the flows that end the process
"""


def lines_of(file):
    if not file.exists():
        return []
    return file.read_text().splitlines()


class Round:
    """One store, until all its flows are finished."""

    def __init__(self, chance):
        self.chance = chance
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        (self.path / "ten.scm").write_text(PROGRAM + MAIN.replace("FLOWS", str(FLOWS)))
        self.environment = {**os.environ, "FERMATA_STORE": f"sqlite:{self.path}/flows.sqlite"}

    def start(self):
        return subprocess.Popen([FERMATA, "ten.scm"], cwd=self.path, env=self.environment,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def disturb(self, most):
        """Starts and kills until it ends by itself, at most so often; the number of kills."""
        kills = 0
        while kills < most:
            process = self.start()
            try:
                process.wait(timeout=self.chance.uniform(0.004, 0.040))
                if process.returncode == 0:
                    return kills
                raise AssertionError(f"it ended with {process.returncode}:\n{process.stdout.read().decode()}")
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                kills += 1
        return kills

    def finish(self):
        process = self.start()
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0, f"the last run ended with {process.returncode}:\n{out.decode()}"

    def look(self, *arguments):
        done = subprocess.run([FERMATA, "flow", *arguments], cwd=self.path, env=self.environment,
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def check(self):
        last = dict(line.split(" ") for line in lines_of(self.path / "effects"))
        rows = self.look("list", "--json")
        assert len(rows) == FLOWS, rows
        for row in rows:
            assert row["state"] == "finished", row
            shown = self.look("show", row["id"], "--json")
            seen, results = set(), 0
            for i, record in enumerate(shown["history"]):
                assert record["seq"] == i, record
                what = (record["place"], record["event"])
                assert what not in seen or record["event"] == "clock", f"doubled: {record}"
                seen.add(what)
                if record["event"] == "step-result" and record["name"].startswith("s"):
                    results += 1
                    said = last[f'{row["id"]}/{record["place"]}']
                    assert record["value"] == said, f"{record} ran again: {said}"
            assert results == 10, shown
            number = row["id"][1:]
            assert shown["history"][-1]["value"] == f'({number} 3 (5 slept 7) "no luck" 10)', shown


def main():
    chance = random.Random(SEED)
    passed = failed = kills = rounds = 0
    began = time.monotonic()
    while kills < KILLS and time.monotonic() - began < SECONDS:
        rounds += 1
        this = Round(chance)
        try:
            kills += this.disturb(min(KILLS - kills, 40))
            this.finish()
            this.check()
            passed += 1
        except AssertionError as problem:
            failed += 1
            print(f"FAIL: seed {SEED}, round {rounds}: {problem}")
            if failed > 5:
                break
        finally:
            this.folder.cleanup()
    print(f"{kills} kills in {rounds} rounds, {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
