#!/usr/bin/env python3
"""Runs the tests of a build and counts them; the last line says `N passed, M failed`.

  tests/run.py --build build/release            every suite
  tests/run.py --build DIR scheme transcripts   some of them
  tests/run.py --build DIR -k r7rs/lists        only files or tests whose name has that part
  tests/run.py --build DIR --accept transcripts write down what comes out now

Suites: units (C++), scheme (tests/**/*.scm), programs (tests/**/*_test.py and *_test.sh),
transcripts (tests/repl/*.txt), command (tests/command/*.txt), errors (tests/errors/*.scm,
failing programs and what must be said about them), examples
(tests/examples/*.txt), docs (fenced blocks of README.md and docs/*.md), layers.
tests/README.md describes the formats.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import transcript  # noqa: E402
from postgres_cluster import Cluster  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
COUNTS = re.compile(r"^(\d+) passed, (\d+) failed$", re.M)
LIMIT = 60          # seconds for one file, times --slow
LONG_LIMIT = 600
CAMPAIGN_LIMIT = 3600  # for a program of the tests at full length


@dataclass
class Result:
    name: str
    passed: int = 0
    failed: int = 0
    notes: list = field(default_factory=list)

    def fail(self, note):
        self.failed += 1
        self.notes.append(note)


class Runner:
    def __init__(self, options):
        self.options = options
        self.build = Path(options.build).resolve()
        self.fermata = self.build / "fermata"
        self.chosen = self.read_chosen(options.chosen) if options.chosen else None
        self.cluster = None

    @staticmethod
    def read_chosen(file):
        """Lines `suite pattern`: the part of a suite that a slow build runs; `!pattern` is left out."""
        lines = [l.split(None, 1) for l in Path(file).read_text().splitlines()
                 if l.strip() and not l.startswith("#")]
        return {suite: [p for s, p in lines if s == suite] for suite, _ in lines}

    def has_collector(self):
        """Not where values are on plain malloc: nothing is freed there, and memory has no bound."""
        cache = self.build / "CMakeCache.txt"
        return not (cache.exists() and "FERMATA_MALLOC_HEAP:BOOL=ON" in cache.read_text())

    def with_collector(self, files):
        """Without those whose first line says that they need the collector, where there is none."""
        return [f for f in files if self.has_collector() or
                "needs the collector" not in f.read_text().split("\n", 1)[0]]

    def limit(self, seconds=LIMIT):
        return seconds * self.options.slow

    def environment(self, folder):
        """Nothing of the caller's own state: stores and history lie in a folder of the test."""
        keep = {k: v for k, v in os.environ.items()
                if k == "FERMATA_COLLECT_EVERY" or
                not k.startswith(("FERMATA_", "XDG_")) and k not in ("LANG", "LC_ALL")}
        return {**keep, "HOME": folder, "XDG_STATE_HOME": f"{folder}/state", "LC_ALL": "C.UTF-8",
                "PATH": f"{self.build}:{os.environ['PATH']}", "FERMATA": str(self.fermata),
                "FERMATA_BUILD": str(self.build), "FERMATA_ROOT": str(ROOT),
                **({"FERMATA_TEST_POSTGRES": self.cluster.url,
                    "FERMATA_TEST_POSTGRES_EMPTY": self.cluster.empty} if self.cluster else {}),
                **({"FERMATA_LONG_TESTS": "1"} if self.options.long else {})}

    def run(self, argv, seconds=LIMIT, cwd=None, **more):
        """(status or None when it took too long, standard output and error together)."""
        with tempfile.TemporaryDirectory() as folder:
            try:
                done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      stdin=None if "input" in more else subprocess.DEVNULL,
                                      cwd=cwd or ROOT, env=self.environment(folder),
                                      timeout=self.limit(seconds), **more)
                return done.returncode, done.stdout.decode("utf-8", "replace")
            except subprocess.TimeoutExpired as e:
                return None, (e.stdout or b"").decode("utf-8", "replace")

    def wanted(self, suite, name):
        if self.options.k and self.options.k not in name:
            return False
        if self.chosen is not None:
            patterns = self.chosen.get(suite, [])
            return (any(Path(name).match(p) for p in patterns if not p.startswith("!"))
                    and not any(Path(name).match(p[1:]) for p in patterns if p.startswith("!")))
        return True

    def files(self, suite, folder, *patterns):
        """Data for tests lies in folders called data; what takes long in folders called long."""
        found = []
        for pattern in patterns:
            for file in sorted((ROOT / folder).glob(pattern)):
                parts = file.relative_to(ROOT).parts
                if "data" in parts or ("long" in parts and not self.options.long):
                    continue
                if self.wanted(suite, str(file.relative_to(ROOT))):
                    found.append(file)
        return found

    # ---- suites: lists of (name, procedure that gives a Result) -------------------------

    def units(self):
        return [("units", self.run_units)]

    def run_units(self):
        result = Result("units")
        binary = self.build / "fermata_tests"
        tags = ["~[.]"]
        if not self.options.long:
            tags.append("~[long]")
        if self.options.k:
            tags.append(f"*{self.options.k}*")
        if self.chosen is not None:
            tags += self.chosen.get("units", [])
        if not self.options.each:
            status, out = self.run([str(binary), *tags], LONG_LIMIT * (3 if self.options.long else 1))
            if self.count_units(status, out, result):
                return result
        # It crashed or hung: one process for each test says which.
        _, names = self.run([str(binary), "--list-test-names-only", *tags])
        for name in filter(None, names.splitlines()):
            spec = re.sub(r"([,\[\]\\])", r"\\\1", name.strip())
            status, out = self.run([str(binary), spec])
            if not self.count_units(status, out, result):
                result.fail(f"{name}: {ending(status)}\n{tail(out)}")
        return result

    @staticmethod
    def count_units(status, out, result):
        if status is None or status < 0 or status >= 128:
            return False
        if all_passed := re.search(r"All tests passed \(\d+ assertions? in (\d+) test cases?\)", out):
            result.passed += int(all_passed[1])
            return status == 0
        if some := re.search(r"^test cases:\s+(\d+) \|(.*)$", out, re.M):
            failed = re.search(r"(\d+) failed", some[2])
            passed = re.search(r"(\d+) passed", some[2])
            result.passed += int(passed[1]) if passed else 0
            result.failed += int(failed[1]) if failed else 0
            result.notes.append(out)
            return True
        return False

    def scheme(self):
        return [(str(f.relative_to(ROOT)), lambda f=f: self.counted(f, [str(self.fermata), "run", str(f)]))
                for f in self.with_collector(self.files("scheme", "tests", "**/*.scm"))
                if f.parent.name != "errors"]

    def programs(self):
        return [(str(f.relative_to(ROOT)),
                 lambda f=f: self.counted(f, [sys.executable if f.suffix == ".py" else "bash", str(f)]))
                for f in self.files("programs", "tests", "**/*_test.py", "**/*_test.sh")]

    def counted(self, file, argv):
        """A program that prints `N passed, M failed`, once or several times."""
        result = Result(str(file.relative_to(ROOT)))
        seconds = LONG_LIMIT if "long" in file.parts else LIMIT
        status, out = self.run(argv, CAMPAIGN_LIMIT if self.options.long else seconds)
        counts = COUNTS.findall(out)
        result.passed = sum(int(p) for p, _ in counts)
        result.failed = sum(int(f) for _, f in counts)
        if result.failed:
            result.notes.append(out)
        elif not counts or status != 0:
            result.fail(f"{ending(status)}{'' if counts else ', without counts'}\n{tail(out)}")
        return result

    def transcripts(self):
        return [(str(f.relative_to(ROOT)), lambda f=f: self.replay(f))
                for f in self.files("transcripts", "tests/repl", "*.txt")]

    def replay(self, file):
        return self.compare_repl(str(file.relative_to(ROOT)), file.read_text(), file)

    def compare_repl(self, name, text, accept_into=None):
        result = Result(name)
        head, entries = transcript.parse_repl(text)
        lines = "".join(line + "\n" for entry in entries for line in entry.inputs)
        status, out = self.run([str(self.fermata), "-i"], input=lines.encode())
        _, now = transcript.parse_repl(out)
        if self.options.accept and accept_into:
            accept_into.write_text(head + transcript.write_repl(entries, now))
            result.passed = len(entries)
            return result
        for i, entry in enumerate(entries):
            got = now[i] if i < len(now) else None
            if got and got.inputs == entry.inputs and transcript.matches(entry.output, got.output):
                result.passed += 1
            else:
                result.fail(transcript.difference(entry, got))
        if status != 0 and not any("quit" in l or "exit" in l for e in entries for l in e.inputs):
            result.fail(ending(status) + "\n" + tail(out))
        return result

    def command(self):
        return [(str(f.relative_to(ROOT)), lambda f=f: self.console(f))
                for f in self.files("command", "tests/command", "*.txt")]

    def errors(self):
        return [(str(f.relative_to(ROOT)), lambda f=f: self.golden(f))
                for f in self.files("errors", "tests/errors", "*.scm")]

    def golden(self, file):
        """A program that fails, and beside it what must be said about it."""
        result = Result(str(file.relative_to(ROOT)))
        expected = file.with_suffix(".txt")
        status, out = self.run([str(self.fermata), "run", file.name], cwd=file.parent)
        if status is None or status < 0:
            result.fail(ending(status))
        elif status != 1:
            result.fail(f"{ending(status)}, but an error was expected\n{tail(out)}")
        elif self.options.accept:
            expected.write_text(out)
            result.passed = 1
        elif expected.exists() and transcript.matches(expected.read_text(), out):
            result.passed = 1
        else:
            result.fail(f"it said\n{out}")
        return result

    def examples(self):
        files = self.with_collector(self.files("examples", "tests/examples", "*.txt"))
        jobs = [(str(f.relative_to(ROOT)), lambda f=f: self.console(f)) for f in files]
        if not self.options.k:
            jobs.append(("examples", self.every_example_runs))
        return jobs

    def every_example_runs(self):
        result = Result("examples")
        texts = "".join(f.read_text() for f in (ROOT / "tests" / "examples").glob("*.txt"))
        for file in sorted((ROOT / "examples").glob("*.scm")):
            if f"examples/{file.name}" not in texts:
                result.fail(f"no file of tests/examples runs examples/{file.name}")
            else:
                result.passed += 1
        return result

    def console(self, file):
        return self.compare_console(str(file.relative_to(ROOT)), file.read_text(), file)

    def compare_console(self, name, text, accept_into=None):
        result = Result(name)
        head, entries = transcript.parse_console(text)
        with tempfile.TemporaryDirectory() as folder:
            for visible in ("examples", "tests", "README.md"):
                if (ROOT / visible).exists():
                    (Path(folder) / visible).symlink_to(ROOT / visible)
            status, out = self.run(["bash", "-c", transcript.shell_program(entries)], cwd=folder)
        outputs = transcript.shell_outputs(out)
        if self.options.accept and accept_into:
            accept_into.write_text(head + transcript.write_console(entries, outputs))
            result.passed = len(entries)
            return result
        for i, entry in enumerate(entries):
            got = outputs[i] if i < len(outputs) else None
            if got is not None and transcript.matches(entry.output, got):
                result.passed += 1
            else:
                result.fail(transcript.difference(entry, got))
        if status is None:
            result.fail("took too long")
        return result

    def docs(self):
        files = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
        return [(str(f.relative_to(ROOT)), lambda f=f: self.blocks(f))
                for f in files if f.exists() and self.wanted("docs", str(f.relative_to(ROOT)))]

    def blocks(self, file):
        result = Result(str(file.relative_to(ROOT)))
        blocks = transcript.fenced_blocks(file.read_text())
        for i, block in enumerate(blocks):
            where = f"{result.name}:{block.line}"
            if block.language == "scheme":
                expected = None
                if i + 1 < len(blocks) and blocks[i + 1].language == "output":
                    expected = blocks[i + 1].text
                self.run_block(block, expected, where, result)
            elif block.language in ("repl", "console"):
                compare = self.compare_repl if block.language == "repl" else self.compare_console
                part = compare(where, block.text)
                result.passed += part.passed
                result.failed += part.failed
                result.notes += [f"{where}\n{note}" for note in part.notes]
        return result

    def run_block(self, block, expected, where, result):
        with tempfile.TemporaryDirectory() as folder:
            if block.text.lstrip().startswith("(import") or "\n(import" in block.text:
                program = Path(folder) / "block.scm"
                program.write_text(block.text)
                status, out = self.run([str(self.fermata), "run", str(program)], cwd=folder)
            else:  # without imports: as if typed in
                status, out = self.run([str(self.fermata)], cwd=folder, input=block.text.encode())
        if status != 0:
            result.fail(f"{where}: {ending(status)}\n{tail(out)}")
        elif expected is not None and not transcript.matches(expected, out):
            result.fail(f"{where}: printed\n{out}")
        else:
            result.passed += 1

    def layers(self):
        def check():
            result = Result("layers")
            status, out = self.run(["cmake", "-P", str(ROOT / "cmake" / "layers.cmake")])
            if status == 0:
                result.passed = 1
            else:
                result.fail(out)
            return result
        return [("layers", check)]


