#!/usr/bin/env python3
"""A8, A10. Workers on a PostgreSQL of their own, while things break.

Four workers run flows of ten steps. Meanwhile they are stopped for longer than their lease (SIGSTOP, up
to three at once), killed (kill -9), their connections cut, kept back in one direction or ended by the
server, and the server restarted without a word (-m immediate). In the end every flow has finished,
what was acknowledged is in the journal, each step stands there once, and epochs never fall.

A control shows that the test can see what it looks for: a proxy takes the fence out of each append
(its epoch and its place), the key of the journal is dropped, and steps are doubled.

Some twenty seconds; with FERMATA_LONG_TESTS until 1,000 stops and 100 of each other kind are done, half
an hour. FERMATA_SEED chooses what happens. Prints what happened, and `N passed, M failed`.
"""
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from guard import mortal  # noqa: E402
from postgres_cluster import Cluster  # noqa: E402
from proxy import Proxy, WAYS  # noqa: E402
import walking  # noqa: E402

FERMATA = os.environ.get("FERMATA", "fermata")
LONG = bool(os.environ.get("FERMATA_LONG_TESTS"))
SEED = int(os.environ.get("FERMATA_SEED", "1"))
WORKERS, CONCURRENCY, STEPS = 4, 4, 10
LEASE = 0.3 if LONG else 0.5
FLOWS = 1500 if LONG else 40
WANTED = {"stop": 1000 if LONG else 5, "kill": 100 if LONG else 2, "restart": 100 if LONG else 2,
          "cut": 100 if LONG else 2, "keep_back": 100 if LONG else 2, "end_session": 100 if LONG else 2}
DEADLINE = 3000 if LONG else 45
FENCES = (b"f.epoch = w.epoch AND f.next_seq = w.seq", b"epoch = $2 AND next_seq = $3")


