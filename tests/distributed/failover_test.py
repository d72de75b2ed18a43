#!/usr/bin/env python3
"""A11. The primary dies and its synchronous standby takes over, while two workers run flows.

What was acknowledged is on the standby: a step whose result was recorded does not run again. Every
flow finishes there, under epochs that the old primary never gave. Prints `N passed, M failed`.
"""
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from postgres_cluster import Cluster  # noqa: E402

FERMATA = os.environ.get("FERMATA", "fermata")
FLOWS, STEPS = 12, 12
# Each step writes its key when the one before it is recorded.
PROGRAM = """
(import (scheme base) (scheme file) (scheme write) (fermata flow) (only (fermata sched) task-sleep)
        (srfi 170))
(define (act i)
  (let ((port (open-file "effects" binary-output (+ open/create open/append)))
        (text (open-output-string)))
    (write (step-key) text)
    (newline text)
    (write-bytevector (string->utf8 (get-output-string text)) port)
    (close-port port)
    (task-sleep 1/10)
    i))
(define (walk n)
  (let loop ((i 0))
    (if (< i n) (begin (step 'act (lambda () (act i)) 'in-doubt 'retry) (loop (+ i 1))) n)))
(defflow walking walk)
(let loop ((i 0))
  (if (< i FLOWS) (begin (flow/start walking STEPS 'queue 'all) (loop (+ i 1)))))
"""


def main():
    passed = failed = 0

    def check(what, is_so, more=""):
        nonlocal passed, failed
        passed, failed = passed + bool(is_so), failed + (not is_so)
        if not is_so:
            print(f"FAIL: {what} {more}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        primary = Cluster()
        standby = Cluster.standby_of(primary)
        workers = []
        try:
            url = f"postgresql:///postgres?host={primary.folder},{standby.folder}&user=fermata" \
                  "&target_session_attrs=read-write"
            environment = {**os.environ, "FERMATA_STORE": url, "FERMATA_LEASE": "1"}

            def call(*arguments):
                return subprocess.run([FERMATA, *arguments], env=environment, cwd=folder, text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            check("tables are made", call("store", "init").returncode == 0)
            program = Path(folder) / "walk.scm"
            program.write_text(PROGRAM.replace("FLOWS", str(FLOWS)).replace("STEPS", str(STEPS)))
            started = call("run", str(program))
            check("flows are queued", started.returncode == 0, started.stdout)
            log = open(f"{folder}/log", "w")
            workers = [subprocess.Popen([FERMATA, "flow", "work"], env=environment, cwd=folder,
                                        stdout=log, stderr=log) for _ in range(2)]
            recorded = "SELECT flow || '/' || strand || '/' || ordinal || '/' || value FROM journal" \
                       " WHERE event = 4 ORDER BY 1"
            until = time.monotonic() + 20
            while time.monotonic() < until and primary.sql(recorded).count("\n") < FLOWS * 2:
                time.sleep(0.05)
            before = set(primary.sql(recorded).splitlines())
            check("steps were recorded", len(before) >= FLOWS * 2)
            primary.control("stop", "-m", "immediate")
            fell = time.monotonic()
            standby.control("promote")
            up = time.monotonic()
            until = up + 40
            left = "SELECT count(*) FROM flow WHERE status <> 4"
            while time.monotonic() < until and standby.sql(left) != "0":
                time.sleep(0.1)
            check("all finish", standby.sql(left) == "0", standby.sql("SELECT * FROM flow LIMIT 3")
                  + Path(f"{folder}/log").read_text()[-2000:])
            after = set(standby.sql(recorded).splitlines())
            check("what was recorded is there", before <= after, str(sorted(before - after)[:3]))
            check("each step is recorded once", len(after) == FLOWS * STEPS)
            check("epochs are those of the new timeline",
                  standby.sql(f"SELECT count(*) FROM flow WHERE epoch <= {1 << 32}") == "0")
            check("the store is sound", call("store", "check").returncode == 0)
            print(f"promoted {up - fell:.1f} s after the fall, all finished"
                  f" {time.monotonic() - up:.1f} s later", flush=True)
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
            standby.stop()
            primary.stop()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
