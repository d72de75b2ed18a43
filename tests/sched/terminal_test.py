"""A process that a task starts may read from the terminal, and Ctrl-C reaches it."""
import os
import pty
import signal
import sys

FERMATA = os.environ["FERMATA"]
# It waits for a line at its end: the signal may reach the process long before the program.
PROGRAM = """(import (scheme base) (scheme write) (fermata task))
(display (run-task (process-task '("sh" "-c" "echo ready; read x; echo got $x; exit 5"))))
(newline)
(read-line)"""


def run(send):
    """What appears on the terminal, and the status, after sending that once it is ready."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(FERMATA, [FERMATA, "-e", PROGRAM])
    signal.alarm(50)
    seen, sent = b"", False
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        seen += piece
        if not sent and b"ready" in seen:
            os.write(terminal, send)
            sent = True
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    return seen.decode().replace("\r", ""), status


passed = failed = 0


def check(name, fine, got):
    global passed, failed
    if fine:
        passed += 1
    else:
        failed += 1
        print(f"FAIL: {name}: {got!r}")


text, status = run(b"hello\nbye\n")
check("it reads a line", "got hello\n5\n" in text and status == 0, (text, status))
text, status = run(b"\x03")
check("Ctrl-C ends it and the program", "interrupted" in text and status == 130, (text, status))

print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
