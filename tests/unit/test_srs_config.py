"""Settings of a resource scheduler: what is accepted, and that every mistake is named, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bitfusion.config.server import PortRange
from bitfusion.config.srs import SrsConfig, load_srs, resolve_gpus
from bitfusion.errors import ConfigError

HOME = Path("/nowhere")
PLACE = {"BF_STATE_DIR": "/place"}


def test_nothing_set_is_the_defaults():
    config = load_srs(PLACE, HOME)
    assert config == SrsConfig(Path("/place/srs-56001.sqlite"), Path("/place/locks"))
    assert (config.host, config.srs_port, config.port, config.auto_release_s) == ("0.0.0.0", 56001, 55001, None)


def test_everything_set():
    config = load_srs(
        {"BF_SERVER_PORT_MIN": "50000", "BF_SERVER_PORT_MAX": "50009", **PLACE},
        HOME,
        host="::1",
        srs_port="50001",
        port="55010",
        devices="2, 0",
        softgpu="4",
        state=Path("leases"),
        auto_release_timeout="2m30s",
    )
    assert config == SrsConfig(
        Path("leases"), Path("/place/locks"), "::1", 50001, 55010, None, (2, 0), 4, 150.0, PortRange(50000, 50009)
    )
    assert resolve_gpus(config, 4) == (0, 2)


def test_state_of_another_user_is_in_his_home(monkeypatch, tmp_path):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("bitfusion.config.srs.SYSTEM_STATE", tmp_path / "none")
    config = load_srs({}, tmp_path, srs_port="7")
    assert config.state == tmp_path / ".local" / "state" / "bitfusion" / "srs-7.sqlite"
    assert config.locks.name == "bitfusion" and config.locks.parent != config.state.parent


@pytest.mark.parametrize("home", [None, Path("/proc/self")])
def test_state_of_a_user_without_a_home_to_write_in_is_with_his_temporary_files(monkeypatch, tmp_path, home):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("bitfusion.config.srs.SYSTEM_STATE", tmp_path / "none")
    monkeypatch.setattr("bitfusion.places.can_be_written", lambda path: not path.is_relative_to("/proc"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert load_srs({}, home, srs_port="7").state == tmp_path / "bitfusion-1000" / "state" / "srs-7.sqlite"


@pytest.mark.parametrize(
    ("environ", "flags", "named"),
    [
        ({}, {"srs_port": "0"}, "--srs_port 0"),
        ({}, {"port": "http"}, "--port http"),
        ({}, {"count": "0"}, "-n 0"),
        ({}, {"count": "two"}, "-n two"),
        ({}, {"count": "1", "devices": "0"}, "-n 1 and -d 0 exclude each other"),
        ({}, {"devices": ""}, "''"),
        ({}, {"devices": "0,x"}, "'x'"),
        ({}, {"devices": "1,1"}, "device 1 is repeated"),
        ({}, {"softgpu": "-1"}, "--softgpu -1"),
        ({}, {"auto_release_timeout": "soon"}, "--auto_release_timeout 'soon'"),
        ({"BF_SERVER_PORT_MIN": "z"}, {}, "BF_SERVER_PORT_MIN=z"),
    ],
)
def test_mistake_is_named(environ, flags, named):
    with pytest.raises(ConfigError) as caught:
        load_srs(environ, HOME, **flags)
    assert named in str(caught.value)


def test_all_mistakes_come_at_once():
    with pytest.raises(ConfigError) as caught:
        load_srs(
            {"BF_SERVER_PORT_MAX": "z"},
            HOME,
            srs_port="a",
            port="b",
            count="c",
            devices="d",
            softgpu="e",
            auto_release_timeout="f",
        )
    assert (
        len(
            [
                word
                for word in "abcdefz"
                if f" {word}" in str(caught.value)
                or f"'{word}'" in str(caught.value)
                or f"={word}" in str(caught.value)
            ]
        )
        == 7
    )


def test_variables_of_dispatchers_are_noted_and_do_nothing():
    config = load_srs({"BF_VISIBLE_DEVICES": "1", "BF_GPU_DEVICE_MEMORY_LIMIT": "x", **PLACE}, HOME)
    assert len(config.notes) == 2 and resolve_gpus(config, 2) == (0, 1)


def test_zero_timeout_is_none():
    assert load_srs(PLACE, HOME, auto_release_timeout="0").auto_release_s is None


def test_gpus_that_are_not_there_are_named_with_what_there_is():
    with pytest.raises(ConfigError) as caught:
        resolve_gpus(load_srs(PLACE, HOME, devices="4,0,7"), 2)
    assert "4, 7" in str(caught.value) and "valid IDs: 0, 1" in str(caught.value)
    with pytest.raises(ConfigError) as caught:
        resolve_gpus(load_srs(PLACE, HOME, count="3"), 2)
    assert "-n 3" in str(caught.value) and "at most 2" in str(caught.value)
    assert resolve_gpus(load_srs(PLACE, HOME, count="1"), 2) == (0,)
