"""The directories of a user, also of one without a home; and what is made of them is his alone."""

from __future__ import annotations

import os

import pytest

from bitfusion import places
from bitfusion.errors import BitfusionError


def test_home_is_what_the_variable_says(tmp_path):
    assert places.home({"HOME": str(tmp_path)}) == tmp_path


def test_home_that_the_variable_does_not_say_is_that_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setattr("pwd.getpwuid", lambda uid: type("Entry", (), {"pw_dir": str(tmp_path)}))
    assert places.home({}) == tmp_path


@pytest.mark.parametrize("text", ["", ".", "/nonexistent", "/dev/null"])
def test_home_that_is_no_directory_is_none(text):
    assert places.home({"HOME": text}) is None


def test_user_that_nobody_knows_has_no_home(monkeypatch):
    def unknown(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr("pwd.getpwuid", unknown)
    assert places.home({}) is None


def test_caches_are_the_named_one_the_homes_and_a_temporary_one(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    own = places.own_temporary()
    assert own.name == f"bitfusion-{os.geteuid()}"
    assert list(places.caches({"HOME": "/nonexistent", "XDG_CACHE_HOME": "relative"})) == [own]
    named = {"HOME": str(tmp_path), "XDG_CACHE_HOME": "/cache"}
    assert list(map(str, places.caches(named))) == ["/cache/bitfusion", f"{tmp_path}/.cache/bitfusion", str(own)]


def test_without_a_directory_for_temporary_files_there_is_a_remedy(monkeypatch):
    def none() -> str:
        raise FileNotFoundError

    monkeypatch.setattr("tempfile.gettempdir", none)
    with pytest.raises(BitfusionError, match="TMPDIR"):
        places.temporary()
    assert list(places.caches({"HOME": "/nonexistent"})) == []


def test_what_is_made_is_for_its_user_alone(tmp_path):
    made = places.prepare(tmp_path / "above" / "base", "a", "b")
    assert made == tmp_path / "above" / "base" / "a" / "b"
    assert all(path.stat().st_mode & 0o777 == 0o700 for path in (made, made.parent, made.parent.parent))
    assert places.prepare(tmp_path / "above" / "base", "a", "b") == made


@pytest.mark.parametrize("step", ["base", "base/a"])
@pytest.mark.parametrize("kind", ["open", "link", "file"])
def test_what_others_can_change_is_refused(tmp_path, step, kind):
    places.prepare(tmp_path / "base")
    place = tmp_path / step
    place.is_dir() and place.rmdir()
    if kind == "open":
        place.mkdir()
        place.chmod(0o777)
    elif kind == "link":
        (tmp_path / "mine").mkdir(0o700)
        place.symlink_to(tmp_path / "mine")
    else:
        place.touch()
    with pytest.raises(OSError, match=f"{step}'"):
        places.prepare(tmp_path / "base", "a", "b")


def test_directory_that_can_be_made_can_be_written(tmp_path):
    assert places.can_be_written(tmp_path / "not" / "yet") and places.can_be_written(tmp_path)
    (tmp_path / "file").touch()
    assert not places.can_be_written(tmp_path / "file" / "below")
