#!/usr/bin/env python3
"""The C++ blocks of docs/embedding.md as one program: docs_blocks.py ROOT OUTPUT.

Each block becomes a function; before its output the program prints where it stands, so that
docs_test.py can compare it with the block after it.
"""
import sys
from pathlib import Path

root, output = Path(sys.argv[1]), Path(sys.argv[2])
sys.path.insert(0, str(root / "tests"))
import transcript  # noqa: E402

blocks = [b for b in transcript.fenced_blocks((root / "docs" / "embedding.md").read_text()) if b.language == "cpp"]
text = "#include <poll.h>\n\n#include <filesystem>\n#include <fstream>\n#include <iostream>\n#include <map>\n#include <stdexcept>\n#include <thread>\n\n#include <uv.h>\n\n#include <fermata/fermata.hpp>\n\n"
for block in blocks:
    text += f"static void block_{block.line}() {{\n#line {block.line + 1} \"docs/embedding.md\"\n{block.text}\n}}\n\n"
text += "int main() {\n"
for block in blocks:
    text += f"  std::cout << \"\\036{block.line}\\n\";\n  block_{block.line}();\n"
text += "}\n"
if not output.exists() or output.read_text() != text:
    output.write_text(text)
