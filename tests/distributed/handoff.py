"""A12. Flows go from worker to worker: by order, because a worker leaves, because one is killed.

Three workers on one store run flows of many short steps, each of which writes when it began and
ended, where, and under which key.  Meanwhile flows are handed over, workers are told to leave or
killed, and new ones come.  In the end every flow has run each step once (the one that was under way
in a killed worker perhaps twice, under the same key), in order.  20 orders; with
FERMATA_LONG_TESTS 1,000, or as many as FERMATA_SECONDS allow.  After 30 % of them, or the share that
FERMATA_KILLS says, who received is killed.
Prints how long flows stood still, and `N passed, M failed`.
"""
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from guard import mortal  # noqa: E402

FERMATA = os.environ.get("FERMATA", "fermata")
LONG = bool(os.environ.get("FERMATA_LONG_TESTS"))
SECONDS = float(os.environ.get("FERMATA_SECONDS", "inf"))
SEED = int(os.environ.get("FERMATA_SEED", "1"))
KILLS = float(os.environ.get("FERMATA_KILLS", "0.3"))
ORDERS = 1000 if LONG else 20
FLOWS = 8 if LONG else 4

PROGRAM = """
(import (scheme base) (scheme file) (scheme write) (scheme time) (scheme process-context)
        (fermata flow) (only (fermata sched) task-sleep) (srfi 170))
(define (now) (exact (round (* 1000 (current-second)))))
(define (act i)
  (let ((began (now)) (last? (file-exists? "over"))
        (port (open-file "effects" binary-output (+ open/create open/append))))
    (task-sleep 1/50)
    (let ((text (open-output-string)))
      (for-each (lambda (obj) (display obj text) (display " " text))
                (list (step-key) i (get-environment-variable "WORKER") began (now)))
      (newline text)
      (write-bytevector (string->utf8 (get-output-string text)) port)
      (close-port port)
      last?)))
(define (walk n)
  (if (step 'act (lambda () (act n)) 'in-doubt 'retry) n (walk (+ n 1))))
(defflow walking walk)
(for-each (lambda (id) (flow/start walking 0 'id id 'queue 'all)) '(IDS))
"""
# Reads orders, a flow and a worker, and answers each with a line.
CONTROLLER = """
(import (scheme base) (scheme read) (scheme write) (fermata flow))
(let loop ((id (read)))
  (if (not (eof-object? id))
      (let ((worker (read)))
        (guard (e (#t (display (error-object-message e))))
          (flow/handoff id worker)
          (display "ok"))
        (newline)
        (flush-output-port)
        (loop (read)))))
"""


class Fleet:
    def __init__(self, folder, store):
        self.folder = Path(folder)
        self.environment = {**os.environ, "FERMATA_STORE": store}
        self.command = [FERMATA]
        self.workers = {}
        self.killed = set()
        self.count = 0
        self.known, self.read_to = [], 0

    def run(self, *arguments):
        return subprocess.run([FERMATA, *arguments], env=self.environment, cwd=self.folder,
                              capture_output=True, text=True, timeout=120)

    def hire(self):
        self.count += 1
        name = f"w{self.count}"
        self.workers[name] = subprocess.Popen(
            mortal([*self.command, "flow", "work", "--name", name]), cwd=self.folder,
            env={**self.environment, "WORKER": name}, stdout=subprocess.DEVNULL)
        return name

    def lose(self, name, how):
        if how == signal.SIGKILL:
            self.killed.add(name)
        self.workers[name].send_signal(how)
        status = self.workers.pop(name).wait(timeout=60)
        return status

    def lines(self):
        """(flow, step, worker, began, ended) of each effect, as they were written."""
        path = self.folder / "effects"
        if path.exists():
            with open(path, encoding="utf-8") as file:
                file.seek(self.read_to)
                text = file.read()
            whole = text[:text.rfind("\n") + 1]
            self.read_to += len(whole)
            for line in whole.splitlines():
                key, step, worker, began, ended = line.split()
                self.known.append((key.split("/")[0], int(step), worker, int(began), int(ended), key))
        return self.known

    def until(self, done, what, seconds=120):
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(what + " within two minutes\n" + self.run("flow", "workers").stdout +
                                   self.run("flow", "list").stdout +
                                   "".join(self.run("flow", "why", row.split()[0]).stdout
                                           for row in self.run("flow", "list").stdout.splitlines()[1:-1]))
            time.sleep(0.01)


