#!/usr/bin/env python3
"""A14. One flow among a hundred ends its process each time; others run beside it.

Two workers, started again whenever they end, on a file and on PostgreSQL. The bad flow is parked in the
end, and says why; all others finish. With FERMATA_LONG_TESTS ten times each. Prints
`N passed, M failed`.
"""
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from guard import mortal  # noqa: E402
from postgres_cluster import database  # noqa: E402
from walking import Results  # noqa: E402

FERMATA = os.environ.get("FERMATA", "fermata")
TIMES = 10 if os.environ.get("FERMATA_LONG_TESTS") else 1
PROGRAM = """
(import (scheme base) (scheme process-context) (fermata flow) (only (fermata sched) task-sleep))
(defflow bad (lambda (x) (step 'boom (lambda () (task-sleep 1/20) (emergency-exit 9)))))
(define (nap n) (step 'nap (lambda () (task-sleep 1/20) n)))
(defflow good (sequence nap nap nap))
(let loop ((i 0))
  (if (< i 100)
      (begin
        (if (= i 50) (flow/start bad 0 'id 'bad 'queue 'all) (flow/start good i 'queue 'all))
        (loop (+ i 1)))))
"""


@contextmanager
def on_file():
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:{folder}/flows.sqlite"


def try_on(store, results):
    """How many workers the bad flow ended, and how long it took."""
    environment = {**os.environ, "FERMATA_STORE": store, "FERMATA_LEASE": "0.5"}

    def call(*arguments, text=None):
        return subprocess.run([FERMATA, *arguments], env=environment, input=text, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout

    def work():
        return subprocess.Popen(mortal([FERMATA, "flow", "work", "--concurrency", "20"]),
                                env=environment, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
    call("store", "init")
    call("run", "/dev/stdin", text=PROGRAM)
    began, ended = time.monotonic(), 0
    workers = [work(), work()]
    try:
        while time.monotonic() < began + 40:
            for i, worker in enumerate(workers):
                if worker.poll() is not None:
                    ended += 1
                    workers[i] = work()
            if "bad" in call("flow", "list", "--status", "stuck"):
                break
            time.sleep(0.1)
        parked = time.monotonic() - began
        while time.monotonic() < began + 45:
            finished = call("flow", "list", "--name", "good", "--status", "finished").count("\n") - 2
            if finished == 99:
                break
            time.sleep(0.1)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    why = call("flow", "why", "bad")
    results.check("the bad one is parked, and says why",
                  "parked: its process ended 5 times without a new record" in why, why)
    results.check("all others finish", finished == 99, call("flow", "stats"))
    # The first time it leaves a record: that its step has begun.
    results.check("it ends six processes at most", 1 <= ended <= 6, ended)
    return ended, parked


def main():
    results = Results()
    for name, place in (("a file", on_file), ("PostgreSQL", database)):
        for _ in range(TIMES):
            with place() as store:
                ended, parked = try_on(store, results)
            print(f"on {name}: parked after {parked:.1f} s and {ended} processes", flush=True)
    results.end()


if __name__ == "__main__":
    main()
