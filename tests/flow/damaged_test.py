#!/usr/bin/env python3
"""A flow whose history is damaged is told of once by a worker, which goes on with all others.

Prints `N passed, M failed`.
"""
import hashlib
import os
import sqlite3
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

FERMATA = os.environ.get("FERMATA", "fermata")
PROGRAM = """
(import (scheme base) (fermata flow))
(defflow (walk n)
  (let loop ((i 0)) (if (< i 5) (begin (step 'act (lambda () i)) (loop (+ i 1)))))
  (suspend 'go))
(flow/start walk 0 'id 'damaged)
(flow/start walk 0 'id 'whole)
"""
passed = failed = 0


def check(what, is_so, told=""):
    global passed, failed
    passed += bool(is_so)
    failed += not is_so
    if not is_so:
        print("FAIL:", what, told)


def sha256_sum(flow, *fields):
    """A right checksum of the earlier kind: then only the value can not be read."""
    *numbers, strand, name, value = fields
    field = lambda text: struct.pack(">q", len(text)) + text.encode()
    covered = (field(flow) + struct.pack(">7q", *numbers) + field(strand) + field(name) + field(value))
    return int.from_bytes(hashlib.sha256(covered).digest()[:8], "big") >> 4


def run(folder, attempts, changes):
    """Both flows were running when their process ended; what a worker says of them."""
    store = Path(folder) / "flows.sqlite"
    environment = {**os.environ, "FERMATA_STORE": f"sqlite:{store}"}
    script = Path(folder) / "walk.scm"
    script.write_text(PROGRAM)
    subprocess.run([FERMATA, script], env=environment, check=True, stdout=subprocess.DEVNULL)
    with sqlite3.connect(store) as tables:
        tables.create_function("sum", 11, sha256_sum)
        tables.execute(changes)
        tables.execute("UPDATE flow SET status = 1, owner = NULL, attempts = ?", [attempts])
        tables.execute("UPDATE flow SET attempts = 0 WHERE id = 'whole'")
    tables.close()
    ended = subprocess.run([FERMATA, "flow", "work", "--once"], env=environment, timeout=60,
                           capture_output=True, text=True)
    listed = subprocess.run([FERMATA, "flow", "list", "--status", "suspended"], env=environment,
                            capture_output=True, text=True).stdout
    return ended, listed


def main():
    for attempts in (0, 5):
        for changes in ("UPDATE journal SET value = '7' WHERE flow = 'damaged' AND seq = 6",
                        "DELETE FROM journal WHERE flow = 'damaged' AND seq = 6",
                        "UPDATE journal SET value = '7' WHERE flow = 'damaged' AND seq = 0",
                        "UPDATE journal SET value = '(',"
                        " checksum = sum(flow, seq, epoch, event, op, ordinal, hash, at, strand, name,"
                        " '(') WHERE flow = 'damaged' AND seq = 3"):
            with tempfile.TemporaryDirectory() as folder:
                ended, listed = run(folder, attempts, changes)
            told = ended.stdout + ended.stderr
            what = f"{changes}, after {attempts} attempts"
            check(f"the worker ends well: {what}", ended.returncode == 0, told)
            check(f"it tells of it once: {what}", told.count("damaged stopped: ") == 1, told)
            check(f"the other goes on: {what}", "\nwhole " in listed, listed + told)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
