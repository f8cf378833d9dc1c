"""What must stand in no file: paths of a developer's machine; stdout, exit and signals in a library; stale generated
files.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT, files, is_generated, name
from layers import PRINTING

TEXT = (".py", ".c", ".h", ".cu", ".md", ".toml", ".cdef", ".def", ".map", ".sh", ".json", ".cfg", ".txt", "")
# Written in pieces, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(
    "|".join("/" + place for place in ("work/", "home/[a-z]", "root/", "tmp/[A-Za-z0-9]", "Users/"))
)
C_LIBRARIES = ("shim", "libcuda", "libnvml", "softgpu")
# Where printf of a kernel comes out: on stdout, as with any CUDA driver.
KERNEL_OUTPUT = ("softgpu/run/output.c", "shim/wire/output.c")
# The end of a program whose last thread has ended, when only the library's own are left: what the C library would do
# without them.
LAST_THREAD = "libcuda/leaving.c"
# Touches of managed memory raise SIGSEGV; what is not ours goes on to the program's handler.
SIGNALS = "shim/managed/trap.c"
# Calls that a library does not make.
FORBIDDEN_C = re.compile(
    r"(?<![\w.>])(?:printf|puts|putchar|vprintf|exit|_exit|quick_exit|abort|signal|sigaction|alloca|setjmp)\s*\("
)
_NO_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)


def test_no_path_of_a_machine_stands_in_a_file():
    found = []
    for path in files(*TEXT):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if MACHINE_PATH.search(line):
                found.append(f"{name(path)}:{number}: {line.strip()}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("directory", C_LIBRARIES)
def test_a_native_library_does_not_print_exit_or_take_signals(directory):
    found, seen = [], 0
    for path in files(".c", ".h", ".def", below=directory):
        seen += 1
        code = _NO_CODE.sub(lambda match: "\n" * match[0].count("\n"), path.read_text())
        for number, line in enumerate(code.splitlines(), 1):
            if name(path) == LAST_THREAD and line.strip() == "exit(0);":
                continue
            if name(path) == SIGNALS and re.search(r"\bsigaction\(", line):
                continue
            if FORBIDDEN_C.search(line) or (re.search(r"\bstdout\b", line) and name(path) not in KERNEL_OUTPUT):
                found.append(f"{name(path)}:{number}: {line.strip()}")
    assert seen > 3
    assert not found, "\n".join(found)


def prints(path: Path) -> list[int]:
    """Lines where a Python file writes to stdout: print without file=, or sys.stdout."""
    lines = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            if not any(keyword.arg == "file" for keyword in node.keywords):
                lines.append(node.lineno)
        elif isinstance(node, ast.Attribute) and node.attr == "stdout":
            lines.append(node.lineno)
    return lines


def test_python_libraries_write_nothing_on_stdout():
    package = ROOT / "src" / "bitfusion"
    found = []
    for path in files(".py", below="src/bitfusion"):
        inside = path.relative_to(package).as_posix()
        if inside not in PRINTING and inside.split("/")[0] not in PRINTING:
            found += [f"{name(path)}:{line}" for line in prints(path)]
    assert not found, "\n".join(found)


def test_no_bare_except_in_python():
    found = [
        f"{name(path)}:{node.lineno}"
        for path in files(".py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert not found, "\n".join(found)


def test_generated_files_are_what_the_table_says():
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "bitfusion.api.generate", "--check"]
    outcome = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert outcome.returncode == 0, outcome.stderr


def test_every_source_file_says_what_it_is_about_first():
    silent = []
    for path in files(".py", ".c", ".h"):
        first = path.read_text().lstrip()[:3]
        if first and not is_generated(path) and not first.startswith(('"""', "/*", "//", "#!", 'r""')):
            silent.append(name(path))
    assert not silent, "\n".join(silent)


def test_a_document_that_code_names_is_there():
    documents = {path.name for path in files(".md")}
    named = [
        (path, document)
        for path in files(".py", ".c", ".h")
        for document in re.findall(r"\b[a-z-]+\.md\b", path.read_text())
    ]
    assert len(named) > 10
    missing = [f"{name(path)}: {document}" for path, document in named if document not in documents]
    assert not missing, "\n".join(missing)


def anchors(text: str) -> set[str]:
    """What a link into a Markdown text may name: its headings as GitHub writes them, and names that it gives."""
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    slugs = {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a name="([^"]+)"', text))


def test_links_between_documents_lead_somewhere():
    broken, seen = [], 0
    for path in files(".md"):
        for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)", path.read_text()):
            if "://" in target:
                continue
            seen += 1
            page = path.parent / target if target else path
            if not page.exists() or (anchor and anchor not in anchors(page.read_text())):
                broken.append(f"{name(path)}: {target}#{anchor}")
    assert seen > 50
    assert not broken, "\n".join(broken)
