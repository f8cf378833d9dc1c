"""Files of at most 500 lines, functions of at most 60; generated files and pure tables are exempt. Documents of at most
110 columns.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from checkout import files, is_generated, name

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
PROSE_COLUMNS_MAX = 110

# Pure tables.
TABLES = ("src/bitfusion/api/table/", "src/bitfusion/api/types.cdef", "src/bitfusion/api/nvml_types.cdef")
C_SUFFIXES = (".c", ".h", ".cu")
_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^[ \t]*#(?:\\\n|[^\n])*', re.S | re.M
)


def exempt(path: Path) -> bool:
    return is_generated(path) or name(path).startswith(TABLES) or path.suffix == ".def"


def wide_prose(text: str, columns: int) -> list[int]:
    """Lines of a Markdown text that are wider, but for those of tables and of code blocks."""
    wide, code = [], False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            code = not code
        elif not code and not line.startswith("|") and len(line) > columns:
            wide.append(number)
    return wide


def blank(match: re.Match[str]) -> str:
    """A comment, string or directive, replaced by as many lines of nothing."""
    return "\n" * match[0].count("\n")


def c_functions(text: str) -> Iterator[tuple[int, int]]:
    """(first line, lines) of each function: from its return type to its closing brace.

    A brace outside all braces that follows a parenthesis opens a function; `extern "C" {` and the like do not count
    as braces.
    """
    code = re.sub(r"\b(?:extern|namespace\s*\w*)\s*\{", ";", _TOKEN.sub(blank, text))
    depth, start, opened = 0, None, False
    for position, char in enumerate(code):
        if depth == 0 and char in ";}":
            start = None
        elif depth == 0 and start is None and not char.isspace():
            start = position
        if char == "{":
            if depth == 0:
                opened = code[:position].rstrip().endswith(")")
            depth += 1
        elif char == "}" and depth:
            depth -= 1
            if depth == 0 and opened and start is not None:
                yield code[:start].count("\n") + 1, code[start:position].count("\n") + 1
            start = None if depth == 0 else start


def python_functions(text: str) -> Iterator[tuple[int, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.lineno, node.end_lineno - node.lineno + 1


def test_no_file_is_longer_than_500_lines():
    sources = [path for path in files(*C_SUFFIXES, ".py", ".cdef") if not exempt(path)]
    assert len(sources) > 50
    long = [
        f"{name(path)}: {lines} lines" for path in sources if (lines := path.read_text().count("\n")) > FILE_LINES_MAX
    ]
    assert not long, "\n".join(long)


def test_no_function_is_longer_than_60_lines():
    seen, long = 0, []
    for path in files(*C_SUFFIXES, ".py"):
        if exempt(path):
            continue
        functions = python_functions if path.suffix == ".py" else c_functions
        for line, lines in functions(path.read_text()):
            seen += 1
            if lines > FUNCTION_LINES_MAX:
                long.append(f"{name(path)}:{line}: {lines} lines")
    assert seen > 300
    assert not long, "\n".join(long)


def test_the_counter_of_c_functions_sees_what_it_should():
    text = (
        '#define A(x) {\nstruct s {\n  int a;\n};\nstatic int f(\n  int a)\n{\n  char *t = "}{"; /* } */\n  if (a) {\n '
        " }\n}\nint g(void) { return 0; }\nint t[] = {1};\n"
    )
    assert list(c_functions(text)) == [(5, 7), (12, 1)]


def test_no_line_of_a_document_is_wider_than_110_columns():
    pages = list(files(".md"))
    assert len(pages) > 10
    wide = [f"{name(path)}:{line}" for path in pages for line in wide_prose(path.read_text(), PROSE_COLUMNS_MAX)]
    assert not wide, "\n".join(wide)


def test_the_measure_of_prose_leaves_tables_and_code_alone():
    assert wide_prose("short\n| a long row |\n```\na long command\n```\nlong prose\n", 8) == [6]
