"""The manual pages, in man(7): one for the program and one for each command, from what their help is made of.

share/man holds them as they are installed; tests/e2e/test_manual.py compares and, with BF_RENEW=1, writes them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence

import click

from . import command_table, main, page, pages

PROGRAM = "flexdirect"
_OTHER = "bitfusion"
_FILES = (
    ("~/.bitfusionio/adaptor.conf, /etc/bitfusionio/adaptor.conf", "Servers that client uses; the first that exists."),
    ("~/.bitfusionio/servers.conf, /etc/bitfusionio/servers.conf", "Resource schedulers; the first that exists."),
    ("PREFIX/share/doc/bitfusion/docs/README.md", "The documents; flexdirect help says where they are."),
)


def all_pages() -> dict[str, str]:
    """File name -> text of every page."""
    found = {f"{PROGRAM}.1": _of_program(), f"{_OTHER}.1": f".so man1/{PROGRAM}.1\n"}
    for entry in command_table.COMMANDS:
        found[f"{PROGRAM}-{entry.name}.1"] = _of_command(entry)
    return found


def _of_program() -> str:
    lines = [_head(PROGRAM), ".SH NAME", f"{PROGRAM}, {_OTHER} \\- run applications on GPUs of other machines"]
    lines += [".SH SYNOPSIS"]
    for at, words in enumerate(('command options "application"', "command options -- application", "help command")):
        lines += [*([".br"] if at else []), f"{_bold(PROGRAM)} {_escape(words)}"]
    lines += [".SH DESCRIPTION"]
    lines += _paragraphs(
        "Offers the GPUs of a machine to others, and runs unmodified CUDA programs on GPUs that are not in this"
        f" machine. {PROGRAM} and {_OTHER} are two names of one program.\n\nEach command has a page of its own, such as"
        f" {PROGRAM}-run(1)."
    )
    lines.append(".SH COMMANDS")
    for section in command_table.SECTIONS:
        lines += [f".SS {_escape(section.rstrip(':'))}"] if section else []
        for entry in command_table.COMMANDS:
            if entry.section == section:
                lines += _item(entry.names, entry.summary)
    lines += [".SH EXAMPLES", *_examples(command_table.EXAMPLES), ".SH FILES"]
    for place, meaning in _FILES:
        lines += _item(place, meaning)
    others = [f"{PROGRAM}-{entry.name}" for entry in command_table.COMMANDS]
    return _text([*lines, ".SH SEE ALSO", *_see(others)])


def _of_command(entry: command_table.Entry) -> str:
    command = main.application.get_command(click.Context(main.application), entry.name)
    assert command is not None
    # A command keeps its option for help as the first context had it: all must have the same.
    above = click.Context(main.application, info_name=PROGRAM, **main.application.context_settings)
    with click.Context(command, info_name=entry.name, parent=above) as ctx:
        usage = " ".join([entry.name, *command.collect_usage_pieces(ctx)]).replace("[OPTIONS]", "[options]")
        options = page.options(command, ctx)
    name = f"{PROGRAM}-{entry.name}"
    texts = pages.PAGES[entry.name]
    lines = [_head(name), ".SH NAME", f"{_escape(name)} \\- {_escape(_lowered(entry.summary))}"]
    lines += [".SH SYNOPSIS", f"{_bold(PROGRAM)} {_escape(usage)}"]
    lines += [*([".br", f"{_bold(PROGRAM)} {_escape(entry.alias)} \\&..."] if entry.alias else [])]
    lines += [".SH DESCRIPTION", *_paragraphs(inspect.cleandoc(command.help or ""))]
    for title, rows in (("OPTIONS", options), ("EXIT STATUS", texts.exits)):
        lines.append(f".SH {title}")
        for term, meaning in rows:
            lines += _item(term, meaning)
    return _text([*lines, ".SH EXAMPLES", *_examples(texts.examples), ".SH SEE ALSO", *_see([PROGRAM])])


def _head(name: str) -> str:
    # Neither date nor release: a page changes when what it says changes.
    return f'.TH {_escape(name.upper())} 1 "" "Bitfusion FlexDirect" "Bitfusion FlexDirect"'


def _paragraphs(text: str) -> Iterator[str]:
    for at, paragraph in enumerate(re.split(r"\n\s*\n", text)):
        if at:
            yield ".PP"
        # A sentence a line, as man(7) wants it.
        yield from _escape(" ".join(paragraph.split())).replace(". ", ".\n").splitlines()


def _item(term: str, meaning: str) -> list[str]:
    return [".TP", _bold(term), *_paragraphs(meaning)]


def _examples(examples: Sequence[tuple[str, str]]) -> Iterator[str]:
    for at, (comment, example) in enumerate(examples):
        yield from [".PP"] if at else []
        yield f"{_escape(comment)}:"
        # Not where the program is on this machine, as help says it.
        words = example.removeprefix("sudo ")
        line = f"{PROGRAM} {words}" if words == example else f"sudo {PROGRAM} {words}"
        yield from (".PP", ".RS 4", ".nf", _escape(f"$ {line}"), ".fi", ".RE")


def _see(names: Sequence[str]) -> Iterator[str]:
    for at, name in enumerate(names):
        yield f".BR {_escape(name)} (1){',' if at < len(names) - 1 else ''}"


def _bold(text: str) -> str:
    return f"\\fB{_escape(text)}\\fR"


def _lowered(sentence: str) -> str:
    return f"{sentence[:1].lower()}{sentence[1:]}".rstrip(".")


def _escape(text: str) -> str:
    """Characters that roff takes for something else: its own sign, the hyphen, and quotes that it makes round."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("~", "\\(ti")
    return escaped.replace("^", "\\(ha").replace("`", "\\(ga")


def _text(lines: Sequence[str]) -> str:
    shown = [f"\\&{line}" if line.startswith("'") else line for line in lines]
    return "\n".join(shown) + "\n"
