"""The table of variables is what the sources read, and what is like one of them is named."""

from __future__ import annotations

import re

import pytest
from checkout import files

from bitfusion.config import variables

# Where a variable stands when it is read: as a word of its own in quotes, in Python and in C.
WORD = re.compile(r"[\"']((?:BF|SOFTGPU)_[A-Z][A-Z_]+)=?[\"']")


def test_every_variable_that_is_read_is_in_the_table():
    folders = (
        "src/bitfusion/access",
        "src/bitfusion/config",
        "src/bitfusion/cli",
        "src/bitfusion/net",
        "src/bitfusion/srs",
        "src/bitfusion/server",
        "shim",
        "softgpu",
    )
    read = {
        word
        for folder in folders
        for path in files(".py", ".c", below=folder)
        if path.name != "variables.py" and "generated" not in path.parts
        for word in WORD.findall(path.read_text(encoding="utf-8"))
    }
    assert read - set(variables.KNOWN) == set()
    assert set(variables.KNOWN) - read == set()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("BF_SERVER", "BF_SERVERS"),
        ("bf_servers", "BF_SERVERS"),
        ("BF_DEVICE_MEMORY_LIMIT", "BF_GPU_DEVICE_MEMORY_LIMIT"),
        ("BF_CLIENT_MEMORY", "BF_CLIENT_MEMORY_LIMIT"),
        ("BF_VISIBLE_DEVICE", "BF_VISIBLE_DEVICES"),
        ("SOFTGPU_DEVICE", "SOFTGPU_DEVICES"),
        ("BF_HOME", ""),
    ],
)
def test_a_variable_that_nothing_reads_is_found_with_the_one_that_may_be_meant(name, meant):
    assert variables.unknown({"PATH": "/bin", "BF_SERVERS": "a", name: "b"}) == {name: meant}
    assert (f"did you mean {meant}?" in variables.complaint(name, meant)) == bool(meant)


@pytest.mark.parametrize("name", [*variables.KNOWN, "BF_TEST_DRIVER", "BF_ADAPTOR_RDMA", "BFOO", "MY_BF_SERVER"])
def test_what_somebody_reads_is_no_mistake(name):
    assert variables.unknown({name: "1"}) == {}
