#!/usr/bin/env python3
"""A8, the other way round: that the tests see doubled steps when nothing keeps workers from doubling them.

A proxy takes the fence out of each append (its epoch and its place), the key of the journal is dropped,
and workers are stopped for longer than their lease until a step is doubled; with FERMATA_LONG_TESTS for
200 seconds. Prints how many were, and `N passed, M failed`.
"""
import time

from disturbed import LONG, World
import walking

# In the statement for several appends, and in that for one.
FENCES = (b"f.epoch = w.epoch AND f.next_seq = w.seq", b"epoch = $2 AND next_seq = $3")


def main():
    results = walking.Results()
    with World(FENCES) as world:
        world.cluster.sql("ALTER TABLE journal DROP CONSTRAINT journal_pkey")
        world.begin(20, 200, "1/10")
        until = time.monotonic() + (200 if LONG else 40)
        while (LONG or world.doubled() == 0) and time.monotonic() < until:
            if not world.stopped:  # so that some are left to take over
                world.done["stop"] += world.stop(2)
            time.sleep(0.1)
            world.end_those_due()
        results.check("the fence was taken out", world.proxy.changed > 0)
        doubled = world.doubled()
        results.check("without the fence steps are doubled", doubled > 0)
        print(f"without the fence: {doubled} steps doubled after {world.done['stop']} stops", flush=True)
    results.end()


if __name__ == "__main__":
    main()
