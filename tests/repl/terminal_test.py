"""The prompt on a terminal: editing, history, completion, Ctrl-C."""
import os
import pty
import re
import select
import signal
import sys
import time
from pathlib import Path

FERMATA = os.environ["FERMATA"]
HISTORY = Path(os.environ["XDG_STATE_HOME"]) / "fermata" / "history"
passed = failed = 0


def check(what, good, seen=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAIL: {what}\n{seen}")


class Terminal:
    def __init__(self, *arguments):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm"
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # whatever a runner in the background left
            os.execv(FERMATA, [FERMATA, *arguments])

    def send(self, text):
        os.write(self.fd, text.encode())

    def until(self, text, seconds=20):
        """What came up to `text`, without escape sequences."""
        out, end = b"", time.monotonic() + seconds
        while time.monotonic() < end:
            ready, _, _ = select.select([self.fd], [], [], 0.1)
            if ready:
                try:
                    part = os.read(self.fd, 65536)
                except OSError:
                    break
                if not part:
                    break
                out += part
            plain = re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|[>=])", "", out.decode("utf-8", "replace"))
            if text in plain.replace("\r", ""):
                return plain.replace("\r", "")
        return "(timeout) " + out.decode("utf-8", "replace")

    def ask(self, line, expected):
        self.send(line + "\n")
        seen = self.until("\n" + expected + "\n> ")
        check(f"{line} gives {expected}", not seen.startswith("(timeout)"), seen)

    def interrupt(self, begun):
        """Ctrl-C, once the evaluation has printed a line that says it has begun."""
        seen = self.until(begun + "\n")
        check(f"{begun} is printed before Ctrl-C", not seen.startswith("(timeout)"), seen)
        os.kill(self.pid, signal.SIGINT)

    def end(self):
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


t = Terminal()
check("a banner and a prompt on a terminal", "> " in t.until("> "))
t.ask("(+ 40 2)", "42")
t.ask("(define (sixth l)\n  (list-ref l 5))\n(sixth '(1 2 3 4 5 six))", "six")
t.ask("(string-length \"äöü€\")", "4")

t.send("(vector-le\t '#(1 2 3))\n")
check("Tab completes a name", "\n3" in t.until("\n3"))
t.send("(call-with-\t\t")
seen = t.until("call-with-values")
check("Tab twice lists the candidates", "call-with-port" in seen, seen)
t.send("\x15")

t.send("(begin (write 'looping) (newline) (let loop () (loop)))\n")
t.interrupt("looping")
seen = t.until("interrupted")
check("Ctrl-C stops an evaluation", "interrupted" in seen, seen)
t.ask("'alive", "alive")
t.send("(let again () (guard (e (#t #f)) (write 'spinning) (newline) (let spin () (spin))) (again))\n")
t.interrupt("spinning")
t.interrupt("spinning")
check("a second Ctrl-C stops what catches the first", "interrupted" in t.until("interrupted"))
t.ask("'still-alive", "still-alive")
t.ask("(define-syntax forever (syntax-rules () ((_ x) (forever x))))\n'defined", "defined")
t.send("(begin (write 'expanding) (newline) (eval '(forever a) (interaction-environment)))\n")
t.interrupt("expanding")
check("Ctrl-C stops an endless macro", "interrupted" in t.until("interrupted"))
t.send("(never finished\x03")
t.until("^C")
t.ask("'after-typing", "after-typing")
t.send("(begin (write 'reading) (newline) (read-line))\n")
seen = t.until("reading\n")
t.send("\x03")
check("Ctrl-C stops a wait for input", "interrupted" in t.until("interrupted"), seen)
t.ask("(* 3 3)", "9")
t.ask("(import (fermata sched))\n(define (say n) (task-sleep 0.3) (display n) (if (= n 2) (newline)))\n'defined",
      "defined")
t.ask("(task-spawn (lambda () (say 1) (say 2)))\n'spawned", "spawned")
t.send("(string-append \"half")
seen = t.until('half') + t.until('1\n> (string-append "half') + t.until('2\n> (string-append "half')
check("what a task writes stands above the line being typed", "(timeout)" not in seen, seen)
t.ask(" done\")", '"half done"')
t.send("(import (fermata flow))\n(use-flow-store! \"memory:\")\n"
       "(defflow nap (lambda (x) (flow-sleep 0.3) (display (list x \"woke\")) (newline) x))\n'nap\n")
t.until("\nnap\n> ")
t.send("(begin (task-spawn (lambda () (flow/start nap 'early))) 'started)\n")
t.until("\nstarted\n> ")
t.send("(string-append \"half")
seen = t.until("(early woke)\n> (string-append \"half")
check("a flow goes on while the prompt waits", "(timeout)" not in seen, seen)
t.ask(" done\")", '"half done"')
t.send("(define (spin) (spin))\n(task-spawn spin)\n'spinning\n")
t.until("\nspinning\n> ")
t.ask("(* 6 7)", "42")
t.send("(never\x03")
t.until("^C")
t.ask("(length (scheduler-tasks))", "2")
t.send("(begin (write 'beside) (newline) (spin))\n")
t.interrupt("beside")
check("Ctrl-C stops an evaluation beside a task", "interrupted" in t.until("interrupted"))
t.ask("(length (scheduler-tasks))", "2")
t.send(",tasks\n")
seen = t.until("can run")
check("and not the task", "can run" in seen, seen)
t.send("(task-spawn (lambda () (task-sleep 0.2) (car 5)))\n")
seen = t.until("argument 1 must be a pair")
check("an error in a task is told at once", "(timeout)" not in seen, seen)
t.ask("(* 3 3)", "9")
t.send("\x04")
status = t.end()
check("Ctrl-D ends with status 0", status == 0, status)

check("the history is kept", HISTORY.exists() and "40" in HISTORY.read_text())
t = Terminal()
t.until("> ")
t.send("\x10\n")
seen = t.until("\n9")
check("an earlier session's lines come back", "(* 3 3)" in seen, seen)
t.send("(exit 9)\n")
status = t.end()
check("(exit 9) ends with status 9", status == 9, status)

t = Terminal()
t.until("> ")
t.send("(import (fermata sched))\n(task-spawn (lambda () (task-sleep 0.2) (exit 7)))\n")
status = t.end()
check("a task may end the session", status == 7, status)

t = Terminal("-e", "(begin (write 'looping) (newline) (let loop () (loop)))")
t.interrupt("looping")
status = t.end()
check("a script that is interrupted ends with status 130", status == 130, status)

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