def ending(status):
    if status is None:
        return "took too long"
    return f"killed by signal {-status}" if status < 0 else f"exit status {status}"


def tail(text, lines=25):
    return "\n".join(text.splitlines()[-lines:])


SUITES = ["layers", "units", "scheme", "programs", "transcripts", "command", "errors", "examples", "docs"]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", metavar="SUITE")
    parser.add_argument("--build", default=str(ROOT / "build" / "release"))
    parser.add_argument("-k", metavar="PART", help="only what has this in its name")
    parser.add_argument("--accept", action="store_true", help="rewrite transcripts")
    parser.add_argument("--long", action="store_true", help="also what takes more than a minute")
    parser.add_argument("--each", action="store_true", help="each C++ test in its own process")
    parser.add_argument("--slow", type=int, default=1, help="factor on the time limits")
    parser.add_argument("--chosen", metavar="FILE", help="run only what that file lists")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 2)
    options = parser.parse_args()
    for suite in options.suites:
        if suite not in SUITES:
            parser.error(f"no suite {suite!r}; there are: {' '.join(SUITES)}")

    runner = Runner(options)
    jobs = [job for suite in options.suites or SUITES for job in getattr(runner, suite)()]
    needs_postgres = {"units", "programs"} & set(options.suites or SUITES)
    runner.cluster = Cluster.start(keep_empty=True) if needs_postgres else None
    try:
        run_all(jobs, options)
    finally:
        if runner.cluster:
            runner.cluster.stop()


def run_all(jobs, options):
    passed = failed = 0
    failures = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for (name, _), result in zip(jobs, pool.map(lambda job: job[1](), jobs)):
            passed += result.passed
            failed += result.failed
            mark = "FAIL" if result.failed else "ok  "
            report = f"{mark} {name}: {result.passed} passed, {result.failed} failed"
            for note in result.notes:
                report += "\n    " + note.rstrip().replace("\n", "\n    ")
            print(report, flush=True)
            if result.failed:
                failures.append(report)
    if failures:
        print("\n=== what failed, once more\n" + "\n".join(failures))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
