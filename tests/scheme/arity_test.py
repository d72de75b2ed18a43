#!/usr/bin/env python3
"""Every procedure of a public library takes as many arguments as its documentation says.

The signatures are those of docs/reference: [x] may be left out, ... stands for any number.  Where
none is there, each exported procedure is called with one argument too many and, unless none is a
right number, with one too few: it must raise the error of the wrong number before it looks at any
argument.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(os.environ.get("FERMATA_ROOT", Path(__file__).resolve().parent.parent.parent))
FERMATA = os.environ.get("FERMATA", str(ROOT / "build" / "release" / "fermata"))
ENTRY = re.compile(r"^- (`+.*?`+): ", re.M)
SIGNATURE = re.compile(r"`+ ?(.*?) ?`+(?:, |$)")
TOKEN = re.compile(r"\|[^|]*\||\[|\]|\(|\)|[^\s\[\]()]+")

PROGRAM = """
(import (scheme base) (scheme write) (scheme eval) (only (fermata condition) condition-kind))
(define (value-of name env) (guard (e (#t #f)) (eval name env)))
(define (refuses? proc count)
  (guard (e ((error-object? e)
             (and (eq? (condition-kind e) 'wrong-arguments)
                  (let ((text (error-object-message e)))
                    (let loop ((i 0))
                      (and (<= (+ i 7) (string-length text))
                           (or (string=? " takes " (substring text i (+ i 7))) (loop (+ i 1))))))))
            (#t #f))
    (apply proc (make-list count 'no-such-thing))
    #f))
(define passed 0)
(define failed 0)
(define (check library env name least most)
  (let ((proc (value-of name env)))
    (if (procedure? proc)
        (let ((few? (or (= least 0) (refuses? proc (- least 1))))
              (surplus? (or (not most) (refuses? proc (+ most 1)))))
          (if (and few? surplus?)
              (set! passed (+ passed 1))
              (begin
                (set! failed (+ failed 1))
                (write library) (display ": ") (write name)
                (display (if few? " takes an argument too many" " takes too few arguments"))
                (newline)))))))
(define (check-library library entries)
  (let ((env (environment library)))
    (for-each (lambda (entry) (apply check library env entry)) entries)))
"""


def arity(signature):
    """The least and the most number of arguments, None for no most; None for what is no call."""
    tokens = TOKEN.findall(signature)
    if len(tokens) < 3 or tokens[0] != "(" or tokens[-1] != ")":
        return None
    inside, optional, least, most = 0, 0, 0, 0
    for token in tokens[2:-1]:
        if token in "[]":
            optional += 1 if token == "[" else -1
        elif token == ")":
            inside -= 1
        elif token == "...":
            least, most = (0, None) if inside == 0 else (least, most)
        elif token == ".":
            return None
        else:
            if inside == 0:
                least += 0 if optional or most is None else 1
                most = None if most is None else most + 1
            inside += token == "("
    return least, most


def entries(page):
    for entry in ENTRY.findall(page.read_text()):
        signatures = [s for s in SIGNATURE.findall(entry) if s.startswith("(")]
        known = [(TOKEN.findall(s)[1], arity(s)) for s in signatures]
        if not known or None in (a for _, a in known):
            continue
        most = [m for _, (_, m) in known]
        yield known[0][0], min(l for _, (l, _) in known), None if None in most else max(most)


def main():
    pages = [p for p in sorted((ROOT / "docs" / "reference").glob("*.md")) if p.name != "README.md"]
    program = [PROGRAM]
    for page in pages:
        library = page.read_text().split("\n", 1)[0][2:]
        rows = " ".join(f"({name} {least} {most if most is not None else '#f'})"
                        for name, least, most in entries(page))
        program.append(f"(check-library '{library} '({rows}))")
    program.append('(display passed) (display " passed, ") (display failed) (display " failed")\n(newline)')
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "arity.scm"
        file.write_text("\n".join(program))
        done = subprocess.run([FERMATA, str(file)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, cwd=folder)
    print(done.stdout + done.stderr, end="")
    sys.exit(done.returncode if done.returncode else "0 failed" not in done.stdout)


if __name__ == "__main__":
    main()
