"""Where root starts a server, the processes that serve clients run as a user of their own."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import running
from sessions import Session, logged, server_of

from bitfusion.confine import user
from bitfusion.image_store import StoreUnusable, choose_directory

NOBODY = user.known("nobody")
PYTHONS = (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}")
# Where this package and those that it needs are.
MODULES = [path for path in sys.path if any(Path(path or ".", name).is_dir() for name in ("bitfusion", "msgpack"))]

pytestmark = pytest.mark.skipif(os.geteuid() != 0 or NOBODY is None, reason="root and a user nobody are needed")


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that all may enter; those of the tests are closed to others."""
    base = Path("/var/tmp", f"bitfusion-test-{os.getpid()}")
    base.mkdir(mode=0o755)
    yield base
    shutil.rmtree(base)


def python_of_all() -> str:
    """A Python that nobody may run, as well as this package and what it needs."""
    for python in PYTHONS:
        if Path(python).exists() and not NOBODY.closed([Path(python), *map(Path, MODULES)]):
            return python
    pytest.skip("this checkout, or Python, is in a directory that other users may not enter")


def test_cuda_servers_of_root_run_as_another_user_who_keeps_images(tmp_path, place):
    port = running.free_port()
    command = [python_of_all(), "-m", "bitfusion.cli.main", "server", "-p", str(port), "--grace", "1", "--softgpu", "1"]
    images = {"BF_IMAGE_STORE": str(place / "images"), "BF_IMAGE_STORE_BYTES": str(1 << 30)}
    environment = running.clean_environment(BF_USER="nobody", PYTHONPATH=":".join(MODULES), **images)
    with running.serving(command, environment, port, tmp_path / "log") as server:
        with Session(server) as session:
            session.use_device()
            status = Path(f"/proc/{server_of(server, session)}/status").read_text()
        assert f"\nUid:\t{NOBODY.uid}\t{NOBODY.uid}\t{NOBODY.uid}\t" in status
        assert f"\nGid:\t{NOBODY.gid}\t{NOBODY.gid}\t{NOBODY.gid}\t" in status
        assert (place / "images").stat().st_uid == NOBODY.uid
        (line,) = logged(server, "cuda_servers.confined")
        assert line["user"] == "nobody" and "user" not in line["lacks"]


def test_root_that_has_no_user_for_them_is_told_so():
    who, why = user.chosen({"BF_USER": "no-such-user"})
    assert who is None and "no-such-user" in why


def test_root_may_want_them_to_run_as_root():
    assert user.chosen({"BF_USER": "root"}) == (None, "")
    assert user.chosen({"BF_USER": "nobody", "BF_CONFINE": "0"}) == (None, "")


def test_place_that_a_user_may_not_enter_is_named(place):
    inner = place / "closed" / "inner"
    inner.mkdir(parents=True)
    assert NOBODY.closed([inner]) == ""
    inner.parent.chmod(0o700)
    assert NOBODY.closed([place, inner]) == str(inner.parent)
    (place / "link").symlink_to(inner)
    assert NOBODY.closed([place / "link"]) == str(inner.parent)


def test_images_that_somebody_else_has_kept_are_not_taken(place):
    directory = place / "images"
    assert choose_directory(str(directory), {}, NOBODY) == directory
    assert directory.stat().st_uid == NOBODY.uid and directory.stat().st_mode & 0o777 == 0o700
    os.chown(directory, 0, 0)
    with pytest.raises(StoreUnusable, match="not a directory of nobody alone"):
        choose_directory(str(directory), {}, NOBODY)
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(StoreUnusable, match="nobody may not enter"):
        choose_directory(str(closed / "images"), {}, NOBODY)
