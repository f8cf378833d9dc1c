"""The manual pages: as the help is now, well formed, and found by man where an installation puts them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT
from patience import PATIENCE_S

from bitfusion.cli import command_table, manual

FOLDER = ROOT / "share" / "man" / "man1"
NAMES = [
    "flexdirect.1",
    "bitfusion.1",
    *(f"flexdirect-{entry.name}.1" for entry in command_table.COMMANDS),
]
REQUESTS = {".TH", ".SH", ".SS", ".TP", ".PP", ".RS", ".RE", ".nf", ".fi", ".br", ".BR", ".so"}
SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
NEEDS_MAN = pytest.mark.skipif(not shutil.which("man"), reason="needs man (man-db, groff)")


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return manual.all_pages()


def test_the_pages_that_are_installed_say_what_help_says(pages):
    if os.environ.get("BF_RENEW") == "1":
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path in FOLDER.glob("*.1"):
            path.unlink()
        for name, text in pages.items():
            (FOLDER / name).write_text(text)
    kept = {path.name: path.read_text() for path in FOLDER.glob("*.1")}
    stale = sorted(name for name in {*kept, *pages} if kept.get(name) != pages.get(name))
    assert stale == [], "run this test with BF_RENEW=1 and commit share/man"


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_well_formed(pages, name):
    lines = pages[name].splitlines()
    assert {line.split()[0] for line in lines if line.startswith((".", "'"))} <= REQUESTS
    if name == "bitfusion.1":
        assert lines == [".so man1/flexdirect.1"]
        return
    assert lines[0].startswith(f'.TH {name[:-2].upper()} 1 "" '.replace("-", "\\-"))
    sections = [line[4:] for line in lines if line.startswith(".SH ")]
    if "-" in name:
        assert sections == SECTIONS
    (described,) = re.findall(r"^\.SH NAME\n(.*)$", pages[name], re.M)
    assert " \\- " in described and described.startswith("flexdirect")
    # A hyphen or a backslash that roff would take for its own.
    assert not [line for line in lines if re.search(r"(?<!\\)-|\\(?![-e&(f])", line)]
    assert "" not in lines and pages[name].endswith("\n")


@NEEDS_MAN
def test_man_formats_every_page_without_a_warning(pages, tmp_path):
    folder = tmp_path / "man1"
    folder.mkdir()
    for name, text in pages.items():
        (folder / name).write_text(text)
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80", "MANPATH": str(tmp_path)}
    done = subprocess.run(
        ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", *(str(folder / name) for name in NAMES)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE_S,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("mandoc"), reason="needs mandoc")
def test_mandoc_finds_nothing_wrong(pages, tmp_path):
    for name, text in pages.items():
        if name != "bitfusion.1":
            (tmp_path / name).write_text(text)
    words = ["mandoc", "-Tlint", "-Wwarning", *map(str, tmp_path.glob("*.1"))]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE_S)
    # There is no date on purpose.
    assert [line for line in (done.stdout + done.stderr).splitlines() if "missing date" not in line] == []


@NEEDS_MAN
def test_man_finds_the_pages_of_the_program_on_the_path(pages, tmp_path):
    """As in a virtual environment: man looks in share/man beside each bin of PATH."""
    (tmp_path / "bin").mkdir()
    folder = tmp_path / "share" / "man" / "man1"
    folder.mkdir(parents=True)
    for name, text in pages.items():
        (folder / name).write_text(text)
    environment = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "HOME": str(tmp_path)}
    for words, begin in ((("flexdirect",), "flexdirect, bitfusion"), (("flexdirect", "run"), "flexdirect-run")):
        done = subprocess.run(
            ["man", "-P", "cat", *words], env=environment, capture_output=True, text=True, timeout=PATIENCE_S
        )
        assert done.returncode == 0, done.stderr
        assert re.search(rf"^NAME\n +{begin} ", re.sub(r".\x08", "", done.stdout), re.M), done.stdout[:400]


def test_an_installation_puts_the_pages_where_man_looks():
    """What pip does with the data of the package that runs here, unless it is a checkout."""
    folder = Path(sys.prefix) / "share" / "man" / "man1"
    if not (Path(sys.prefix) / "share" / "doc" / "bitfusion").is_dir():
        pytest.skip("needs an installed package; this is a checkout")
    assert sorted(path.name for path in folder.glob("*.1")) == sorted(NAMES)
