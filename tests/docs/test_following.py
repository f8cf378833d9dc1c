"""A page that shows what does not happen is found out, whatever it is that does not."""

from __future__ import annotations

import blocks
import following
import hosts
import pytest

WORLD = following.World(
    machines={"gpu-host": following.Machine(["10.0.0.1"], gpus=1), "client": following.Machine(["10.0.0.9"])},
    here="client",
)


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    with hosts.network(
        tmp_path_factory.mktemp("network"), **{"gpu-host": (["10.0.0.1"], 1), "client": (["10.0.0.9"], 0)}
    ) as made:
        yield made


@pytest.fixture
def follow(machines, tmp_path, monkeypatch):
    """A function: follow a page with this text."""
    monkeypatch.delenv("BF_RENEW", raising=False)

    def call(text: str) -> int:
        page = tmp_path / "PAGE.md"
        page.write_text(text)
        found = blocks.blocks(page, "PAGE.md")
        assert [fault for block in found for fault in blocks.faults(block)] == []
        follower = following.Follower(WORLD, machines, tmp_path)
        try:
            follower.follow(found)
        finally:
            follower.close()
        return follower.typed

    yield call
    for host in machines.values():
        host.end_processes()


def console(*lines: str) -> str:
    return "```console\n" + "\n".join(lines) + "\n```\n"


def test_a_page_that_shows_what_happens_is_followed(follow):
    page = (
        console("$ cd /etc", "$ export WORD=held", "$ pwd", "/etc", "$ echo $WORD # as before", "held")
        + console(
            "$ printf 'a\\nb\\nc\\n'", "...", "c", "$ cat <<END", "$HOME", "END", "...", "$ false", "$ echo $?", "1"
        )
        + "<!-- file: client notes.txt -->\n```conf\nof the page\n```\n"
        + console("$ cat ~/notes.txt", "of the page")
        + console("gpu-host$ flexdirect server", "Dispatcher listening...", "Listening on 0.0.0.0:55001")
        + console("client$ flexdirect client -l gpu-host -- nvidia-smi --query-gpu=index --format=csv,noheader", "0")
        + console("gpu-host$ flexdirect server -p 55001 &", "Listening on 0.0.0.0:55001")
        + "<!-- fresh machines -->\n"
        + console("$ ls ~")
        + console("$ echo $WORD$(ls)", "")
    )
    assert follow(page) == 14


@pytest.mark.parametrize(
    "session",
    [
        ["$ false"],
        ["$ no-such-command"],
        ["$ false", "$ echo $?", "0"],
        ["$ flexdirect client -l gpu-host -- nvidia-smi -L"],  # nobody listens there
        ["$ echo one", "two"],
        ["$ echo one; echo two", "one"],
        ["$ echo one", "one", "two"],
        ["$ echo one; echo two", "...", "one"],
        ["$ echo unseen", "$ echo seen", "seen"],  # a block that shows something shows all
        ["$ echo error >&2", "$ echo seen", "seen"],
        ["gpu-host$ flexdirect server --no-such-option"],
        ["$ (echo started) &", "begun"],
        ["$ (echo started; exit 3) &", "started", "$ wait"],
        ["elsewhere$ true"],
    ],
    ids=lambda session: session[0],
)
def test_a_page_that_shows_something_else_is_found_out(session, follow):
    with pytest.raises(AssertionError):
        follow(console(*session))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("```\n$ ls\n```\n", "say console"),
        ("```sh\nls\n```\n", "say console"),
        ("```text\n$ flexdirect help\n```\n", "a command in a block of text"),
        ("```text\n  sudo reboot\n```\n", "a command in a block of text"),
        ("```console\nflexdirect help\n```\n", "begins with a prompt"),
        ("```yaml\na: 1\n```\n", "a comment before it must say"),
        ("<!-- part of: pyproject.toml -->\n```toml\nno = 'such line'\n```\n", "is not in pyproject.toml"),
        ("<!-- not run: because -->\n```console\n$ ls\n```\n", "an unknown comment"),
    ],
)
def test_a_block_that_nothing_would_hold_to_what_it_says_is_a_fault(text, fault, tmp_path):
    page = tmp_path / "PAGE.md"
    page.write_text(text)
    (found,) = blocks.blocks(page, "PAGE.md")
    assert any(fault in said for said in blocks.faults(found))


def test_a_part_of_a_file_is_compared_with_the_file(tmp_path):
    page = tmp_path / "PAGE.md"
    page.write_text("<!-- part of: .ci/run -->\n```conf\n  make demo\n\nmake test\n```\n")
    (found,) = blocks.blocks(page, "PAGE.md")
    assert blocks.is_part(found)


def test_a_fence_without_an_end_is_refused(tmp_path):
    page = tmp_path / "PAGE.md"
    page.write_text("```console\n$ ls\n")
    with pytest.raises(blocks.BlockError):
        blocks.blocks(page, "PAGE.md")


@pytest.mark.parametrize(
    ("shown", "came", "alike"),
    [
        ("lease 9bd3d7e2-2c0b-4f0e-9f2b-8d8f3c2d7d0e", "lease 00000000-2c0b-4f0e-9f2b-8d8f3c2d7d0e", True),
        ("GPU-736f6674-6770-8000-8068-4e325711d700", "GPU-736f6674-6770-8000-8068-4e325711d701", False),
        ("time: 3.1 ms with both copies", "time: 12 ms with both copies", True),
        ("0, 6000 MiB", "0, 6001 MiB", False),
        ("server (pid 12)", "server (pid 131)", True),
        ("Listening on 0.0.0.0:55001", "Listening on 0.0.0.0:55002", False),
    ],
)
def test_only_what_differs_from_run_to_run_is_masked(shown, came, alike):
    assert following.is_shown([shown], [came]) is alike
