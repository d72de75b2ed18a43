#!/usr/bin/env python3
"""embedding 1.1, documentation: each member function of the public classes, each function of the C
interface, stands in an example that is compiled and run: a block of docs/embedding.md, a program
of examples/embed or tests/consumers; of the C interface also in the templates over it."""
import os
import re
import sys
from pathlib import Path

root = Path(os.environ["FERMATA_ROOT"])
sys.path.insert(0, str(root / "tests"))
import transcript  # noqa: E402

CLASSES = "Interpreter Flows Task Completer Class Capabilities Error Result Value View Datum Rest".split()
FOR_THE_C_INTERFACE = {"get", "release", "raw", "of_exception"}

headers = sorted((root / "api").glob("*.hpp"))
public = [h for h in headers if "#include <fermata/" in h.read_text() or h.name == "result.hpp"]
examples = [*(root / "examples" / "embed").glob("*.cpp"), *(root / "tests" / "consumers").glob("*/host.c*")]
shown = "".join(path.read_text() for path in examples)
for block in transcript.fenced_blocks((root / "docs" / "embedding.md").read_text()):
    if block.language == "cpp":
        shown += block.text


def members(text):
    """The names of public member functions: lines of a class that stand at two spaces."""
    for name, body in re.findall(r"^class (?:\[\[\w+\]\] )?(\w+)\b[^;{]*\{\n(.*?)^\};", text, re.S | re.M):
        if name not in CLASSES:
            continue
        for line in body.split("\n private:")[0].split("\n"):
            found = re.match(r"  (?:[\w:\[\]]+(?:<.*?>)?[&*]* )+[&*]?(\w+)\(", line)
            if found and found[1] not in CLASSES and found[1] != "operator":
                yield name, found[1]


passed = 0
missing = []
for header in public:
    for owner, name in sorted(set(members(header.read_text()))):
        if name in FOR_THE_C_INTERFACE or re.search(rf"\b{name}\b", shown):
            passed += 1
        else:
            missing.append(f"{owner}::{name}")
templates = shown + "".join(header.read_text() for header in public)
for name in sorted(set(re.findall(r"\b(fermata_\w+)\(", (root / "api" / "fermata.h").read_text()))):
    if re.search(rf"\b{name}\b", templates):
        passed += 1
    else:
        missing.append(name)
for name in missing:
    print(f"{name} stands in no example")
print(f"{passed} passed, {len(missing)} failed")
