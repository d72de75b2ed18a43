#!/usr/bin/env python3
"""A9. Three workers, each in a network namespace of its own, and one after the other cut off.

A bridge joins their links with the address that PostgreSQL listens on. A link goes down for three
leases, and up again. Meanwhile the others go on, and who is cut off begins no step once its lease is
over; then it works with them again. In the end nothing is lost or doubled.

3 cycles; with FERMATA_LONG_TESTS 200. Needs root and `ip netns`, else it says so and does nothing.
Prints how long workers took to come back, and `N passed, M failed`.
"""
import os
import random
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from guard import Guard, mortal  # noqa: E402
from postgres_cluster import Cluster  # noqa: E402
import walking  # noqa: E402

FERMATA = os.environ.get("FERMATA", "fermata")
CYCLES = 200 if os.environ.get("FERMATA_LONG_TESTS") else 3
LEASE = 1.0
GRACE = 0.3  # what a busy machine may delay the line that a step writes
WORKERS, STEPS = 3, 10
CONCURRENCY, FLOWS = 6, 12  # so that two workers have room for what the third had


def ip(*arguments, check=True):
    return subprocess.run(["ip", *arguments], check=check, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE).returncode == 0


class Network:
    """Names carry the process id, so that several tests may run."""

    def __init__(self):
        self.bridge = f"fb{os.getpid()}"
        self.spaces = [f"fermata-{os.getpid()}-{i}" for i in range(WORKERS)]
        self.links = [f"fv{os.getpid()}x{i}" for i in range(WORKERS)]
        self.guard = Guard("; ".join([f"ip netns del {s}" for s in self.spaces]
                                     + [f"ip link del {one}" for one in (*self.links, self.bridge)]))
        net = f"10.{os.getpid() // 250 % 250}.{os.getpid() % 250}"
        self.address = f"{net}.1"
        ip("link", "add", self.bridge, "type", "bridge")
        ip("addr", "add", f"{self.address}/24", "dev", self.bridge)
        ip("link", "set", self.bridge, "up")
        for i, (space, link) in enumerate(zip(self.spaces, self.links)):
            ip("netns", "add", space)
            ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", space)
            ip("link", "set", link, "master", self.bridge, "up")
            ip("-n", space, "addr", "add", f"{net}.{i + 2}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                ip("-n", space, "link", "set", device, "up")

    def turn(self, i, state):
        ip("link", "set", self.links[i], state)


class World:
    def __init__(self):
        self.network = Network()
        self.cluster = Cluster.start(settings=[f"listen_addresses='{self.network.address}'"])
        with open(f"{self.cluster.data}/pg_hba.conf", "a") as file:
            file.write(f"host all all {self.network.address}/24 trust\n")
        self.cluster.control("reload")
        self.folder = f"{self.cluster.folder}/here"
        os.mkdir(self.folder)
        self.environment = {**os.environ, "FERMATA_LEASE": str(LEASE),
                            "FERMATA_STORE": self.cluster.url}
        self.call("store", "init", self.cluster.url)
        self.program = walking.write_program(self.folder, FLOWS, STEPS, "1/5")
        self.flows, self.written = 0, walking.Effects(self.folder)
        url = f"postgresql://fermata@{self.network.address}/postgres"
        self.workers = [self.worker(i, url) for i in range(WORKERS)]

    def call(self, *arguments):
        done = subprocess.run([FERMATA, *arguments], env=self.environment, cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 0, done.stdout

    def worker(self, i, url):
        with open(f"{self.folder}/log", "a") as log:
            return subprocess.Popen(
                mortal(["ip", "netns", "exec", self.network.spaces[i],
                        FERMATA, "flow", "work", "--concurrency", str(CONCURRENCY)]),
                cwd=self.folder, stdout=log, stderr=subprocess.STDOUT,
                env={**self.environment, "FERMATA_STORE": url, "WORKER": f"w{i}"})

    def left(self):
        return int(self.cluster.sql("SELECT count(*) FROM flow WHERE status <> 4"))

    def feed(self, least=FLOWS):
        """There is always something to do."""
        if self.left() < least:
            self.call("run", self.program)
            self.flows += FLOWS

    def effects(self, worker, begin, end=float("inf")):
        self.written.all()
        return [e for e in self.written.known[-2000:]
                if (e.worker == f"w{worker}") and begin * 1000 <= e.at <= end * 1000]

    def await_effect(self, worker, since, seconds=20):
        """How long until that worker has begun a step; None: it has not."""
        while time.time() < since + seconds:
            # The others may be quicker, so there comes more than they have room for.
            self.feed(FLOWS if time.time() < since + 1 else WORKERS * CONCURRENCY)
            if self.effects(worker, since):
                return time.time() - since
            time.sleep(0.05)
        return None

    def end(self):
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.cluster.stop()
        self.network.guard.clean_up()


def cycle(world, results, i):
    """How long the worker took to come back."""
    world.feed()
    down = time.time()
    world.network.turn(i, "down")
    time.sleep(3 * LEASE)
    still_down = time.time()
    world.network.turn(i, "up")
    results.check("who is cut off begins nothing once its lease is over",
                  not world.effects(i, down + LEASE + GRACE, still_down),
                  str(world.effects(i, down, still_down)))
    others = sum(len(world.effects(j, down + LEASE, still_down)) for j in range(WORKERS) if j != i)
    results.check("the others go on", others > 0)
    back = world.await_effect(i, still_down)
    results.check("it works again", back is not None)
    return back


def main():
    if os.geteuid() != 0 or not ip("netns", "list", check=False):
        print("this needs root and network namespaces (ip netns): nothing was tried\n"
              "0 passed, 0 failed")
        return
    results = walking.Results()
    chance = random.Random(int(os.environ.get("FERMATA_SEED", "1")))
    world = World()
    try:
        for i in range(WORKERS):
            world.feed()
            results.check("each worker works", world.await_effect(i, time.time()) is not None)
        back = [cycle(world, results, chance.randrange(WORKERS)) for _ in range(CYCLES)]
        until = time.time() + 60
        while world.left() > 0 and time.time() < until:
            time.sleep(0.1)
        walked = walking.check_all(results, world.folder, world.cluster, STEPS)
        moved = world.cluster.sql("SELECT count(*) FROM flow WHERE epoch > 2")
        results.check("flows were taken over", moved != "0")
        results.check("no worker ended", all(w.poll() is None for w in world.workers))
        back = sorted(b for b in back if b is not None)
        print(f"{CYCLES} cycles, {world.flows} flows, {moved} changed hands, {walked.again} steps ran"
              f" again, {walked.late} of them late; back after {back[len(back) // 2]:.1f} s (median),"
              f" {back[-1]:.1f} s (most)", flush=True)
    finally:
        world.end()
    results.end()


if __name__ == "__main__":
    main()
