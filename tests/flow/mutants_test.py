#!/usr/bin/env python3
"""A15. Mutants of the examples, made by deleting a step or by moving an effect out of it:
`fermata flow check` finds at least 8 of the 10.

A step around what its node does alone would be no mutant: such a node is recorded as a step by
itself. So steps are deleted where flows act between their waits, and where something is undone.
Prints `N passed, M failed`.
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

FERMATA = os.environ.get("FERMATA", "fermata")
EXAMPLES = Path(os.environ.get("FERMATA_ROOT", ".")) / "examples"


def closing(text, start):
    """The index behind the parenthesis that closes the one at start."""
    depth, i = 0, start
    while True:
        c = text[i]
        if c == '"':
            i = text.index('"', i + 1)
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth == 0:
                return i + 1
        i += 1


def parts_of(text, name):
    """Of (step 'NAME (lambda () BODY ...) OPTION ...): start, end, the expressions of its body."""
    start = text.index(f"(step '{name}")
    thunk = text.index("(lambda ()", start)
    end, body, at = closing(text, start), [], thunk + len("(lambda ()")
    while True:
        at = min(i for i in (text.find("(", at), text.find(")", at)) if i >= 0)
        if text[at] == ")":
            return start, end, thunk, body
        body.append((at, closing(text, at)))
        at = body[-1][1]


def without_step(text, name):
    start, end, _, body = parts_of(text, name)
    return f"{text[:start]}(begin {' '.join(text[a:b] for a, b in body)}){text[end:]}"


def effect_moved(text, name):
    """The first expression of the step happens before it."""
    start, end, _, body = parts_of(text, name)
    (a, b), rest = body[0], text[body[0][1]:end]
    if len(body) == 1:
        rest = " #t" + rest
    return f"{text[:start]}(begin {text[a:b]} {text[start:a]}{rest}){text[end:]}"


MUTANTS = [
    ("approval.scm", "approval", "(laptop 1200)", without_step, "ask"),
    ("approval.scm", "approval", "(laptop 1200)", without_step, "tell"),
    ("signup.scm", "signup", '"ada"', without_step, "mail"),
    ("order.scm", "order", "(teapot 30)", without_step, "reserve"),
    ("order.scm", "order", "(teapot 30)", effect_moved, "charge"),
    ("publish.scm", "pipeline", '"fermatas"', effect_moved, "publish"),
    ("signup.scm", "signup", '"ada"', effect_moved, "mail"),
    ("digest.scm", "digest", "(a b c)", effect_moved, "fetch"),
    ("digest.scm", "digest", "(a b c)", effect_moved, "send"),
    ("fanout.scm", "count-folder", '"."', effect_moved, "list"),
]


def main():
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "FERMATA_STORE": f"sqlite:{folder}/flows.sqlite"}
        for file, flow, value, mutate, step in MUTANTS:
            name = f"{file}: {mutate.__name__} {step}"
            mutant = Path(folder) / file
            mutant.write_text(mutate((EXAMPLES / file).read_text(), step))
            done = subprocess.run([FERMATA, "flow", "check", str(mutant), flow, value], cwd=folder,
                                  env=environment, capture_output=True, text=True)
            told = done.stdout + done.stderr
            if done.returncode not in (0, 1) or "syntax" in told:
                print(f"FAIL: {name}: it ended with {done.returncode}\n{told}")
                print("0 passed, 1 failed")
                return 1
            found += done.returncode == 1
            print(f"{name}: {told.splitlines()[0] if told else 'nothing'}", file=sys.stderr)
    if found < 8:
        print(f"FAIL: {found} of {len(MUTANTS)} mutants were found")
    print("1 passed, 0 failed" if found >= 8 else "0 passed, 1 failed")
    return 0 if found >= 8 else 1


sys.exit(main())
