#!/usr/bin/env python3
"""A program that starts flows and ends at once has told idle workers of them: on PostgreSQL, where these
would look by themselves after a minute. One that cannot tell anybody, as it was killed right after its
commit, has them found by the look that workers have made once in a lease; the same goes for who ends a flow for
which another waits in its queue. Who works on a file sees by the file itself that it was written. Prints
`N passed, M failed`.
"""
import os
import statistics
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
MUTE_ROUNDS = 3
SOON = 20  # seconds, on a busy machine
PROGRAM = """
(import (scheme base) (fermata flow))
(defflow quick (lambda (n) (step 'only (lambda () n))))
(let loop ((i 0)) (if (< i FLOWS) (begin (flow/start quick i 'queue 'all) (loop (+ i 1)))))
"""
# Who is killed right after its commit has the same effect as one whose second connection, which would
# tell of it, is refused.
MUTE = """
CREATE ROLE mute LOGIN CONNECTION LIMIT 1;
GRANT ALL ON ALL TABLES IN SCHEMA public TO mute;
"""
LEASE = 2
PAST = 2 * LEASE  # seconds, after which the worker makes no more of what it was told before
FOUND = 1000 * (LEASE + 1)  # ms: after a lease, and what the worker then takes
SLOW = """
(import (scheme base) (fermata flow))
(flow-queue! 'narrow 'limit 1)
(defflow waiting (lambda (n) (suspend 'it)))
(flow/start waiting 1 'id 'first 'queue 'narrow)
(flow/start waiting 1 'id 'second 'queue 'narrow)
"""

LASTING = """
(display 'started)
(flush-output-port)
(read-line)
"""
PATIENT = """
(import (scheme base) (fermata flow))
(defflow quick (lambda (n) (step 'only (lambda () n))))
(flow/work 'poll 600)
"""


def left(cluster):
    return int(cluster.sql("SELECT count(*) FROM flow WHERE status <> 4"))


def until_all_finished(cluster):
    return until(lambda: left(cluster) == 0)


def until(holds):
    end = time.monotonic() + SOON
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


class Place:
    """A store, and a worker that has nothing to do."""

    def __init__(self, folder, lease):
        self.cluster = Cluster.start()
        self.folder = folder
        self.environment = {**os.environ, "FERMATA_STORE": self.cluster.url,
                            "FERMATA_LEASE": str(lease)}
        self.run("store", "init")

    def run(self, *arguments, **environment):
        subprocess.run([FERMATA, *arguments], cwd=self.folder, check=True,
                       env={**self.environment, **environment}, stdout=subprocess.DEVNULL)

    def __enter__(self):
        self.worker = subprocess.Popen(mortal([FERMATA, "flow", "work"]), cwd=self.folder,
                                       env=self.environment, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.worker.kill()
        self.worker.wait()
        self.cluster.stop()


def starters_that_end(results, folder):
    with Place(folder, 1) as place:
        for _ in range(ROUNDS):
            place.run("run", "quick.scm")
            results.check("the worker hears of flows whose program has ended",
                          until_all_finished(place.cluster), f"{left(place.cluster)} are left")


def starters_that_tell_nobody(results, folder):
    with Place(folder, LEASE) as place:
        cluster = place.cluster
        cluster.sql(MUTE)
        took = []
        for _ in range(MUTE_ROUNDS):
            time.sleep(PAST)
            place.run("run", "quick.scm", FERMATA_STORE=cluster.url.replace("user=fermata", "user=mute"))
            results.check("the worker finds flows of which it was not told",
                          until_all_finished(cluster), f"{left(cluster)} are left")
            took.append(int(cluster.sql("SELECT coalesce(max(admitted_at - created_at), 99999) FROM flow")))
            cluster.sql("DELETE FROM flow")
        results.check("within a lease and a second", statistics.median(took) <= FOUND, f"{took} ms")
        print(f"flows of which nobody was told began after {took} ms", flush=True)


def ends_that_nobody_tells_of(results, folder):
    with Place(folder, LEASE) as place:
        cluster = place.cluster

        def suspended(id):
            return cluster.sql(f"SELECT status FROM flow WHERE id = '{id}'") == "2"
        place.run("run", "slow.scm")
        results.check("the first of a narrow queue begins", until(lambda: suspended("first")))
        time.sleep(PAST)
        results.check("the second waits",
                      cluster.sql("SELECT status FROM flow WHERE id = 'second'") == "7")
        cluster.sql("UPDATE flow SET status = 4, updated_at = fermata_now(NULL), waiting = ''"
                    " WHERE id = 'first'")
        results.check("it begins when the first has ended", until(lambda: suspended("second")))
        took = cluster.sql("SELECT b.admitted_at - a.updated_at FROM flow a, flow b"
                           " WHERE a.id = 'first' AND b.id = 'second'")
        print(f"a flow of whose turn nobody was told began after {took} ms", flush=True)


def starters_on_a_file(results, folder):
    environment = {**os.environ, "FERMATA_STORE": f"{folder}/flows"}

    def unfinished():
        return subprocess.run([FERMATA, "flow", "list", "--status", "queued"], env=environment,
                              stdout=subprocess.PIPE, text=True).stdout.count("\nquick")

    def command(program):
        return mortal([FERMATA, "run", program])
    worker = subprocess.Popen(command("patient.scm"), cwd=folder, env=environment)
    try:
        for _ in range(MUTE_ROUNDS):
            with subprocess.Popen(command("lasting.scm"), cwd=folder, env=environment,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:
                starter.stdout.read(len("started"))
                starter.kill()
            results.check("the worker sees that a file was written by who is killed",
                          until(lambda: unfinished() == 0), f"{unfinished()} are left")
    finally:
        worker.kill()
        worker.wait()


def main():
    results = walking.Results()
    with tempfile.TemporaryDirectory() as folder:
        Path(f"{folder}/quick.scm").write_text(PROGRAM.replace("FLOWS", str(FLOWS)))
        Path(f"{folder}/slow.scm").write_text(SLOW)
        Path(f"{folder}/lasting.scm").write_text(
            PROGRAM.replace("FLOWS", str(FLOWS)).replace("(fermata flow)", "(scheme write) (fermata flow)")
            + LASTING)
        Path(f"{folder}/patient.scm").write_text(PATIENT)
        starters_on_a_file(results, folder)
        starters_that_end(results, folder)
        starters_that_tell_nobody(results, folder)
        ends_that_nobody_tells_of(results, folder)
    results.end()


main()
