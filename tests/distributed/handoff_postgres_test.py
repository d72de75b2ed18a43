#!/usr/bin/env python3
"""A12 in a database of its own; handoff.py says what happens."""
import subprocess

import handoff
from postgres_cluster import database

with database() as store:
    subprocess.run([handoff.FERMATA, "store", "init", store], check=True, stdout=subprocess.DEVNULL)
    handoff.test(lambda folder: store)
