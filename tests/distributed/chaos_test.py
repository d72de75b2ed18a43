#!/usr/bin/env python3
"""A8, A10. Workers on a PostgreSQL of their own, while things break (disturbed.py says what).

In the end every flow has finished, what was acknowledged is in the journal, each step stands there
once, and epochs never fall. unfenced_test.py shows that this can see what it looks for.

Some twenty seconds; with FERMATA_LONG_TESTS until 1,000 stops and 100 of each other kind are done, a
quarter of an hour. FERMATA_SEED chooses what happens. Prints what happened, and `N passed, M failed`.
"""
import re
import time

from disturbed import CONCURRENCY, LONG, WORKERS, World
import walking

STEPS = 10
FLOWS = 1500 if LONG else 30
WANTED = ({"stop": 1000, "kill": 100, "restart": 100, "absence": 3, "cut": 100, "keep_back": 100,
           "end_session": 100} if LONG else
          {"stop": 5, "kill": 1, "restart": 1, "cut": 1, "keep_back": 2, "end_session": 1})
DEADLINE = 3000 if LONG else 45


def main():
    results = walking.Results()
    with World() as world:
        began = time.monotonic()
        world.begin(FLOWS, STEPS, "1/5")
        world.disturb(WANTED, began + DEADLINE * 0.8)
        while time.monotonic() < began + DEADLINE and world.left() > 0:
            world.end_those_due()
            time.sleep(0.1)
        walked = walking.check_all(results, world.folder, world.cluster, STEPS)
        results.check("what was wanted has happened",
                      all(world.done[k] >= WANTED[k] for k in WANTED), str(world.done))
        moved = world.count("SELECT count(*) FROM flow f WHERE epoch > 2")
        results.check("flows were taken over", moved > 0)
        results.check("workers end by kill alone", world.ended == 0)
        told = re.findall(r"^(\S+) stopped: (\S+) was taken over", world.log(), re.M)
        results.check("what is told of a flow is about it", all(a == b for a, b in told), told)
        # A worker that is disturbed has at most as many steps under way as it runs flows.
        most = CONCURRENCY * WORKERS * sum(world.done.values())
        results.check("only steps that were under way ran again", walked.again <= most)
        results.check("who was stopped began nothing later", walked.late <= world.done["stop"])
        print(f"{FLOWS} flows, {WORKERS} workers, {time.monotonic() - began:.1f} s; {world.done};"
              f" {world.hired} workers hired, {moved} flows changed hands, {walked.again} steps ran again,"
              f" {walked.late} of them late", flush=True)
    results.end()


if __name__ == "__main__":
    main()
