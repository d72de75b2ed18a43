#!/usr/bin/env python3
"""A8, A10. Workers on a PostgreSQL of their own, while things break.

Four workers run flows of ten steps. Meanwhile they are stopped for longer than their lease (SIGSTOP),
killed (kill -9), their connections cut, and the server restarted without a word (-m immediate). In the
end every flow has finished, and each step stands in its journal once.

A control shows that the test can see what it looks for: a proxy takes the fence out of each append
(its epoch and its place), the key of the journal is dropped, and steps are doubled.

Some ten seconds; with FERMATA_LONG_TESTS until 1,000 stops, 100 kills, 100 restarts and 100 cuts are
done. FERMATA_SEED chooses what happens. Prints what happened, and `N passed, M failed`.
"""
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from postgres_cluster import Cluster  # noqa: E402

FERMATA = os.environ.get("FERMATA", "fermata")
LONG = bool(os.environ.get("FERMATA_LONG_TESTS"))
SEED = int(os.environ.get("FERMATA_SEED", "1"))
WORKERS, STEPS = 4, 10
LEASE = 0.5 if LONG else 1.0
FLOWS = 1500 if LONG else 110
WANTED = {"stop": 1000 if LONG else 5, "kill": 100 if LONG else 3, "restart": 100 if LONG else 2,
          "cut": 100 if LONG else 4}
DEADLINE = 3600 if LONG else 45
FENCE = b"f.epoch = w.epoch AND f.next_seq = w.seq"

PROGRAM = """
(import (scheme base) (fermata flow) (only (fermata sched) task-sleep))
(define (walk n)
  (let loop ((i 0))
    (if (< i n)
        (begin (step 'act (lambda () (task-sleep 1/10) i) 'in-doubt 'retry) (loop (+ i 1)))
        n)))
(defflow walking walk)
(let loop ((i 0))
  (if (< i FLOWS) (begin (flow/start walking STEPS 'queue 'all) (loop (+ i 1)))))
"""


