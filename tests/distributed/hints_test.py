#!/usr/bin/env python3
"""A program that starts flows and ends at once has told idle workers of them: on PostgreSQL, where these
would look by themselves after a minute. Prints `N passed, M failed`.
"""
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from guard import mortal  # noqa: E402
from postgres_cluster import Cluster  # noqa: E402
import walking  # noqa: E402

FERMATA = os.environ.get("FERMATA", "fermata")
ROUNDS, FLOWS = 8, 12
SOON = 20  # seconds, on a busy machine
PROGRAM = """
(import (scheme base) (fermata flow))
(defflow quick (lambda (n) (step 'only (lambda () n))))
(let loop ((i 0)) (if (< i FLOWS) (begin (flow/start quick i 'queue 'all) (loop (+ i 1)))))
"""


def left(cluster):
    return int(cluster.sql("SELECT count(*) FROM flow WHERE status <> 4"))


def until_all_finished(cluster):
    end = time.monotonic() + SOON
    while left(cluster) > 0 and time.monotonic() < end:
        time.sleep(0.02)
    return left(cluster) == 0


def main():
    results = walking.Results()
    cluster = Cluster.start()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "FERMATA_STORE": cluster.url, "FERMATA_LEASE": "1"}
        Path(f"{folder}/quick.scm").write_text(PROGRAM.replace("FLOWS", str(FLOWS)))
        subprocess.run([FERMATA, "store", "init"], env=environment, check=True,
                       stdout=subprocess.DEVNULL)
        worker = subprocess.Popen(mortal([FERMATA, "flow", "work"]), cwd=folder, env=environment,
                                  stdout=subprocess.DEVNULL)
        try:
            for _ in range(ROUNDS):
                subprocess.run([FERMATA, "run", "quick.scm"], cwd=folder, env=environment, check=True)
                results.check("the worker hears of flows whose program has ended",
                              until_all_finished(cluster), f"{left(cluster)} are left")
        finally:
            worker.kill()
            worker.wait()
            cluster.stop()
    results.end()


main()
