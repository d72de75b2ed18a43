"""The disk that a benchmark writes to: how long its sync takes, and one that is imitated in memory."""
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median


def imitate(microseconds):
    """Begins this program again with slow_sync.c in its processes, and its files in memory."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # a server runs as another user
        library = os.path.join(folder, "slow_sync.so")
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library,
                        str(Path(__file__).parent / "slow_sync.c")], check=True)
        environment = {**os.environ, "LD_PRELOAD": library, "SYNC_MICROSECONDS": str(microseconds),
                       "TMPDIR": "/dev/shm"}
        return subprocess.run([sys.executable, *sys.argv], env=environment).returncode


def is_imitated():
    return "SYNC_MICROSECONDS" in os.environ


def timed(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def sync_ms(folder):
    """Milliseconds of an append with fdatasync, the median."""
    with open(os.path.join(folder, "bare"), "ab", buffering=0) as file:
        def append():
            file.write(b"x" * 128)
            os.fdatasync(file.fileno())
        return median(timed(append) for _ in range(500)) * 1000
