#!/usr/bin/env python3
"""A10 through pgbouncer: workers reach the store through a pool of sessions, which is killed and started
again while they run flows. Nothing is lost or doubled. In a pool of transactions nothing can be written,
and the command says why. Prints `N passed, M failed`.
"""
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from guard import Guard, mortal  # noqa: E402
from postgres_cluster import Cluster  # noqa: E402
import walking  # noqa: E402

FERMATA = os.environ.get("FERMATA", "fermata")
PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
RESTARTS = 30 if os.environ.get("FERMATA_LONG_TESTS") else 4
FLOWS, STEPS = 12, 12


class Pooler:
    def __init__(self, cluster, mode, size):
        self.cluster, self.program = cluster, None
        self.folder = f"{cluster.folder}/{mode}"
        cluster.run("/bin/mkdir", self.folder)
        ini = Path(f"{cluster.folder}/{mode}.ini")
        ini.write_text(f"""[databases]
postgres = host={cluster.folder} user=fermata
[pgbouncer]
unix_socket_dir = {self.folder}
listen_port = 5432
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
""")
        self.ini = str(ini)
        self.url = f"postgresql:///postgres?host={self.folder}&user=fermata"
        self.start()

    def start(self):
        self.program = subprocess.Popen(mortal(self.cluster.command(PGBOUNCER, "-q", self.ini)),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not Path(f"{self.folder}/.s.PGSQL.5432").exists() and time.monotonic() < until:
            time.sleep(0.01)

    def kill(self):
        """As if its machine had failed: nobody is told, and the socket stays."""
        self.program.kill()
        self.program.wait()
        Path(f"{self.folder}/.s.PGSQL.5432").unlink(missing_ok=True)


def steps(cluster):
    return int(cluster.sql("SELECT count(*) FROM journal WHERE event = 4"))


def walk(results, cluster, pooler, folder):
    environment = {**os.environ, "FERMATA_STORE": pooler.url, "FERMATA_LEASE": "1"}
    program = walking.write_program(folder, FLOWS, STEPS, "1/10")
    subprocess.run([FERMATA, "run", program], env=environment, cwd=folder, check=True)
    workers = []
    try:
        with open(f"{folder}/log", "a") as log:
            workers = [subprocess.Popen(mortal([FERMATA, "flow", "work"]), cwd=folder, stdout=log,
                                        stderr=log, env={**environment, "WORKER": f"w{i}"})
                       for i in range(2)]
        until = time.monotonic() + 50
        restarts = 0
        while time.monotonic() < until:
            done = steps(cluster)
            if restarts < RESTARTS and done >= FLOWS * STEPS * (restarts + 1) // (RESTARTS + 2):
                pooler.kill()
                pooler.start()
                restarts += 1
            if cluster.sql("SELECT count(*) FROM flow WHERE status <> 4") == "0":
                break
            time.sleep(0.02)
        results.check("the pooler was killed while flows ran", restarts == RESTARTS, restarts)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    walked = walking.check_all(results, folder, cluster, STEPS)
    print(f"{restarts} restarts of the pooler: {FLOWS * STEPS} steps, {walked.again} ran again",
          flush=True)


def main():
    results = walking.Results()
    if PGBOUNCER is None:
        print("no pgbouncer is installed: nothing is tested through it", flush=True)
        results.end()
    cluster = Cluster.start()
    folder = f"{cluster.folder}-here"
    os.mkdir(folder)
    guard = Guard(f"rm -rf {folder}")
    poolers = []
    try:
        poolers.append(Pooler(cluster, "session", 50))
        made = subprocess.run([FERMATA, "store", "init", poolers[0].url], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        results.check("tables are made through the pooler", made.returncode == 0, made.stdout)
        walk(results, cluster, poolers[0], folder)
        # One connection: the second program finds the statements that the first prepared there.
        poolers.append(Pooler(cluster, "transaction", 1))
        some = [subprocess.run([FERMATA, "run", f"{folder}/walk.scm"], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, cwd=folder,
                               env={**os.environ, "FERMATA_STORE": poolers[1].url})
                for _ in range(2)]
        results.check("a pool of transactions is refused", some[1].returncode != 0 and
                      "has to pool sessions" in some[1].stdout, some[1].stdout)
    finally:
        for pooler in poolers:
            pooler.kill()
        cluster.stop()
        guard.clean_up()
    results.end()


if __name__ == "__main__":
    main()
