"""servers.conf in both forms: what is read, and that every mistake names file and line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.config.servers import find_servers, parse_list, read_file
from bitfusion.errors import ConfigError

YAML = (
    "# pool\nservers:\n- reachable: true\n  addresses:\n  - 10.202.122.248:56001\n  - gpu2\n- addresses: ['[::1]:7']\n"
)


PIN = "0123456789abcdef" * 4


def shown(addresses) -> list[str]:
    return [str(each) for each in addresses]


@pytest.fixture
def conf(tmp_path):
    def write(content: str | bytes):
        path = tmp_path / "servers.conf"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "### K80_servers.conf\n172.16.31.42:56001\n172.16.31.43\n\n### M60\n172.16.22.12:53334 # spare\n",
            ["172.16.31.42:56001", "172.16.31.43:56001", "172.16.22.12:53334"],
        ),
        ("\ufeffgpu1\r\ngpu2:5\r\n", ["gpu1:56001", "gpu2:5"]),
        ("servers:56002\n", ["servers:56002"]),
        (f"tls://gpu1 # a\ntls://{PIN.upper()}@[::1]:7\n", ["tls://gpu1:56001", f"tls://{PIN}@[::1]:7"]),
        (f"servers: [addresses: ['tls://{PIN}@gpu']]\n", [f"tls://{PIN}@gpu:56001"]),
        (YAML, ["10.202.122.248:56001", "gpu2:56001", "[::1]:7"]),
        (YAML.replace("\n", "\r\n"), ["10.202.122.248:56001", "gpu2:56001", "[::1]:7"]),
    ],
)
def test_both_forms_are_read(conf, content, expected):
    assert shown(read_file(conf(content))) == expected


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "no server in"),
        ("# none\n\n", "no server in"),
        ("a\nb:0\n", ":2: '0' in 'b:0'"),
        ("a\n\nb c\n", ":3: 'b c'"),
        ("a\n#\nA:56001\n", ":3: A:56001 is named twice"),
        ("a\ntls://A\n", ":2: tls://A:56001 is named twice"),
        ("tls://12ab@gpu\n", ":1: what is before @ in 'tls://12ab@gpu' is no fingerprint"),
        ("tls://\n", ":1: 'tls://' is not an address"),
        ("tls://tls://a\n", ":1: '//a' in 'tls://tls://a' is not a port"),
        ("".join(f"h{number}\n" for number in range(257)), ":257: more than 256"),
        (b"\x7fELF\0\0", "not a text file"),
        (b"caf\xe9\n", ":1: "),
        ("x" * 65536, "65536 bytes or more"),
        ("a" * 300, ":1: "),
        ("servers:\n", "no server in"),
        ("servers:\n- addresses:\n  - a\n  - b:x\n", ":4: 'x' in 'b:x'"),
        ("servers:\n- addresses:\n  - a\n- addresses:\n  - a\n", ":5: a:56001 is named twice"),
        ("servers:\n- addresses: a\n", ":2: a list"),
        ("servers:\n- address:\n  - a\n", ":2: no 'addresses:'"),
        ("servers:\n- a\n", ":2: expected 'addresses:'"),
        ("servers:\n- addresses:\n  - {a: b}\n", ":3: an address"),
        ("servers: {a: b}\n", ":1: a list"),
        ("a\nservers:\n- b\n", ":2: not YAML"),
        ("servers: [\n", "not YAML"),
        ("servers: " + "[" * 20000, "lists within lists"),
    ],
)
def test_mistakes_name_file_and_line(conf, content, named):
    path = conf(content)
    with pytest.raises(ConfigError) as caught:
        read_file(path)
    assert str(path) in str(caught.value) and named in str(caught.value)
    assert caught.value.exit_code == 2 and len(str(caught.value)) < 600


@contextmanager
def anybody() -> Iterator[None]:
    """As a user who may not read everything."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_file_that_cannot_be_read_is_named_with_the_reason(tmp_path):
    for path, reason in (
        (tmp_path, "Is a directory"),
        (tmp_path / "none", "No such file"),
        (tmp_path / "a" / "b", "No such file"),
    ):
        with pytest.raises(ConfigError, match=reason):
            read_file(path)
    closed = tmp_path / "closed"
    closed.write_text("a\n")
    closed.chmod(0)
    with anybody(), pytest.raises(ConfigError, match="Permission denied"):
        read_file(closed)


@given(
    st.binary(max_size=200)
    | st.text("servaddr:-[]{}&*! \n#'\"|>%", max_size=80).map(lambda text: ("servers: " + text).encode())
)
def test_any_file_is_a_list_or_a_mistake(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.conf"
    path.write_bytes(content)
    try:
        assert all(1 <= each.port <= 65535 for each in read_file(path))
    except ConfigError as error:
        assert str(path) in str(error)


def test_first_source_is_taken_alone(tmp_path):
    home, system, named = tmp_path / "home", tmp_path / "system.conf", tmp_path / "named.conf"
    with pytest.raises(ConfigError) as caught:
        find_servers(home, system_file=system)
    assert str(home / ".bitfusionio" / "servers.conf") in str(caught.value) and str(system) in str(caught.value)
    system.write_text("system\n")
    assert shown(find_servers(home, system_file=system)) == ["system:56001"]
    (home / ".bitfusionio").mkdir(parents=True)
    (home / ".bitfusionio" / "servers.conf").write_text("home\n")
    assert shown(find_servers(home, system_file=system)) == ["home:56001"]
    named.write_text("named\n")
    assert shown(find_servers(home, file=named, system_file=system)) == ["named:56001"]
    assert shown(find_servers(home, "a;b:56002", named, system)) == ["a:56001", "b:56002"]


@pytest.mark.parametrize(
    ("text", "named"), [("", "empty"), ("a;;b", "empty"), ("a;a", "twice"), ("a,b", "'a,b'"), ("a:65536", "'65536'")]
)
def test_mistakes_of_a_list_are_named(text, named):
    with pytest.raises(ConfigError, match=named):
        parse_list(text)
