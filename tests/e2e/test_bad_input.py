"""Wrong invocations and broken files: bad_input.yaml says what each is answered with, word for word.

Each is a real process, some at the same time.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
import running
import yaml
from patience import PATIENCE_S

from bitfusion.cli import command_table

TABLE = Path(__file__).with_suffix("").with_name("bad_input.yaml")
CASES = {
    f"{case['run']} {case.get('about', '')}".strip(): case for case in yaml.safe_load(TABLE.read_text(encoding="utf-8"))
}
AT_ONCE = 3


def make(path: Path, content) -> None:
    """A file of the table: text, bytes, `{directory: true}`, `{link: target}` or `{repeat: text, times: n}`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str):
        path.write_bytes(content.encode("utf-8"))
    elif isinstance(content, bytes):
        path.write_bytes(content)
    elif "directory" in content:
        path.mkdir()
    elif "link" in content:
        path.symlink_to(content["link"])
    else:
        path.write_text(content["repeat"] * content["times"])


class Places:
    """What the placeholders of one case stand for: {dir}, {home}, {free}, {busy}."""

    def __init__(self, root: Path, busy: int) -> None:
        self.values = {
            "dir": str(root / "here"),
            "home": str(root / "user"),
            "free": str(running.free_port()),
            "busy": str(busy),
        }
        for name in ("dir", "home"):
            Path(self.values[name]).mkdir(parents=True)

    def fill(self, text: str) -> str:
        for name, value in self.values.items():
            text = text.replace("{" + name + "}", value)
        return text


def answer(case: dict, places: Places, start: list[str]) -> subprocess.CompletedProcess:
    for name, content in case.get("files", {}).items():
        path = places.fill(name)
        make(Path(path if os.path.isabs(path) else os.path.join(places.values["dir"], path)), content)
    extra = {name: places.fill(str(value)) for name, value in case.get("env", {}).items()}
    environment = running.clean_environment(
        **{**running.OPEN, "HOME": places.values["home"], "BF_STATE_DIR": places.values["home"] + "/state", **extra}
    )
    words = [*start, *shlex.split(places.fill(case["run"]))]
    return subprocess.run(
        words,
        env=environment,
        cwd=places.values["dir"],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=PATIENCE_S,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def answers(request, tmp_path_factory, program_words):
    """Name of each selected case -> the future of its places and of what the command did."""
    chosen = [
        item.callspec.params["name"]
        for item in request.session.items
        if item.function is test_bad_input_is_answered_as_the_table_says
    ]
    root = tmp_path_factory.mktemp("bad_input")
    with socket.create_server(("0.0.0.0", 0)) as holder, ThreadPoolExecutor(AT_ONCE) as pool:

        def work(number: int, name: str):
            places = Places(root / str(number), holder.getsockname()[1])
            return places, answer(CASES[name], places, program_words("flexdirect"))

        futures: dict[str, Future] = {name: pool.submit(work, number, name) for number, name in enumerate(chosen)}
        yield futures
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_answered_as_the_table_says(name, answers):
    case = CASES[name]
    places, done = answers[name].result()
    lines = done.stderr.splitlines()
    assert lines, done
    wanted = "Error: " + places.fill(case["says"])
    if "{*}" in wanted:
        assert re.fullmatch(re.escape(wanted).replace(re.escape("{*}"), ".+"), lines[-1]), lines[-1]
    else:
        assert lines[-1] == wanted
    assert done.returncode == case["code"]
    assert "Traceback" not in done.stderr
    assert (done.stdout != "") == case.get("reports", False)


def test_the_table_is_large_and_covers_every_command():
    assert len(CASES) >= 150
    assert len(CASES) == TABLE.read_text(encoding="utf-8").count("\n- run: ")
    there = {entry.name for entry in command_table.COMMANDS}
    assert there - {shlex.split(case["run"])[0] for case in CASES.values()} == set()


def test_every_message_of_the_table_gives_value_and_remedy():
    poor = [name for name, case in CASES.items() if not re.search("; .|: (give|name|exchange) ", case["says"])]
    assert poor == []
