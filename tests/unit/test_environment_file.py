"""Files of variables are read as systemd reads them."""

from __future__ import annotations

import pytest

from bitfusion.config import environment_file
from bitfusion.errors import ConfigError

TEXT = """\
# a comment
; another one

BF_VISIBLE_DEVICES=0,1
OPTIONS = --grace 300 --host "::"
QUOTED="two words"
SINGLE='it is "so"'
EMPTY=
"""


def test_variables_have_the_values_that_systemd_gives_them(tmp_path):
    (tmp_path / "server.env").write_text(TEXT)
    assert environment_file.read_file(tmp_path / "server.env") == {
        "BF_VISIBLE_DEVICES": "0,1",
        "OPTIONS": '--grace 300 --host "::"',
        "QUOTED": "two words",
        "SINGLE": 'it is "so"',
        "EMPTY": "",
    }


def test_a_file_that_is_not_there_has_none(tmp_path):
    assert environment_file.read_file(tmp_path / "server.env") == {}


@pytest.mark.parametrize("line", ["--grace 300", "export A=1", "1A=2", "=x"])
def test_a_line_that_is_no_variable_is_named(tmp_path, line):
    path = tmp_path / "server.env"
    path.write_text(f"A=1\n{line}\n")
    with pytest.raises(ConfigError, match=f"{path}:2: '{line}' is not NAME=value"):
        environment_file.read_file(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "bytes.env").write_bytes(b"A=\xff\n")
    for path, reason in ((tmp_path, "Is a directory"), (tmp_path / "bytes.env", "it is not UTF-8")):
        with pytest.raises(ConfigError, match=f"cannot read {path}: {reason}"):
            environment_file.read_file(path)
