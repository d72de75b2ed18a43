"""Flows of many short steps, which write down what they do, and what must hold of that in the end.

A step writes a line before it acts: its flow, which step it is, its key, what the step before it
returned, what it is about to return itself (another text each time), who runs it, and when. It only begins
when the result of the step before it was acknowledged, so a line tells what must be in the journal.
"""
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

DEFINITIONS = """
(import (scheme base) (scheme file) (scheme read) (scheme write) (scheme time) (scheme process-context)
        (fermata flow) (only (fermata sched) task-sleep) (srfi 170))
(define (now) (exact (round (* 1000 (current-second)))))
(define (note . what)
  (let ((port (open-file "effects" binary-output (+ open/create open/append)))
        (text (open-output-string)))
    (for-each (lambda (obj) (display obj text) (display " " text)) what)
    (newline text)
    (write-bytevector (string->utf8 (get-output-string text)) port)
    (close-port port)))
(define (act i before)
  (let* ((who (get-environment-variable "WORKER"))
         (mine (string-append who "." (number->string (current-jiffy)))))
    (note (step-key) i before mine who (now))
    (task-sleep PAUSE)
    mine))
(define (walk n)
  (let loop ((i 0) (before "-"))
    (if (< i n)
        (loop (+ i 1) (step 'act (lambda () (act i before)) 'in-doubt 'retry))
        before)))
(defflow walking walk)
"""
STARTS = """
(let loop ((i 0))
  (if (< i FLOWS) (begin (flow/start walking STEPS 'queue 'all) (loop (+ i 1)))))
"""
# Starts those whose ids are typed.
STARTS_THESE = """
(let loop ((id (read)))
  (if (symbol? id) (begin (flow/start walking STEPS 'id id 'queue 'all) (loop (read)))))
"""


def write_program(folder, flows, steps, pause):
    """flows: how many it starts; 0: those whose ids it reads."""
    program = Path(folder) / "walk.scm"
    text = DEFINITIONS + (STARTS if flows else STARTS_THESE)
    program.write_text(text.replace("FLOWS", str(flows)).replace("STEPS", str(steps))
                       .replace("PAUSE", pause))
    return str(program)


@dataclass
class Effect:
    flow: str
    step: int
    key: str
    before: str
    mine: str
    worker: str
    at: int


class Effects:
    """The lines that were written, in their order."""

    def __init__(self, folder):
        self.path, self.read_to, self.known = Path(folder) / "effects", 0, []

    def all(self):
        if self.path.exists():
            with open(self.path, encoding="utf-8") as file:
                file.seek(self.read_to)
                text = file.read()
            whole = text[:text.rfind("\n") + 1]
            self.read_to += len(whole)
            for line in whole.splitlines():
                key, step, before, mine, worker, at = line.split()
                self.known.append(Effect(key.split("/")[0], int(step), key, before, mine, worker,
                                         int(at)))
        return self.known


@dataclass
class Walked:
    problems: list = field(default_factory=list)
    lost: list = field(default_factory=list)  # results that were acknowledged
    again: int = 0   # steps that ran again before they were recorded
    late: int = 0    # steps that ran when another worker had already gone on


class Results:
    passed = failed = 0

    def check(self, what, is_so, more=""):
        if is_so:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAIL: {what} {more}", flush=True)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


RESULTS = ("SELECT flow || ' ' || btrim(convert_from(value, 'UTF8'), '\"') FROM journal"
           " WHERE event = 4 ORDER BY flow, seq")


def compare(folder, results):
    """The lines of what was done, and of what RESULTS gives."""
    recorded = defaultdict(list)
    for line in results.splitlines():
        flow, value = line.split()
        recorded[flow].append(value)
    walked = Walked()
    keys, made, reached = defaultdict(set), defaultdict(set), defaultdict(lambda: -1)

    def check(is_so, text):
        if not is_so:
            walked.problems.append(text)
    for e in Effects(folder).all():
        place = (e.flow, e.step)
        keys[place].add(e.key)
        walked.again += bool(made[place])
        made[place].add(e.mine)
        walked.late += e.step < reached[e.flow]
        reached[e.flow] = max(reached[e.flow], e.step)
        if e.step > 0:
            known = recorded[e.flow][e.step - 1:e.step]
            if known != [e.before]:
                walked.lost.append(f"{e.key}: {e.before} was acknowledged, recorded is {known}")
    for place, some in keys.items():
        check(len(some) == 1, f"{place} has {len(some)} keys")
    for flow, values in recorded.items():
        for step, value in enumerate(values):
            check(value in made[flow, step], f"step {step} of {flow}: nobody made {value}")
    return walked


DOUBLED = ("SELECT count(*) FROM (SELECT 1 FROM journal WHERE event = 4"
           " GROUP BY flow, strand, ordinal HAVING count(*) > 1) d")
# What `store check` says too, asked in another way.
GAPS = ("SELECT count(*) FROM (SELECT seq, row_number() OVER (PARTITION BY flow ORDER BY seq) n"
        " FROM journal) j WHERE seq <> n - 1")
FALLS = ("SELECT count(*) FROM (SELECT epoch, lag(epoch) OVER (PARTITION BY flow ORDER BY seq) before"
         " FROM journal) j WHERE epoch < before")


def check_all(results, folder, cluster, steps):
    return check_together(results, folder, [cluster], steps)


def check_together(results, folder, places, steps):
    """In the end nothing is left, lost, or doubled, in databases that hold all flows together."""
    walked = check_but_losses(results, folder, places, steps)
    results.check("what was acknowledged is recorded", not walked.lost,
                  f"{len(walked.lost)}: {walked.lost[:3]}")
    return walked


def check_but_losses(results, folder, places, steps):
    def ask(query):
        return "\n".join(filter(None, (place.sql(query) for place in places)))
    left = ask("SELECT id, status, owner, attempts, note FROM flow WHERE status <> 4")
    log = Path(f"{folder}/log")
    results.check("all finish", not left,
                  f"{len(left.splitlines())} are left\n{left[:500]}\n"
                  + (log.read_text()[-3000:] if log.exists() else ""))
    walked = compare(folder, ask(RESULTS))
    results.check("what is recorded was done, under one key", not walked.problems,
                  f"{len(walked.problems)}: {walked.problems[:3]}")
    for what, query in (
            ("no step is doubled", DOUBLED), ("journals have no gaps", GAPS),
            ("epochs never fall", FALLS),
            ("each flow has all its steps", "SELECT count(*) FROM flow f WHERE (SELECT count(*)"
             f" FROM journal j WHERE j.flow = f.id AND event = 4) <> {steps}")):
        counts = ask(query).split()
        results.check(what, set(counts) == {"0"}, counts)
    for place in places:
        checked = subprocess.run([os.environ.get("FERMATA", "fermata"), "store", "check", place.url],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        results.check("the store is sound", checked.returncode == 0, checked.stdout)
    return walked