class Proxy:
    """Passes on what goes to the server, until it cuts; may change texts on the way."""

    def __init__(self, server, change=None):
        self.server, self.change = f"{server}/.s.PGSQL.5432", change
        self.folder = tempfile.mkdtemp(prefix="fermata-proxy-")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(f"{self.folder}/.s.PGSQL.5432")
        self.listener.listen(64)
        self.connections, self.changed = set(), 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self.server)
            except OSError:
                client.close()
                continue
            self.connections |= {client, server}
            for source, sink, change in ((client, server, self.change), (server, client, None)):
                threading.Thread(target=self.pass_on, args=(source, sink, change),
                                 daemon=True).start()

    def pass_on(self, source, sink, change):
        try:
            while data := source.recv(1 << 20):
                if change and change in data:
                    self.changed += 1
                    data = data.replace(change, b"true".ljust(len(change)))
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            self.connections.discard(end)
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        for end in list(self.connections):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class World:
    def __init__(self, folder, change=None):
        self.folder = folder
        self.cluster = Cluster()
        self.proxy = Proxy(self.cluster.folder, change)
        self.environment = {**os.environ, "FERMATA_LEASE": str(LEASE),
                            "FERMATA_STORE": f"{self.cluster.url}&host={self.proxy.folder}"}
        self.random = random.Random(SEED)
        self.workers, self.done = [], dict.fromkeys(WANTED, 0)
        self.resuming = []  # (when, worker)
        self.call("store", "init", self.cluster.url)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.cluster.stop()
        shutil.rmtree(self.proxy.folder)

    def call(self, *arguments):
        return subprocess.run([FERMATA, *arguments], env=self.environment, cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def begin(self, flows, steps):
        program = Path(self.folder) / "walk.scm"
        program.write_text(PROGRAM.replace("FLOWS", str(flows)).replace("STEPS", str(steps)))
        started = self.call("run", str(program))
        assert started.returncode == 0, started.stdout
        self.workers = [self.worker() for _ in range(WORKERS)]

    def worker(self):
        return subprocess.Popen([FERMATA, "flow", "work", "--concurrency", "5"], cwd=self.folder,
                                env=self.environment, stdout=open(f"{self.folder}/log", "a"),
                                stderr=subprocess.STDOUT)

    def count(self, query):
        return int(self.cluster.sql(query))

    def left(self):
        return self.count("SELECT count(*) FROM flow WHERE status <> 4")

    def doubled(self):
        return self.count("SELECT count(*) FROM (SELECT 1 FROM journal WHERE event = 4"
                          " GROUP BY flow, strand, ordinal HAVING count(*) > 1) d")

    # ---- what happens ------------------------------------------------------------------
    def stop(self):
        stopped = {w for _, w in self.resuming}
        running = [w for w in self.workers if w not in stopped]
        if running:
            worker = self.random.choice(running)
            worker.send_signal(signal.SIGSTOP)
            self.resuming.append((time.monotonic() + LEASE * self.random.uniform(1.2, 2), worker))
        return bool(running)

    def resume_those_due(self, all_of_them=False):
        for when, worker in list(self.resuming):
            if all_of_them or time.monotonic() >= when:
                self.resuming.remove((when, worker))
                worker.send_signal(signal.SIGCONT)

    def kill(self):
        stopped = {w for _, w in self.resuming}
        running = [i for i, w in enumerate(self.workers) if w not in stopped]
        if running:
            i = self.random.choice(running)
            self.workers[i].kill()
            self.workers[i].wait()
            self.workers[i] = self.worker()
        return bool(running)

    def restart(self):
        self.cluster.restart("immediate")
        return True

    def cut(self):
        self.proxy.cut()
        return True

    def disturb(self, kinds, pause, until):
        """Until all that is wanted was done."""
        while time.monotonic() < until:
            self.resume_those_due()
            wanted = [k for k in kinds if self.done[k] < WANTED[k]]
            if not wanted:
                break
            kind = self.random.choices(wanted, [WANTED[k] - self.done[k] for k in wanted])[0]
            self.done[kind] += getattr(self, kind)()
            # A worker that ended by itself is one more fault to be seen, at the end.
            time.sleep(pause * self.random.uniform(0.5, 1.5))
        while self.resuming:
            self.resume_those_due()
            time.sleep(0.05)


class Results:
    passed = failed = 0

    def check(self, what, is_so, more=""):
        if is_so:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAIL: {what} {more}", flush=True)


def faults(results):
    with tempfile.TemporaryDirectory() as folder, World(folder) as world:
        began = time.monotonic()
        world.begin(FLOWS, STEPS)
        world.disturb(WANTED, 0.1 if LONG else 0.5, began + DEADLINE * 0.8)
        while time.monotonic() < began + DEADLINE and world.left() > 0:
            time.sleep(0.1)
        log = Path(f"{folder}/log").read_text()
        left = world.left()
        results.check("all finish", left == 0, f"{left} are left\n{log[-3000:]}"
                      + world.cluster.sql("SELECT id, status, owner, attempts, note FROM flow"
                                          " WHERE status <> 4 LIMIT 5"))
        results.check("no step is doubled", world.doubled() == 0)
        short = world.count("SELECT count(*) FROM flow f WHERE (SELECT count(*) FROM journal j"
                            f" WHERE j.flow = f.id AND event = 4) <> {STEPS}")
        results.check("each flow has all its steps", short == 0, f"{short} have not")
        checked = world.call("store", "check")
        results.check("the store is sound", checked.returncode == 0, checked.stdout)
        results.check("what was wanted has happened", world.done == WANTED, str(world.done))
        moved = world.count("SELECT count(*) FROM flow f WHERE epoch > 2")
        results.check("flows were taken over", moved > 0)
        print(f"{FLOWS} flows, {WORKERS} workers, {time.monotonic() - began:.1f} s; {world.done};"
              f" {moved} flows changed hands", flush=True)


def control(results):
    with tempfile.TemporaryDirectory() as folder, World(folder, FENCE) as world:
        world.cluster.sql("ALTER TABLE journal DROP CONSTRAINT journal_pkey")
        world.begin(20, 200)
        until = time.monotonic() + 20
        while world.doubled() == 0 and time.monotonic() < until:
            world.disturb(["stop"], 0.2, time.monotonic() + 1)
            WANTED["stop"] += 5
            time.sleep(0.3)
        results.check("the fence was taken out", world.proxy.changed > 0)
        doubled = world.doubled()
        results.check("without the fence steps are doubled", doubled > 0)
        print(f"without the fence: {doubled} steps doubled", flush=True)


def main():
    results = Results()
    faults(results)
    control(results)
    print(f"{results.passed} passed, {results.failed} failed")
    sys.exit(1 if results.failed else 0)


if __name__ == "__main__":
    main()
