#!/usr/bin/env python3
"""A7. Workers are killed, and others take their flows over as soon as the lease allows it.

Each worker has process numbers of its own, as on a machine of its own, so that others cannot see that it has
ended: they know it by its lease, on the PostgreSQL that they share. From the kill to the next step of each of
its flows it takes two leases and a look at most; in the end no step is lost or doubled. 3 kills; with
FERMATA_LONG_TESTS 100. Needs root and `unshare`, else it says so and does nothing. Prints how long
flows stood still, and `N passed, M failed`.
"""
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter

from handoff import FLOWS, LONG, PROGRAM, Fleet, told, wrongs
from postgres_cluster import database

KILLS = 100 if LONG else 3
LEASE = 1.0
MOST = (2 * LEASE + 1) * 1000  # ms: two leases and a look
APART = ["unshare", "--pid", "--mount-proc", "--fork", "--kill-child=KILL"]


class Machines(Fleet):
    def __init__(self, folder, store):
        super().__init__(folder, store)
        self.environment["FERMATA_LEASE"] = str(LEASE)
        self.command = [*APART, *self.command]

    def last_by_flow(self):
        return {line[0]: line for line in self.lines()}

    def take_over(self):
        """Kills who runs most. How long each of its flows stood still, in milliseconds."""
        running = self.last_by_flow()
        victim = Counter(line[2] for line in running.values()).most_common(1)[0][0]
        self.hire()
        self.lose(victim, signal.SIGKILL)
        killed, known = time.time() * 1000, len(self.lines())
        left = {flow for flow, line in self.last_by_flow().items() if line[2] == victim}
        went_on = {}

        def found():
            for flow, _, _, began, *_ in self.lines()[known:]:
                went_on.setdefault(flow, began)
            return left <= went_on.keys()
        self.until(found, "the flows of a killed worker go on")
        return [round(went_on[flow] - killed) for flow in left]


def test(folder, store):
    fleet = Machines(folder, store)
    ids = [f"f{n}" for n in range(FLOWS)]
    (fleet.folder / "walk.scm").write_text(PROGRAM.replace("IDS", " ".join(ids)))
    fleet.run("store", "init")
    started = fleet.run("walk.scm")
    if started.returncode != 0:
        return [started.stdout + started.stderr]
    for _ in range(2):
        fleet.hire()
    fleet.until(lambda: len(fleet.lines()) > FLOWS, "the flows begin")
    times = sorted(time for _ in range(KILLS) for time in fleet.take_over())
    (fleet.folder / "over").touch()
    fleet.until(lambda: all(fleet.run("flow", "list", "--name", "walking", "--status", "finished")
                            .stdout.count(f"\n{i} ") == 1 for i in ids), "every flow ends")
    for name in list(fleet.workers):
        fleet.lose(name, signal.SIGKILL)
    print(f"{KILLS} kills; flows stood still: {told(times)}")
    problems = wrongs(fleet.lines(), ids, KILLS)
    if not times:
        problems.append("no flow was taken over")
    elif times[-1] > MOST:
        problems.append(f"a flow stood still for {times[-1]} ms, {MOST:.0f} are allowed")
    return problems


if os.geteuid() != 0 or not shutil.which("unshare"):
    print("not tried: that needs root and unshare\n0 passed, 0 failed")
    sys.exit()
with tempfile.TemporaryDirectory() as folder, database() as store:
    problems = test(folder, store)
for problem in problems:
    print("FAIL:", problem)
print(f"{0 if problems else 1} passed, {len(problems)} failed")
sys.exit(1 if problems else 0)
