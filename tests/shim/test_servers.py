"""Which servers the user named: lists, files, their order of precedence, and what is said about mistakes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from native_shim import ffi, lib

from bitfusion.config.adaptor import parse_list, read_file
from bitfusion.errors import ConfigError

NAMES = ("BF_SERVERS", "BF_ADAPTOR_PATH", "HOME")


PIN = "0123456789abcdef" * 4
LEASE = "9bd3d7e2-2c0b-4f0e-9f2b-8d8f3c2d7d0e"


def listed(addresses) -> list[tuple]:
    """Host and port of each, and its lease if there is one."""
    named = (
        (shown_host(each), each.port, ffi.string(each.lease).decode()) for each in addresses.each[0 : addresses.count]
    )
    return [each if each[2] else each[:2] for each in named]


def shown_host(each) -> str:
    """With tls:// and the fingerprint, if it has them."""
    pin = f"{bytes(each.pin).hex()}@" if each.pinned else ""
    return f"tls://{pin}" * each.tls + ffi.string(each.host).decode()


def as_listed(addresses) -> list[tuple]:
    return [(each.host, each.port, each.lease) if each.lease else (each.host, each.port) for each in addresses]


def parse(text: str, function=lib.bf_servers_parse_list) -> tuple[list[tuple[str, int]], str]:
    out = ffi.new("struct bf_addresses *")
    function(text.encode(), out)
    return listed(out), ffi.string(out.problem).decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gpu1", [("gpu1", 55001)]),
        ("gpu1:55002", [("gpu1", 55002)]),
        ("10.0.0.1;gpu2.lab:1;10.0.0.3:65535", [("10.0.0.1", 55001), ("gpu2.lab", 1), ("10.0.0.3", 65535)]),
        ("[::1]", [("::1", 55001)]),
        ("::1", [("::1", 55001)]),
        ("[fe80::1%eth0]:7", [("fe80::1%eth0", 7)]),
        ("::ffff:10.0.0.1", [("::ffff:10.0.0.1", 55001)]),
        (" gpu1 ; gpu2:5 ;\n", [("gpu1", 55001), ("gpu2", 5)]),
        ("tls://gpu1;tls://[::1]:7;tls://::2", [("tls://gpu1", 55001), ("tls://::1", 7), ("tls://::2", 55001)]),
        (f"tls://{PIN}@gpu1:3", [(f"tls://{PIN}@gpu1", 3)]),
        (f"tls://{PIN.upper()}@fe80::1%eth0#{LEASE}", [(f"tls://{PIN}@fe80::1%eth0", 55001, LEASE)]),
        (
            f"gpu1:2#{LEASE};gpu2#{LEASE.upper()} ;gpu3",
            [("gpu1", 2, LEASE), ("gpu2", 55001, LEASE.upper()), ("gpu3", 55001)],
        ),
    ],
)
def test_lists_are_read(text, expected):
    assert parse(text) == (expected, "")


def test_files_are_read():
    text = "# heading\n\n  gpu1  \n\tgpu2:5 # the new one\r\n[::1]:9"
    assert parse(text, lib.bf_servers_parse_file) == ([("gpu1", 55001), ("gpu2", 5), ("::1", 9)], "")


def test_file_of_request_gpus_names_leases():
    text = (
        f"gpu1:2  # lease {LEASE} srs gpu1:56001 version 0.1.0 gpus 1 memory_mib 5\ngpu2 # lease"
        f" {LEASE[:-1]}\ngpu3#lease {LEASE}x\n"
    )
    assert parse(text, lib.bf_servers_parse_file) == ([("gpu1", 2, LEASE), ("gpu2", 55001), ("gpu3", 55001)], "")


@pytest.mark.parametrize(
    "text",
    [
        "tls://",
        "tls://gpu1:x",
        "tls:/gpu1",
        "TLS://gpu1",
        "tls://tls://gpu1",
        "https://gpu1",
        f"{PIN}@gpu1",
        f"tls://{PIN}@",
        "gpu1#",
        f"gpu1#{LEASE[:-1]}",
        f"gpu1#{LEASE}0",
        f"gpu1# {LEASE}",
        f"gpu1#lease {LEASE}",
        f"gpu1#{LEASE[:-1]}g",
        f"#{LEASE}",
        "gpu1:",
        "gpu1:0",
        "gpu1:65536",
        "gpu1:123456",
        "gpu1:x",
        ":55001",
        "gpu 1",
        "[::1",
        "[]:1",
        "[::1]x",
        "gpu1:1:2",
        "gpu1,gpu2",
        "a" * 256,
        "gpu;1;!",
        "gpu;;gpu2",
        ";",
        "::g",
        "fe80::1%",
        "[gpu1]",
    ],
)
def test_mistakes_are_named(text):
    _, problem = parse(text)
    assert "is not host" in problem or text == ";"


@pytest.mark.parametrize("pin", ["", "0", PIN[1:], PIN + "0", PIN[:-1] + "g", ":".join([PIN[:32]] * 2)])
def test_fingerprint_that_is_none_is_named(pin):
    _, problem = parse(f"tls://{pin}@gpu1")
    assert f"'tls://{pin}@gpu1'"[:100] in problem and "64 hexadecimal digits" in problem


