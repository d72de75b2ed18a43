#!/usr/bin/env python3
"""Four databases as four shards, a worker on each, and virtual shards that move while flows run.

In the end each flow lies in one database, that which the table names, and has run each step once; what
was acknowledged is there. Prints `N passed, M failed`.
"""
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from guard import mortal  # noqa: E402
from postgres_cluster import Cluster  # noqa: E402
from shards import Shards, VIRTUAL  # noqa: E402
import walking  # noqa: E402

FERMATA = os.environ.get("FERMATA", "fermata")
FLOWS, STEPS, MOVES = (2000, 10, 40) if os.environ.get("FERMATA_LONG_TESTS") else (80, 10, 4)


class Shard:
    def __init__(self, shards, name):
        self.cluster, self.name, self.url = shards.cluster, name, shards.url(name)

    def sql(self, text):
        return self.cluster.sql(text, self.name)


def main():
    results = walking.Results()
    cluster = Cluster.start(settings=["max_prepared_transactions=4"])
    folder = f"{cluster.folder}/here"
    os.mkdir(folder)
    shards = Shards(cluster, FERMATA, 4)
    program = walking.write_program(folder, 0, STEPS, "1/10")
    ids = [f"f{n}" for n in range(FLOWS)]

    def on(name):
        return {**os.environ, "FERMATA_STORE": shards.url(name), "WORKER": name}
    for name in shards.names:
        subprocess.run([FERMATA, "run", program], env=on(name), cwd=folder, check=True,
                       input="\n".join(i for i in ids if shards.of(i) == name), text=True)
    began = time.monotonic()
    with open(f"{folder}/log", "w") as log:
        workers = [subprocess.Popen(mortal([FERMATA, "flow", "work"]), env=on(name), cwd=folder,
                                    stdout=log, stderr=log) for name in shards.names]
    stood = []
    for n in range(MOVES):
        time.sleep(0.1)
        began_move = time.monotonic()
        virtual = n * 5 % VIRTUAL
        target = shards.names[(shards.names.index(shards.place[virtual]) + 1) % 4]
        results.check("something was moved", shards.move(virtual, target) > 0)
        stood.append(time.monotonic() - began_move)
    open_flows = "SELECT count(*) FROM flow WHERE status <> 4"
    until = time.monotonic() + 300 * MOVES / 40 + 20
    while any(cluster.sql(open_flows, s) != "0" for s in shards.names) and time.monotonic() < until:
        time.sleep(0.1)
    took = time.monotonic() - began
    for worker in workers:
        worker.terminate()
        results.check("workers end well", worker.wait() == 0)
    found = [(name, i) for name in shards.names for i in shards.ids(name)]
    results.check("each flow is in one shard", sorted(i for _, i in found) == sorted(ids))
    results.check("which the table names", all(shards.of(i) == name for name, i in found))
    walked = walking.check_together(results, folder, [Shard(shards, n) for n in shards.names], STEPS)
    print(f"{FLOWS} flows in 4 shards, {took:.1f} s; {MOVES} virtual shards moved, which stood still for"
          f" {max(stood):.2f} s at most; {walked.again} steps ran again", flush=True)
    results.end()


if __name__ == "__main__":
    main()
