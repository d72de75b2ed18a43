"""Transcripts as the tests use them: of the prompt, of a shell, and fenced blocks of Markdown.

In expected output `...` stands for anything: alone on a line for any number of lines, else
for any text within the line.
"""
import re
from dataclasses import dataclass, field

SEPARATOR = "\x1e"


@dataclass
class Entry:
    inputs: list
    output: str = ""


@dataclass
class Block:
    language: str
    line: int
    text: str = ""
    lines: list = field(default_factory=list)


def matches(expected, got):
    expected, got = expected.rstrip("\n"), got.rstrip("\n")
    if expected == got:
        return True
    pattern = ""
    for line in expected.split("\n"):
        if line.strip() == "...":
            pattern += "(?:[^\n]*\n)*?"
        else:
            pattern += ".*?".join(re.escape(part) for part in line.split("...")) + "\n"
    return re.fullmatch(pattern, got + "\n") is not None


def difference(entry, got):
    """For people: what went in, what was expected, what came."""
    said = "\n".join(entry.inputs)
    output = got.output if isinstance(got, Entry) else got
    if isinstance(got, Entry) and got.inputs != entry.inputs:
        output = "(input) " + "\n".join(got.inputs) + "\n" + got.output
    return (f"{said}\n--- expected\n{entry.output.rstrip()}\n--- got\n"
            + (output.rstrip() if output is not None else "(nothing: the program ended)"))


def parse_marked(text, first, more):
    """Head (before any input) and entries: input lines begin with `first`, further ones `more`."""
    head, entries, complete = "", [], True
    for line in text.splitlines():
        if line.startswith(first) or line == first.rstrip():
            entries.append(Entry([line[len(first):]]))
            complete = False
        elif not complete and line.startswith(more):
            entries[-1].inputs.append(line[len(more):])
        elif entries:
            complete = True
            entries[-1].output += line + "\n"
        else:
            head += line + "\n"
    return head, entries


def write_marked(entries, outputs, first, more):
    text = ""
    for i, entry in enumerate(entries):
        text += first + ("\n" + more).join(entry.inputs) + "\n"
        got = outputs[i] if i < len(outputs) else ""
        text += entry.output if matches(entry.output, got) else got
    return text


def parse_repl(text):
    return parse_marked(text, "> ", ". ")


def write_repl(entries, now):
    return write_marked(entries, [e.output for e in now], "> ", ". ")


def parse_console(text):
    return parse_marked(text, "$ ", "> ")


def write_console(entries, outputs):
    return write_marked(entries, outputs, "$ ", "> ")


def shell_program(entries):
    """One shell for all commands, so that variables live on; a status other than 0 is printed."""
    return "".join("{ " + "\n".join(e.inputs) + "\n} 2>&1 </dev/null\n"
                   f"__status=$?; [ $__status = 0 ] || echo \"[exit $__status]\"; echo '{SEPARATOR}'\n"
                   for e in entries)


def shell_outputs(out):
    return [part.removeprefix("\n") for part in out.split(SEPARATOR)][:-1]


def fenced_blocks(text):
    blocks, inside = [], None
    for number, line in enumerate(text.splitlines(), 1):
        fence = re.match(r"^```\s*(\S*)", line)
        if fence and inside is None:
            inside = Block(fence[1], number + 1)
        elif fence:
            inside.text = "".join(l + "\n" for l in inside.lines)
            blocks.append(inside)
            inside = None
        elif inside is not None:
            inside.lines.append(line)
    return blocks
