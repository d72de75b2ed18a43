"""Nothing outlives a test, however that ends: also when it is killed and can do nothing more.

A Guard waits beside the test and cleans up as soon as that is gone; `mortal` is a command whose
process ends with it.
"""
import shutil
import subprocess


class Guard:
    """Runs a shell script once: when it is told to, or when this process is gone."""

    def __init__(self, script):
        # It reads until nobody can write any more; others inherit no end of this pipe.
        self.process = subprocess.Popen(["bash", "-c", f"cd /; read -r; {script}"],
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)

    def clean_up(self):
        if self.process.stdin.closed:
            return
        self.process.stdin.close()
        self.process.wait()


def mortal(command):
    """That command, to be started by the thread that lives as long as the test."""
    return ["setpriv", "--pdeathsig", "KILL", *command] if shutil.which("setpriv") else command
