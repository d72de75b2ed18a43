#!/usr/bin/env python3
"""A12 in a database of its own, of the tests' PostgreSQL where that runs; handoff.py says what happens."""
import os
import subprocess

import handoff
from postgres_cluster import Cluster, programs

server = os.environ.get("FERMATA_TEST_POSTGRES") or Cluster.start().url
name = f"handoff_{os.getpid()}"
store = server.replace("/postgres?", f"/{name}?")


def sql(text):
    subprocess.run([str(programs() / "psql"), "-qX", server, "-c", text], check=True)


sql(f"CREATE DATABASE {name}")
try:
    subprocess.run([handoff.FERMATA, "store", "init", store], check=True, stdout=subprocess.DEVNULL)
    handoff.test(lambda folder: store)
finally:
    sql(f"DROP DATABASE {name} WITH (FORCE)")