def test_mistake_in_a_file_is_named_with_its_line():
    assert parse("gpu1\n# x\ngpu1;gpu2\n", lib.bf_servers_parse_file)[1].startswith("line 3: 'gpu1;gpu2' is not")


def test_too_many_servers_are_a_mistake():
    assert "more than 64" in parse("".join(f"a:{port};" for port in range(1, 66)))[1]


@pytest.mark.parametrize("text", ["a;a", "a;A:55001", "a:2;b;a:2", "a;tls://a", "[::1];::1", "[FE80::1]:3;[fe80::1]:3"])
def test_server_that_is_named_twice_is_a_mistake(text):
    _servers, problem = parse(text)
    assert "is named twice" in problem
    with pytest.raises(ConfigError, match="named twice"):
        parse_list(text)


def test_one_host_with_two_ports_is_two_servers():
    assert parse("a;a:2;[::1]:1;[::1]:2")[1] == ""


FILES = [
    b"\xef\xbb\xbfgpu1\n",
    b"a\r\nb:2\r\n",
    b"\xef\xbb\xbf\r\n# x\r\n::1",
    b"a\n\0",
    b"\x7fELF\x02\x01\0\0",
    b"a # caf\xe9\nb\n",
    b"caf\xe9\n",
    b"a\rb\n",
    b"a\x0b\nb\n",
    b"a\x0c\n",
    b"a\xc2\x85b\n",
    b"\xc2\xa0a\n",
    b"",
    b"#",
    b"\xef\xbb\xbf",
    b"a\n" + b"#" * 65533,
    b"a\n" + b"#" * 65534,
    b"a" * 255,
    b"a" * 256,
    b"::1%" + b"z" * 251,
    b"::1%" + b"z" * 252,
    b"a\nA\n",
    b"".join(b"h%d\n" % number for number in range(64)),
    b"".join(b"h%d\n" % number for number in range(65)),
]


@pytest.mark.parametrize("content", FILES, ids=range(len(FILES)))
def test_c_and_python_accept_the_same_files(content, home, monkeypatch):
    path = home / "servers.conf"
    path.write_bytes(content)
    monkeypatch.setenv("BF_ADAPTOR_PATH", str(path))
    servers, _, problem = find()
    try:
        expected = as_listed(read_file(path))
    except ConfigError as error:
        assert problem and str(path) in str(error)
        expected = []
    assert servers == expected and bool(problem) == (not expected)


PIECES = [
    "gpu1",
    "10.0.0.7",
    "::1",
    "[::1]",
    "[fe80::1%eth0]",
    "[x]",
    "fe80::1%e",
    ":",
    ":1",
    ":55001",
    ":70000",
    ";",
    ";;",
    " ",
    "\t",
    "#",
    "# c",
    f"#{LEASE}",
    f"# lease {LEASE}",
    "\n",
    ",",
    "%",
    "[",
    "]",
    "_",
    "-",
    ".",
    "g:1:2",
]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.booleans())
def test_c_and_python_read_the_same(text, as_file):
    scratch = Path(tempfile.gettempdir()) / f"adaptor-{os.getpid()}.conf"
    try:
        if as_file:
            scratch.write_text(text)
        found = read_file(scratch) if as_file else parse_list(text)
        expected = as_listed(found)
    except ConfigError:
        expected = None
    finally:
        scratch.unlink(missing_ok=True)
    servers, problem = parse(text, lib.bf_servers_parse_file if as_file else lib.bf_servers_parse_list)
    assert (None if problem or not servers else servers) == expected


@given(st.text(max_size=200).filter(lambda text: "\0" not in text))
def test_any_text_is_a_list_or_a_mistake(text):
    for function in (lib.bf_servers_parse_list, lib.bf_servers_parse_file):
        servers, _ = parse(text.encode("utf-8", "replace").decode(), function)
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
    return listed(out), ffi.string(out.source).decode(), ffi.string(out.problem).decode("utf-8", "replace")


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


@pytest.mark.parametrize(
    ("name", "meant"),
    [("BF_SERVER", "BF_SERVERS"), ("BF_SRVERS", "BF_SERVERS"), ("BF_ADAPTER_PATH", "BF_ADAPTOR_PATH")],
)
def test_no_list_names_the_variable_that_was_misspelt(home, monkeypatch, name, meant):
    monkeypatch.setenv("BF_SERVER_PORT_MIN", "50000")
    assert "did you mean" not in find()[2]
    monkeypatch.setenv(name, "gpu1")
    assert f"{name} is not known, did you mean {meant}?" in find()[2]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_home_that_this_user_may_not_enter_is_none(home):
    write(home / ".bitfusionio" / "adaptor.conf", "personal\n")
    home.chmod(0o700)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgid(65534)
            os.setuid(65534)
            os.write(writing, repr(find()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        seen = pipe.read()
    os.waitpid(child, 0)
    assert "no server is named" in seen and "Permission denied" not in seen


@pytest.mark.parametrize("text", ["", "relative"])
def test_a_home_that_is_no_path_is_none(home, monkeypatch, text):
    monkeypatch.setenv("HOME", text)
    assert "no server is named" in find()[2]


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
