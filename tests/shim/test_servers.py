"""Which servers the user named: lists, files, their order of precedence, and what is said about mistakes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from native_shim import ffi, lib

NAMES = ("BF_SERVERS", "BF_ADAPTOR_PATH", "HOME")


def listed(addresses) -> list[tuple[str, int]]:
    return [(ffi.string(each.host).decode(), each.port) for each in addresses.each[0 : addresses.count]]


def parse(text: str) -> tuple[list[tuple[str, int]], str]:
    out = ffi.new("struct bf_addresses *")
    lib.bf_servers_parse(text.encode(), out)
    return listed(out), ffi.string(out.problem).decode("utf-8", "replace")


@pytest.mark.parametrize(("text", "expected"), [
    ("gpu1", [("gpu1", 55001)]),
    ("gpu1:55002", [("gpu1", 55002)]),
    ("10.0.0.1;gpu2.lab:1;10.0.0.3:65535", [("10.0.0.1", 55001), ("gpu2.lab", 1), ("10.0.0.3", 65535)]),
    ("[::1]", [("::1", 55001)]),
    ("[fe80::1%eth0]:7", [("fe80::1%eth0", 7)]),
    ("# heading\n\n  gpu1  \n\tgpu2:5 # the new one\r\n", [("gpu1", 55001), ("gpu2", 5)]),
    ("gpu1,gpu2 ; gpu3", [("gpu1", 55001), ("gpu2", 55001), ("gpu3", 55001)]),
    ("", []), (" ; ;\n# only a comment", []),
])
def test_lists_are_read(text, expected):
    assert parse(text) == (expected, "")


@pytest.mark.parametrize("text", [
    "gpu1:", "gpu1:0", "gpu1:65536", "gpu1:123456", "gpu1:x", ":55001", "gpu 1", "::1", "[::1", "[]:1", "[::1]x", "gpu1:1:2",
    "a" * 256, "gpu;1;!",
])
def test_mistakes_are_named(text):
    _, problem = parse(text)
    assert "is not host" in problem


def test_too_many_servers_are_a_mistake():
    assert "more than 64" in parse("a;" * 65)[1]


@given(st.text(max_size=200).filter(lambda text: "\0" not in text))
def test_any_text_is_a_list_or_a_mistake(text):
    servers, _ = parse(text.encode("utf-8", "replace").decode())
    assert all(host and 1 <= port <= 65535 for host, port in servers)


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def find() -> tuple[list[tuple[str, int]], str, str]:
    out = ffi.new("struct bf_addresses *")
    lib.bf_servers_find(out)
    return listed(out), ffi.string(out.source).decode(), ffi.string(out.problem).decode()


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_precedence_is_variable_then_file_then_home(home, monkeypatch):
    write(home / ".bitfusionio" / "adaptor.conf", "personal\n")
    assert find()[0] == [("personal", 55001)]
    monkeypatch.setenv("BF_ADAPTOR_PATH", str(write(home / "mine.conf", "named:2\n")))
    assert find()[0] == [("named", 2)]
    monkeypatch.setenv("BF_SERVERS", "variable:3")
    assert find() == ([("variable", 3)], "BF_SERVERS", "")


def test_no_list_says_how_to_make_one(home):
    servers, _, problem = find()
    assert not servers and "BF_SERVERS" in problem and "adaptor.conf" in problem


def test_named_file_that_is_not_there_is_a_mistake(home, monkeypatch):
    monkeypatch.setenv("BF_ADAPTOR_PATH", str(home / "none.conf"))
    servers, source, problem = find()
    assert not servers and "none.conf" in source and problem == "there is no such file"


def test_empty_file_is_a_mistake_that_names_it(home):
    path = write(home / ".bitfusionio" / "adaptor.conf", "# nothing yet\n")
    assert find() == ([], str(path), "it names no server")


def test_mistake_in_one_line_voids_the_list(home):
    write(home / ".bitfusionio" / "adaptor.conf", "good\nbad host\n")
    servers, _, problem = find()
    assert not servers and "'bad host'" in problem
