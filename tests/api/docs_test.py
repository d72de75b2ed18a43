#!/usr/bin/env python3
"""Runs the C++ blocks of docs/embedding.md, built as one program, and compares what they print."""
import os
import subprocess
import sys
from pathlib import Path

root, build = Path(os.environ["FERMATA_ROOT"]), Path(os.environ["FERMATA_BUILD"])
sys.path.insert(0, str(root / "tests"))
import transcript  # noqa: E402

blocks = transcript.fenced_blocks((root / "docs" / "embedding.md").read_text())
program = build / "embedding_docs"
passed = failed = 0
# README shows an example, which tests/examples/embed.txt runs.
ten_lines = (root / "examples" / "embed" / "ten_lines.cpp").read_text().split("\n", 1)[1]
shown = [b.text for b in transcript.fenced_blocks((root / "README.md").read_text()) if b.language == "cpp"]
if [text.strip() for text in shown] == [ten_lines.strip()]:
    passed += 1
else:
    failed += 1
    print("README.md does not show examples/embed/ten_lines.cpp")
if program.exists():
    run = subprocess.run([program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    parts = run.stdout.decode().split("\x1e")[1:]
    printed = {int(p.split("\n", 1)[0]): p.split("\n", 1)[1] for p in parts}
    for block, after in zip(blocks, blocks[1:]):
        if block.language != "cpp":
            continue
        got = printed.get(block.line, "(it did not get there)")
        if after.language == "output" and transcript.matches(after.text, got):
            passed += 1
        else:
            failed += 1
            print(f"docs/embedding.md:{block.line} printed\n{got}")
    if run.returncode != 0:
        failed += 1
        print(f"the program ended with {run.returncode}")
print(f"{passed} passed, {failed} failed")
