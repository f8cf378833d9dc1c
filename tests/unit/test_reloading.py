"""Settings that are read again: what holds at once, what waits for a restart, what is refused."""

from __future__ import annotations

import json
import sys

import pytest

from bitfusion.cli import reloading
from bitfusion.cli.commands import resource_scheduler, server
from bitfusion.config.server import ServerConfig, load_server
from bitfusion.errors import ConfigError
from bitfusion.observe.log import configure
from bitfusion.observe.service_manager import ServiceManager
from bitfusion.server.reloading import Settings

NOBODY = ServiceManager({})


@pytest.fixture
def again(tmp_path, monkeypatch):
    """A function: the texts of the file at the start and later, and the command's own words -> (settings, variables) as
    they are then.
    """

    def call(module, before: str, after: str, *own: str):
        path = tmp_path / "server.env"
        path.write_text(before)
        monkeypatch.setenv("BF_ENVIRONMENT_FILE", str(path))
        for line in before.splitlines():
            monkeypatch.setenv(*line.split("=", 1))
        options = dict(line.split("=", 1) for line in before.splitlines()).get("OPTIONS", "").split()
        monkeypatch.setattr(sys, "argv", ["flexdirect", module.command.name, *own, *options])
        reread = reloading.reread(module.command, module._settings)
        path.write_text(after)
        return reread()

    return call


def test_options_and_variables_come_from_the_file_and_the_units_own_words_stay(again):
    config, environ = again(
        server, "OPTIONS=--grace 5\nBF_VISIBLE_DEVICES=0", "OPTIONS=--grace 7\nBF_IMAGE_STORE_BYTES=0", "-p", "55002"
    )
    assert (config.port, config.grace_s, config.visible_devices, config.image_store_bytes) == (55002, 7.0, None, 0)
    assert "BF_VISIBLE_DEVICES" not in environ and environ["BF_IMAGE_STORE_BYTES"] == "0" and "PATH" in environ


def test_a_schedulers_options_are_read_again(again):
    config, _ = again(resource_scheduler, "", "OPTIONS=--auto_release_timeout 2m -d 1,0")
    assert (config.auto_release_s, config.devices) == (120.0, (1, 0))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("OPTIONS=--nonsense", "OPTIONS: No such option"),
        ("OPTIONS='--host", "OPTIONS: No closing quotation"),
        ("OPTIONS=--grace long", "--grace long is not a number"),
        ("grace 7", ":1: 'grace 7' is not NAME=value"),
    ],
)
def test_what_cannot_be_used_is_named(again, text, complaint):
    with pytest.raises(ConfigError, match=complaint):
        again(server, "OPTIONS=--grace 5", text)


def test_without_a_named_file_nothing_is_read_again(monkeypatch):
    monkeypatch.delenv("BF_ENVIRONMENT_FILE", raising=False)
    assert reloading.reread(server.command, server._settings) is None


def settings_of(found: list) -> Settings[ServerConfig]:
    """Settings that are read as what stands in `found` then."""

    def reread():
        if isinstance(found[0], Exception):
            raise found[0]
        return load_server(found[0]), found[0]

    return Settings(load_server({}), ("image_store_bytes",), reread)


def test_live_settings_hold_at_once_and_others_are_told(capsys):
    configure(process="test")
    changed = {"BF_IMAGE_STORE_BYTES": "0", "BF_VISIBLE_DEVICES": "1"}
    settings = settings_of([changed])
    assert settings.reload(NOBODY) == changed
    assert (settings.now.image_store_bytes, settings.now.visible_devices) == (0, None)
    told = json.loads(capsys.readouterr().err)
    assert told["differs"] == ["image_store_bytes"] and told["after_restart"] == ["visible_devices"]
    assert (told["event"], told["level"]) == ("config.reloaded", "warning")


def test_what_is_taken_back_holds_no_more(capsys):
    configure(process="test")
    found: list = [{"BF_IMAGE_STORE_BYTES": "0"}]
    settings = settings_of(found)
    settings.reload(NOBODY)
    found[0] = {}
    settings.reload(NOBODY)
    assert settings.now == load_server({})
    assert [json.loads(line)["differs"] for line in capsys.readouterr().err.splitlines()] == [["image_store_bytes"], []]


def test_settings_that_are_refused_change_nothing(capsys):
    configure(process="test")
    found: list = [{"BF_IMAGE_STORE_BYTES": "0"}]
    settings = settings_of(found)
    settings.reload(NOBODY)
    before = settings.now
    found[0] = ConfigError("BF_IMAGE_STORE_BYTES=much is no number", "give one")
    assert settings.reload(NOBODY) is None and settings.now is before
    told = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (told["event"], told["level"], told["hint"]) == ("config.refused", "error", "give one")
