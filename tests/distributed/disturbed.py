"""A world of four workers on a PostgreSQL of its own, and what may happen to them.

Workers are stopped for longer than their lease (SIGSTOP, up to three at once) or killed (kill -9); their
connections are cut, kept back in one direction, or ended by the server; the server is restarted without a
word (-m immediate), or gone for a while.
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
WORKERS, CONCURRENCY = 4, 4 if LONG else 8
LEASE = 0.3 if LONG else 0.5
STOPS = (1.2, 2) if LONG else (2, 3)  # leases; few stops are to let others take flows over
KINDS = ["stop", "kill", "restart", "absence", "cut", "keep_back", "end_session"]


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
        self.working, self.killed = set(), set()
        self.done = dict.fromkeys(KINDS, 0)
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
            worker = subprocess.Popen(mortal([FERMATA, "flow", "work", "--name", f"w{self.hired}",
                                              "--concurrency", str(CONCURRENCY)]),
                                      cwd=self.folder, stdout=log, stderr=subprocess.STDOUT,
                                      env={**self.environment, "WORKER": f"w{self.hired}"})
        worker.name = f"w{self.hired}"
        return worker

    def hire_for_those_that_ended(self):
        """As whatever restarts programs does: one that starts while there is no server ends. Who
        has worked before does not."""
        for i, worker in enumerate(self.workers):
            if worker.poll() is not None:
                self.ended += worker.name in self.working - self.killed
                self.workers[i] = self.worker()

    def log(self):
        return Path(f"{self.folder}/log").read_text(errors="replace")

    def count(self, query):
        return int(self.cluster.sql(query))

    def left(self):
        return self.count("SELECT count(*) FROM flow WHERE status <> 4")

    def doubled(self):
        return self.count(walking.DOUBLED)

    def progress(self):
        self.working |= set(self.cluster.sql("SELECT id FROM item WHERE kind = 'worker'").split())
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
            self.later(STOPS, lambda worker=worker: self.go_on(worker))
        return len(some)

    def go_on(self, worker):
        self.stopped.remove(worker.pid)
        worker.send_signal(signal.SIGCONT)

    def kill(self):
        running = self.running()
        if running:
            worker = self.random.choice(running)
            self.killed.add(worker.name)
            worker.kill()
        return bool(running)

    def restart(self):
        self.cluster.restart("immediate")
        return 1

    def absence(self):
        """Longer than a request is tried again."""
        self.cluster.control("stop", "-m", "immediate")
        time.sleep(16)
        self.cluster.start_server()
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

    def disturb(self, wanted, until):
        """Does all that is wanted, as the work goes on, so that there is always work to disturb."""
        total = sum(wanted.values())
        while time.monotonic() < until:
            self.end_those_due()
            left = {k: n - self.done[k] for k, n in wanted.items() if self.done[k] < n}
            if not left:
                break
            if sum(self.done.values()) <= total * self.progress() / 0.9:
                kind = self.random.choices(list(left), left.values())[0]
                self.done[kind] += getattr(self, kind)()
            time.sleep(0.05)
        while self.due:
            self.end_those_due()
            time.sleep(0.02)
