#!/usr/bin/env python3
"""A11. The primary dies and its standby takes over, while two workers run flows; then the next standby.

A synchronous standby has what was acknowledged: a step whose result was recorded does not run again. One
that lagged has lost the last of it: that is seen here, flows go on from before, and run again what was
lost under the keys it had. Either way every flow finishes, under epochs of the new timeline, which no
other had. One failover of each kind; with FERMATA_LONG_TESTS 20, one after the other. Prints
`N passed, M failed`.
"""
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from guard import Guard, mortal  # noqa: E402
from postgres_cluster import Cluster  # noqa: E402
import walking  # noqa: E402

FERMATA = os.environ.get("FERMATA", "fermata")
ROUNDS = 20 if os.environ.get("FERMATA_LONG_TESTS") else 1
FLOWS, STEPS = 12, 12
RECORDED = ("SELECT flow || '/' || strand || '/' || ordinal || '/' || convert_from(value, 'UTF8')"
            " FROM journal WHERE event = 4")


class Failovers:
    def __init__(self, results, is_synchronous):
        self.results, self.is_synchronous = results, is_synchronous
        self.primary = Cluster.start()
        self.folder = f"{self.primary.folder}-here"
        os.mkdir(self.folder)
        self.guard = Guard(f"rm -rf {self.folder}")
        self.lost, self.took, self.workers = [], [], []
        self.timeline = 1

    def until(self, done, seconds=40):
        end = time.monotonic() + seconds
        while not done() and time.monotonic() < end:
            time.sleep(0.05)

    def count(self):
        return int(self.primary.sql("SELECT count(*) FROM journal WHERE event = 4"))

    def round(self):
        """The standby becomes the primary."""
        standby = (Cluster.standby_of(self.primary) if self.is_synchronous
                   else Cluster.start(copied_from=self.primary))
        url = f"postgresql:///postgres?host={self.primary.folder},{standby.folder}&user=fermata" \
              "&target_session_attrs=read-write"
        environment = {**os.environ, "FERMATA_STORE": url, "FERMATA_LEASE": "1"}
        if self.timeline == 1:
            subprocess.run([FERMATA, "store", "init"], env=environment, check=True,
                           stdout=subprocess.DEVNULL)
        began_with, known = self.count(), self.flows(self.primary)
        program = walking.write_program(self.folder, FLOWS, STEPS, "1/10")
        subprocess.run([FERMATA, "run", program], env=environment, cwd=self.folder, check=True)
        with open(f"{self.folder}/log", "a") as log:
            self.workers = [subprocess.Popen(mortal([FERMATA, "flow", "work"]), cwd=self.folder,
                                             env={**environment, "WORKER": f"w{self.timeline}.{i}"},
                                             stdout=log, stderr=log) for i in range(2)]
        self.until(lambda: self.count() >= began_with + FLOWS * 2)
        if not self.is_synchronous:
            self.let_lag(standby)
        before = set(self.primary.sql(RECORDED).splitlines())
        self.results.check("steps were recorded", len(before) >= began_with + FLOWS * 2)
        self.primary.control("stop", "-m", "immediate")
        fell = time.monotonic()
        standby.control("promote")
        self.timeline += 1
        self.primary.stop()
        self.primary = standby
        self.until(lambda: standby.sql("SELECT count(*) FROM flow WHERE status <> 4") == "0")
        self.took.append(time.monotonic() - fell)
        lost = before - set(standby.sql(RECORDED).splitlines())
        self.lost.append(len(lost))
        self.results.check("what a synchronous standby has, and one that lags has not",
                           (not lost) == self.is_synchronous, f"{len(lost)} lost")
        old = standby.sql(f"SELECT count(*) FROM flow WHERE epoch <= {(self.timeline - 1) << 32}"
                          f" AND id <> ALL('{{{','.join(known)}}}')")
        self.results.check("epochs are those of the new timeline", old == "0", old)
        self.end_workers()

    def let_lag(self, standby):
        """It receives nothing from here on, and flows go on."""
        self.until(lambda: int(standby.sql("SELECT count(*) FROM flow")) == len(self.flows(self.primary)))
        standby.sql("ALTER SYSTEM SET primary_conninfo = ''")
        standby.control("reload")
        self.until(lambda: standby.sql("SELECT count(*) FROM pg_stat_wal_receiver") == "0")
        reached = self.count()
        self.until(lambda: self.count() >= reached + FLOWS)

    @staticmethod
    def flows(cluster):
        return cluster.sql("SELECT id FROM flow").split()

    def end_workers(self):
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.workers = []

    def run(self):
        try:
            for _ in range(ROUNDS):
                self.round()
            check = walking.check_together if self.is_synchronous else walking.check_but_losses
            walked = check(self.results, self.folder, [self.primary], STEPS)
            if not self.is_synchronous:
                self.results.check("the loss is seen", len(walked.lost) > 0)
            print(f"{ROUNDS} failovers to a standby {'in step' if self.is_synchronous else 'that lags'}:"
                  f" all finished after {max(self.took):.1f} s at most, {sum(self.lost)} results lost,"
                  f" {walked.again} steps ran again", flush=True)
        finally:
            self.end_workers()
            self.primary.stop()
            self.guard.clean_up()


def main():
    results = walking.Results()
    for is_synchronous in (True, False):
        Failovers(results, is_synchronous).run()
    results.end()


if __name__ == "__main__":
    main()