class World:
    def __init__(self, changed=()):
        self.cluster = Cluster.start()
        self.folder = f"{self.cluster.folder}/here"
        os.mkdir(self.folder)
        self.proxy = Proxy(self.cluster.folder, changed)
        self.environment = {**os.environ, "FERMATA_LEASE": str(LEASE),
                            "FERMATA_STORE": f"{self.cluster.url}&host={self.proxy.folder}"}
        self.random = random.Random(SEED)
        self.workers, self.hired, self.ended = [], 0, 0
        self.done = dict.fromkeys(WANTED, 0)
        self.stopped = set()
        self.due = []  # (when, procedure): what ends a disturbance
        self.call("store", "init", self.cluster.url)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.cluster.stop()

    def call(self, *arguments):
        return subprocess.run([FERMATA, *arguments], env=self.environment, cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def begin(self, flows, steps, pause):
        self.all_steps = flows * steps
        started = self.call("run", walking.write_program(self.folder, flows, steps, pause))
        assert started.returncode == 0, started.stdout
        self.workers = [self.worker() for _ in range(WORKERS)]

    def worker(self):
        self.hired += 1
        with open(f"{self.folder}/log", "a") as log:
            return subprocess.Popen(mortal([FERMATA, "flow", "work", "--concurrency", str(CONCURRENCY)]),
                                    cwd=self.folder, stdout=log, stderr=subprocess.STDOUT,
                                    env={**self.environment, "WORKER": f"w{self.hired}"})

    def hire_for_those_that_ended(self):
        """As whatever restarts programs does: one that starts while there is no server ends."""
        for i, worker in enumerate(self.workers):
            if worker.poll() is not None:
                self.ended += 1
                self.workers[i] = self.worker()

    def count(self, query):
        return int(self.cluster.sql(query))

    def left(self):
        return self.count("SELECT count(*) FROM flow WHERE status <> 4")

    def doubled(self):
        return self.count(walking.DOUBLED)

    def progress(self):
        return self.count("SELECT count(*) FROM journal WHERE event = 4") / self.all_steps

    # ---- what happens: each says how often it did ---------------------------------------
    def running(self):
        return [w for w in self.workers if w.pid not in self.stopped]

    def later(self, leases, act):
        self.due.append((time.monotonic() + LEASE * self.random.uniform(*leases), act))

    def stop(self, most=3):
        some = self.random.sample(self.running(), min(len(self.running()), self.random.randint(1, most)))
        for worker in some:
            worker.send_signal(signal.SIGSTOP)
            self.stopped.add(worker.pid)
            self.later((1.2, 2), lambda worker=worker: self.go_on(worker))
        return len(some)

    def go_on(self, worker):
        self.stopped.remove(worker.pid)
        worker.send_signal(signal.SIGCONT)

    def kill(self):
        running = self.running()
        if running:
            self.random.choice(running).kill()
        return bool(running)

    def restart(self):
        self.cluster.restart("immediate")
        return 1

    def cut(self):
        self.proxy.cut()
        return 1

    def keep_back(self):
        self.proxy.keep_back(self.random.choice(WAYS))
        self.later((0.5, 3), self.random.choice([self.proxy.pass_again, self.cut_and_pass_again]))
        return 1

    def cut_and_pass_again(self):
        self.proxy.cut()
        self.proxy.pass_again()

    def end_session(self):
        return self.count("SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity"
                          " WHERE application_name = 'fermata' ORDER BY random() LIMIT 1) one")

    def end_those_due(self):
        for one in [one for one in self.due if time.monotonic() >= one[0]]:
            self.due.remove(one)
            one[1]()
        self.hire_for_those_that_ended()

    def disturb(self, until):
        """Does all that is wanted, as the work goes on, so that there is always work to disturb."""
        total = sum(WANTED.values())
        while time.monotonic() < until:
            self.end_those_due()
            wanted = [k for k in WANTED if self.done[k] < WANTED[k]]
            if not wanted:
                break
            if sum(self.done.values()) <= total * self.progress() / 0.9:
                kind = self.random.choices(wanted, [WANTED[k] - self.done[k] for k in wanted])[0]
                self.done[kind] += getattr(self, kind)()
            time.sleep(0.05)
        while self.due:
            self.end_those_due()
            time.sleep(0.02)


def faults(results):
    with World() as world:
        began = time.monotonic()
        world.begin(FLOWS, STEPS, "1/5")
        world.disturb(began + DEADLINE * 0.8)
        while time.monotonic() < began + DEADLINE and world.left() > 0:
            world.end_those_due()
            time.sleep(0.1)
        walked = walking.check_all(results, world.folder, world.cluster, STEPS)
        results.check("what was wanted has happened",
                      all(world.done[k] >= WANTED[k] for k in WANTED), str(world.done))
        moved = world.count("SELECT count(*) FROM flow f WHERE epoch > 2")
        results.check("flows were taken over", moved > 0)
        # A worker that is disturbed has at most as many steps under way as it runs flows.
        most = CONCURRENCY * WORKERS * sum(world.done.values())
        results.check("only steps that were under way ran again", walked.again <= most)
        results.check("who was stopped began nothing later", walked.late <= world.done["stop"])
        print(f"{FLOWS} flows, {WORKERS} workers, {time.monotonic() - began:.1f} s; {world.done};"
              f" {world.ended} workers ended, {moved} flows changed hands, {walked.again} steps ran again,"
              f" {walked.late} of them late", flush=True)


def control(results):
    with World(FENCES) as world:
        world.cluster.sql("ALTER TABLE journal DROP CONSTRAINT journal_pkey")
        world.begin(20, 200, "1/10")
        until = time.monotonic() + (200 if LONG else 20)
        while (LONG or world.doubled() == 0) and time.monotonic() < until:
            world.done["stop"] += world.stop()
            time.sleep(0.4)
            world.end_those_due()
        results.check("the fence was taken out", world.proxy.changed > 0)
        doubled = world.doubled()
        results.check("without the fence steps are doubled", doubled > 0)
        print(f"without the fence: {doubled} steps doubled after {world.done['stop']} stops", flush=True)


def main():
    results = walking.Results()
    faults(results)
    control(results)
    results.end()


if __name__ == "__main__":
    main()
