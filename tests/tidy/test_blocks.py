"""Every block of the documents says what it is, and is typed or compared by tests/docs; what is not typed is listed,
with a reason.
"""

from __future__ import annotations

import blocks
import following

# Lines that no test types: more is no help to a reader who wants to know that they work.
NOT_RUN_MAX = 8


def test_every_block_says_what_it_is_and_something_holds_it_to_that():
    found, seen = [], 0
    for page in blocks.pages():
        for block in blocks.blocks(page):
            seen += 1
            found += blocks.faults(block)
    assert seen > 30
    assert not found, "\n".join(found)


def test_what_is_not_typed_stands_in_a_page_and_is_little():
    pages = {blocks.name(page): page for page in blocks.pages()}
    listed = 0
    for called, entry in following.table()["pages"].items():
        assert called in pages, f"pages.yaml: there is no {called} with a block"
        lines = [
            command.line
            for block in blocks.blocks(pages[called])
            if block.language == blocks.SESSION
            for command in blocks.commands(block)
        ]
        for line, reason in entry.get("not_run", {}).items():
            listed += 1
            assert line in lines, f"pages.yaml: {called} has no line {line!r}"
            assert len(reason) > 10, f"pages.yaml: {called}: why is {line!r} not run?"
    assert listed <= NOT_RUN_MAX


def test_commands_stand_in_blocks():
    """Lines with a prompt that are only indented would be shown as a block, and be run by nothing."""
    found = []
    for page in blocks.pages():
        inside = False
        for number, line in enumerate(page.read_text().splitlines(), 1):
            if line.lstrip().startswith("```"):
                inside = not inside
            elif not inside and blocks.PROMPT.match(line.strip()):
                found.append(f"{blocks.name(page)}:{number}: {line.strip()}")
    assert not found, "\n".join(found)
