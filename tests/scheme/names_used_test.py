#!/usr/bin/env python3
"""Every name that a public library exports is used by some test.

The names are those of docs/reference, which another test holds to be what the libraries export.
Used means: it stands, as a whole word, in the Scheme of a test: in a program outside comments
and texts, in a transcript, or in a text of a test in another language.  That is no proof that
the test is good, but a name nobody wrote down here is surely untested.
"""
import os
import re
import sys
from pathlib import Path

ROOT = Path(os.environ.get("FERMATA_ROOT", Path(__file__).resolve().parent.parent.parent))
WORD = re.compile(r"""(?P<skipped>;[^\n]*|"(?:[^"\\]|\\.)*"|\#\\(?:[^\s()";']+|.))"""
                  r"""|(?P<word>\|[^|]*\||[^\s()\[\]"';`,|]+)""", re.S)
PLAIN = re.compile(r"""[^\s()\[\]"';`,]+""")
TEXTS = re.compile(r'''R"(\w*)\((.*?)\)\1"|"((?:[^"\\\n]|\\.)*)"|\'\'\'(.*?)\'\'\'|'((?:[^'\\\n]|\\.)*)\'''', re.S)
PREFIX = re.compile(r"\(prefix \([^()]*(?:\([^()]*\))?[^()]*\) ([^\s()]+)\)")
EXPORT = re.compile(r"^- `\(?(\|[^|]*\||[^\s`()]+)", re.M)

# What only lists names, to see that they are there.
LISTS = {"tests/r7rs/names.scm"}
# In this file @ stands for each of these, and what is made of it is evaluated.
TEMPLATES = "tests/srfi/160-types.scm"
TYPES = "s8 u8 s16 u16 s32 u32 s64 u64 f32 f64 c64 c128".split()


def words(scheme):
    without = re.sub(r"#\|.*?\|#", " ", scheme, flags=re.S)
    return {m["word"] for m in WORD.finditer(without) if m["word"]}


def used_names():
    used = set()
    for file in sorted((ROOT / "tests").rglob("*")):
        name = str(file.relative_to(ROOT))
        if name in LISTS or not file.is_file():
            continue
        if file.suffix in (".scm", ".sld"):
            text = file.read_text()
            found = words(text)
            for prefix in PREFIX.findall(text):
                found |= {w[len(prefix):] for w in found if w.startswith(prefix)}
            if name == TEMPLATES:
                found = {w.replace("@", t) for w in found for t in TYPES}
            used |= found
        elif file.suffix == ".txt":
            used |= set(PLAIN.findall(file.read_text()))
        elif file.suffix in (".cpp", ".hpp", ".py", ".sh", ".c") and file != Path(__file__).resolve():
            for m in TEXTS.finditer(file.read_text()):
                text = next((g for g in m.groups()[1:] if g is not None), "")
                used |= words(text.replace('\\"', '"').replace("\\n", "\n"))
    return used


def main():
    used = used_names()
    pages = [p for p in sorted((ROOT / "docs" / "reference").glob("*.md")) if p.name != "README.md"]
    passed = failed = 0
    for page in pages:
        names = EXPORT.findall(page.read_text())
        unused = [n for n in names if n not in used]
        if unused:
            failed += 1
            print(f"{page.stem}: no test uses {' '.join(unused)}")
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not pages else 0)


if __name__ == "__main__":
    main()
