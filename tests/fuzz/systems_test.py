#!/usr/bin/env python3
"""Portable random programs on Fermata, Guile and Petite Chez Scheme: all must say the same.

The programs are those of tests/scheme/random_program.hpp, as fermata_tests prints them; many
go into one file for each system, and each prints a line.  A system that is not installed is
left out; where the others disagree (Guile runs some handlers in another order) one that says
the same is enough.  A difference is shown by its program; FERMATA_FIRST_SEED and FERMATA_PROGRAMS choose
others (20 by default, 10,000 with FERMATA_LONG_TESTS).
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = Path(os.environ.get("FERMATA_BUILD", ROOT / "build" / "release")).resolve()
R7RS = """(import (scheme base) (scheme write) (scheme char) (scheme inexact) (scheme lazy)
        (scheme case-lambda) (scheme cxr))
"""
BATCH = 200
SECONDS = 120  # for one batch

# name: (command, what comes before the programs)
SYSTEMS = {
    "guile": (["guile", "--r7rs", "--no-auto-compile"], R7RS),
    "petite": (["petite", "--script"], "(import (chezscheme))\n"),
}


def programs(first, count):
    """(prelude, [program])"""
    env = {**os.environ, "FERMATA_FIRST_SEED": str(first), "FERMATA_PROGRAMS": str(count)}
    out = subprocess.run([BUILD / "fermata_tests", "portable random programs are printed"],
                         env=env, check=True, stdout=subprocess.PIPE).stdout.decode()
    prelude, rest = out[out.index("(define"):].split("\n\n", 1)
    return prelude, [l for l in rest.splitlines() if l.startswith("(run-program")]


def outcomes(argv, text, folder):
    """{number: line} of what it printed."""
    file = Path(folder) / "programs.scm"
    file.write_text(text)
    try:
        done = subprocess.run([*argv, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=SECONDS, cwd=folder)
        out = done.stdout
    except subprocess.TimeoutExpired as e:
        out = e.stdout or b""
    return dict(re.findall(r"^(\d+) (.*)$", out.decode("utf-8", "replace"), re.M))


def main():
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    systems = {n: s for n, s in SYSTEMS.items() if shutil.which(n)}
    first = int(os.environ.get("FERMATA_FIRST_SEED", 1))
    many = "10000" if "FERMATA_LONG_TESTS" in os.environ else "20"
    count = int(os.environ.get("FERMATA_PROGRAMS", many)) if systems else 0
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for start in range(first, first + count, BATCH):
            prelude, batch = programs(start, min(BATCH, first + count - start))
            forms = "".join(f'(begin (display {start + i}) (display " ") (write {p}) (newline))\n'
                            for i, p in enumerate(batch))
            ours = outcomes([str(BUILD / "fermata"), "run"], R7RS + prelude + forms, folder)
            theirs = {n: outcomes(argv, head + prelude + forms, folder)
                      for n, (argv, head) in systems.items()}
            for i, program in enumerate(batch):
                key = str(start + i)
                if any(ours.get(key) == t.get(key) is not None for t in theirs.values()):
                    passed += 1
                    continue
                failed += 1
                print(f"seed {key}\n{program}\nfermata: {ours.get(key)}")
                for name, lines in theirs.items():
                    print(f"{name}: {lines.get(key)}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
