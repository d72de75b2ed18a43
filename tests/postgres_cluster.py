#!/usr/bin/env python3
"""A PostgreSQL of the tests' own: in a folder of its own, on a socket in that folder alone, removed
at the end, also when the tests are killed. It runs as the user `postgres` when the tests run as root, as PostgreSQL demands.

  tests/postgres_cluster.py COMMAND...   runs that with FERMATA_TEST_POSTGRES set to its URL
"""
import atexit
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from guard import Guard

# What the tests write need not survive a power cut; --durable makes it.
FAST = ["fsync=off", "synchronous_commit=on", "full_page_writes=off"]
SETTINGS = ["listen_addresses=''", "max_connections=200", "shared_buffers=64MB", "autovacuum=on",
            "max_wal_size=256MB", "log_min_messages=fatal", "timezone=UTC"]


def programs():
    """The folder of initdb and pg_ctl: the newest that Debian has, or what the path gives."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"),
                   key=lambda p: int(p.parts[-3]) if p.parts[-3].isdigit() else 0)
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


class Cluster:
    def __init__(self, durable=False, settings=(), copied_from=None, keep_empty=False):
        self.programs = programs()
        self.folder = tempfile.mkdtemp(prefix="fermata-postgres-")
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            entry = pwd.getpwnam(self.user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        os.chmod(self.folder, 0o755)  # others may connect
        self.data = f"{self.folder}/data"
        self.guard = Guard(shlex.join(self.command("pg_ctl", "-D", self.data, "-w", "-s", "stop",
                                                   "-m", "immediate"))
                           + f"; rm -rf {shlex.quote(self.folder)}")
        self.url = f"postgresql:///postgres?host={self.folder}&user=fermata"
        # initdb takes seconds of a busy machine, a copy of what another made does not.
        self.empty = f"{self.folder}/empty"
        known = os.environ.get("FERMATA_TEST_POSTGRES_EMPTY")
        if copied_from is None and known:
            self.run("/bin/cp", "-r", known, self.data)
        elif copied_from is None:
            self.run("initdb", "-D", self.data, "-U", "fermata", "-A", "trust", "-E", "UTF8",
                     "--locale=C.UTF-8", "--no-sync")
            if keep_empty:
                self.run("/bin/cp", "-r", self.data, self.empty)
        else:
            self.run("pg_basebackup", "-h", copied_from.folder, "-U", "fermata", "-D", self.data,
                     "-R", "-X", "stream", "-c", "fast", "--no-sync")
        lines = [*SETTINGS, *([] if durable else FAST), *settings,
                 f"unix_socket_directories='{self.folder}'"]
        with open(f"{self.data}/postgresql.conf", "a") as file:
            file.write("\n".join(lines) + "\n")
        self.start_server()

    @staticmethod
    def start(**more):
        """None where no PostgreSQL is installed."""
        if programs() is None:
            print("no PostgreSQL is installed: its tests say so and do nothing", flush=True)
            return None
        cluster = Cluster(**more)
        atexit.register(cluster.stop)  # also after an error; a second stop does nothing
        return cluster

    @classmethod
    def standby_of(cls, primary):
        """A synchronous one: the primary acknowledges nothing that it has not."""
        standby = cls(copied_from=primary)
        primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.control("reload")
        return standby

    def command(self, program, *arguments):
        command = [str(self.programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--init-groups",
                       *command]
        return command

    def run(self, program, *arguments, check=True):
        return subprocess.run(self.command(program, *arguments), cwd=self.folder, check=check,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True,
                              env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout

    def control(self, *arguments, check=True):
        return self.run("pg_ctl", "-D", self.data, "-w", "-s", "-l", f"{self.folder}/log",
                        *arguments, check=check)

    def start_server(self):
        self.control("start")

    def restart(self, mode="fast"):
        """Once more where it did not come up: what the old server left may not be gone yet."""
        try:
            self.control("restart", "-m", mode)
        except subprocess.CalledProcessError as problem:
            log = Path(self.folder) / "log"
            print("the server did not come up:", problem.output, log.read_text()[-2000:], flush=True)
            self.control("restart", "-m", mode)

    def sql(self, text, database="postgres"):
        """What psql prints for it, bare."""
        return subprocess.run([str(self.programs / "psql"), "-h", self.folder, "-U", "fermata",
                               "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", text],
                              check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def stop(self):
        self.guard.clean_up()


@contextmanager
def database():
    """The URL of an empty database on the runner's server, or else on one of its own."""
    server = os.environ.get("FERMATA_TEST_POSTGRES") or Cluster.start().url
    name = f"test_{os.getpid()}"

    def sql(text):
        subprocess.run([str(programs() / "psql"), "-qX", server, "-c", text], check=True)
    sql(f"CREATE DATABASE {name}")
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        sql(f"DROP DATABASE {name} WITH (FORCE)")


def main():
    cluster = Cluster.start()
    if cluster is None:
        sys.exit(1)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    try:
        environment = {**os.environ, "FERMATA_TEST_POSTGRES": cluster.url}
        status = subprocess.run(sys.argv[1:], env=environment).returncode
    finally:
        cluster.stop()
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main()