def run(folder, store):
    rng = random.Random(SEED)
    fleet = Fleet(folder, store)
    problems = []
    ids = [f"f{n}" for n in range(FLOWS)]
    text = PROGRAM.replace("IDS", " ".join(ids))
    (fleet.folder / "walk.scm").write_text(text)
    (fleet.folder / "control.scm").write_text(CONTROLLER)
    started = fleet.run("walk.scm")
    if started.returncode != 0:
        return [started.stdout + started.stderr], ""
    for _ in range(3):
        fleet.hire()
    fleet.until(lambda: len(fleet.lines()) > FLOWS, "the flows begin")
    controller = subprocess.Popen([FERMATA, "control.scm"], cwd=fleet.folder, env=fleet.environment,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    orders = kills = 0
    given = {}  # flow: (worker, number of effects when it was ordered)
    end = time.monotonic() + SECONDS
    while orders < ORDERS and time.monotonic() < end:
        flow, worker = rng.choice(ids), rng.choice(list(fleet.workers))
        controller.stdin.write(f"{flow} {worker}\n")
        controller.stdin.flush()
        answer = controller.stdout.readline().strip()
        if answer == "ok":
            orders += 1
            # What was ordered comes about before the next order: else it would be another's.
            before = len(fleet.lines())
            fleet.until(lambda: any(f == flow and w == worker for f, _, w, *_ in fleet.lines()[before:]),
                        f"{flow} comes to {worker}")
            if rng.random() < KILLS:
                kills += 1
                fleet.hire()
                fleet.lose(worker, signal.SIGKILL)
            elif rng.random() < 0.1:
                fleet.hire()
                if fleet.lose(worker, signal.SIGTERM) != 0:
                    problems.append(f"{worker} did not end well")
    controller.stdin.close()
    controller.wait()
    shown = fleet.run("flow", "workers").stdout
    if not any(name in shown for name in fleet.workers):
        problems.append("flow workers does not show who works:\n" + shown)
    (fleet.folder / "over").touch()
    fleet.until(lambda: all(fleet.run("flow", "list", "--name", "walking", "--status", "finished")
                            .stdout.count(f"\n{i} ") == 1 for i in ids), "every flow ends")
    for name in list(fleet.workers):
        if fleet.lose(name, signal.SIGTERM) != 0:
            problems.append(f"{name} did not end well")
    problems += wrongs(fleet.lines(), ids, kills)
    planned, after_kills = gaps(fleet.lines(), fleet.killed)
    return problems, (f"{orders} orders, {kills} kills, {fleet.count} workers; flows stood still:\n"
                      f"  handed over: {planned}\n  after a kill: {after_kills}")


def wrongs(lines, ids, kills):
    problems = []
    again = 0
    for flow in ids:
        steps = [(step, key) for f, step, _, _, _, key in lines if f == flow]
        last = -1
        for step, key in steps:
            if step == last:
                again += 1
            elif step != last + 1:
                problems.append(f"{flow}: step {step} after {last}")
            last = step
        if len({key for _, key in steps}) != last + 1:
            problems.append(f"{flow}: {len({key for _, key in steps})} keys for {last + 1} steps")
    # A killed worker had at most one step of each flow under way.
    if again > kills * FLOWS:
        problems.append(f"{again} steps ran again after {kills} kills")
    return problems


def gaps(lines, killed):
    """How long flows stood still where they left workers that lived, and those that were killed."""
    last, planned, after_kills = {}, [], []
    for flow, _, worker, began, ended, _ in lines:
        if flow in last and last[flow][0] != worker:
            (after_kills if last[flow][0] in killed else planned).append(began - last[flow][1])
        last[flow] = (worker, ended)
    return told(planned), told(after_kills)


def told(times):
    times.sort()
    if not times:
        return "never"
    return (f"{len(times)} times, {median(times):.0f} ms (median), "
            f"{times[int(len(times) * 0.99)]} (99 %), {times[-1]} (most)")


def test(store):
    """store: makes its name of a folder."""
    with tempfile.TemporaryDirectory() as folder:
        problems, text = run(folder, store(folder))
    print(text)
    for problem in problems:
        print("FAIL:", problem)
    print(f"{0 if problems else 1} passed, {len(problems)} failed")
    sys.exit(1 if problems else 0)
