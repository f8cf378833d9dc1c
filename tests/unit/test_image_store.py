"""Images that a server keeps on disk: what was sent comes back, or nothing; and they stay within their bounds."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest

from bitfusion.image_store import ImageStore, StoreUnusable, choose_directory
from bitfusion.limits import IMAGE_PART_AGE_S

SIZE = 1000
LIMIT = 10 * SIZE


@pytest.fixture
def place(tmp_path) -> Path:
    return choose_directory(str(tmp_path / "images"), {})


@pytest.fixture
def store(place) -> ImageStore:
    return ImageStore(place, LIMIT)


def image(number: int, size: int = SIZE) -> bytes:
    return bytes([number]) * size


def keep(store: ImageStore, data: bytes) -> bytes:
    """Write it in two pieces; returns its digest."""
    with store.keep(len(data)) as writer:
        if writer is not None:
            writer.add(memoryview(data)[: len(data) // 3])
            writer.add(memoryview(data)[len(data) // 3 :])
    return hashlib.sha256(data).digest()


def names(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


def test_image_comes_back_byte_for_byte_from_another_process_too(place, store):
    digest = keep(store, image(1))
    assert store.find(digest) == image(1) == ImageStore(place, LIMIT).find(digest)
    assert store.find(hashlib.sha256(b"another").digest()) is None


@pytest.mark.parametrize("content", [b"", image(1)[:-1], image(1) + b"\1", image(2)])
def test_file_that_is_not_what_its_name_says_is_never_given_and_goes(content, place, store):
    digest = keep(store, image(1))
    (place / digest.hex()).write_bytes(content)
    assert store.find(digest) is None and not names(place)
    assert keep(store, image(1)) == digest and store.find(digest) == image(1)


def test_name_is_of_what_came_and_not_of_what_was_announced(store):
    with store.keep(SIZE) as writer:
        writer.add(memoryview(image(3)[:10]))
    assert store.find(hashlib.sha256(image(3)).digest()) is None
    assert store.find(hashlib.sha256(image(3)[:10]).digest()) == image(3)[:10]


def test_image_that_does_not_come_to_its_end_leaves_nothing(place, store):
    with pytest.raises(ConnectionError), store.keep(SIZE) as writer:
        writer.add(memoryview(image(1)[:10]))
        raise ConnectionError
    assert not names(place)


def test_those_that_were_not_used_for_the_longest_time_go_first(place, store):
    digests = [keep(store, image(number)) for number in range(10)]
    for age, digest in enumerate(digests):
        os.utime(place / digest.hex(), (age, age))
    assert store.find(digests[0]) == image(0)
    keep(ImageStore(place, LIMIT), image(11, 2 * SIZE))
    assert [digest for digest in digests if store.find(digest) is None] == digests[1:3]


def test_more_than_the_limit_is_never_kept(place, store):
    for number in range(40):
        keep(store, image(number, SIZE + number))
        assert sum(path.stat().st_size for path in place.iterdir()) <= LIMIT
    assert store.find(keep(store, image(1, LIMIT + 1))) is None


def test_image_that_is_only_announced_takes_no_other_images_place(place, store):
    digests = [keep(store, image(number)) for number in range(10)]
    with store.keep(LIMIT) as writer:
        assert writer is not None
    assert all(store.find(digest) is not None for digest in digests)


def test_image_without_a_place_on_the_disk_is_only_not_kept(place, store):
    place.rmdir()
    assert store.find(keep(store, image(1))) is None


def test_what_a_dead_process_left_of_an_image_goes_and_what_a_live_one_writes_stays(place):
    old, new = place / "1-aa.part", place / "2-bb.part"
    for path in (old, new):
        path.write_bytes(image(1))
    os.utime(old, (0, 0))
    assert IMAGE_PART_AGE_S > 60
    keep(ImageStore(place, LIMIT), image(2))
    assert not old.exists() and new.exists()


def test_many_at_once_that_keep_the_same_image_disturb_nobody(place):
    data, start = image(5, 1 << 20), threading.Barrier(8)
    found = []

    def client() -> None:
        store = ImageStore(place, 1 << 30)
        start.wait()
        found.append(store.find(keep(store, data)) == data)

    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 8 and names(place) == {hashlib.sha256(data).hexdigest()}


def test_directory_and_files_are_for_the_server_alone(place, store):
    digest = keep(store, image(1))
    assert place.stat().st_mode & 0o777 == 0o700
    assert (place / digest.hex()).stat().st_mode & 0o777 == 0o600


def test_directory_that_others_may_look_into_is_refused(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    (tmp_path / "link").symlink_to(choose_directory(str(tmp_path / "closed"), {}))
    (tmp_path / "file").touch(0o600)
    for name in ("open", "link", "file"):
        with pytest.raises(StoreUnusable, match=name):
            choose_directory(str(tmp_path / name), {})


def test_link_in_place_of_an_image_is_not_followed(place, store, tmp_path):
    (tmp_path / "other").write_bytes(image(1))
    digest = hashlib.sha256(image(1)).digest()
    (place / digest.hex()).symlink_to(tmp_path / "other")
    assert store.find(digest) is None


def test_without_a_home_to_write_in_the_directory_is_a_temporary_one(tmp_path, monkeypatch):
    monkeypatch.setattr("bitfusion.image_store._SYSTEM", tmp_path / "file" / "cache")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "file").touch()
    expected = tmp_path / f"bitfusion-{os.geteuid()}" / "images"
    for environ in (
        {"HOME": "/nonexistent"},
        {"HOME": str(tmp_path / "file")},
        {"HOME": "", "XDG_CACHE_HOME": "/proc/1"},
    ):
        assert choose_directory("", environ) == expected


def test_home_directory_or_its_cache_is_used_if_it_can_be(tmp_path, monkeypatch):
    monkeypatch.setattr("bitfusion.image_store._SYSTEM", tmp_path / "file" / "cache")
    (tmp_path / "file").touch()
    environ = {"HOME": str(tmp_path / "home")}
    (tmp_path / "home").mkdir()
    assert choose_directory("", environ) == tmp_path / "home" / ".cache" / "bitfusion" / "images"
    environ["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    assert choose_directory("", environ) == tmp_path / "cache" / "bitfusion" / "images"
