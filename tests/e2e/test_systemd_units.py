"""The units that `init --systemd` makes: systemd's own opinion of them, and whose they are."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from patience import PATIENCE_S

from bitfusion.cli import services

UNITS = ("bitfusion-server.service", "bitfusion-server@.service", "bitfusion-scheduler.service")
EXPOSURE_MAX = 30  # of systemd-analyze security, in tenths; 96 is a service without any protection
NEEDS_ANALYZE = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze (systemd)")


@pytest.fixture
def made(cli, tmp_path) -> Path:
    """The directory of the units."""
    done = cli("init", "--systemd", "--directory", tmp_path / "made")
    assert (done.code, done.errors) == (0, ""), done
    return tmp_path / "made" / "systemd"


def states(done) -> dict[str, str]:
    return {item["path"].rsplit("/", 1)[1]: item["state"] for item in json.loads(done.output)}


def analyze(*words: str | Path) -> subprocess.CompletedProcess:
    # Without colours, pagers and this user's units.
    environment = {**os.environ, "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": "", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        ["systemd-analyze", *map(str, words)], env=environment, capture_output=True, text=True, timeout=PATIENCE_S
    )


def test_init_makes_units_and_their_settings_and_says_what_comes_next(cli, tmp_path):
    done = cli("init", "--systemd", "--directory", tmp_path / "made")
    assert done.code == 0
    for name in UNITS:
        assert (tmp_path / "made" / "systemd" / name).stat().st_mode & 0o777 == 0o644
    for name in ("server.env", "scheduler.env"):
        lines = (tmp_path / "made" / name).read_text().splitlines()
        assert all(line.startswith("#") for line in lines)
    assert "sudo systemctl daemon-reload" in done.output
    assert "sudo systemctl enable --now bitfusion-server" in done.output


@NEEDS_ANALYZE
def test_systemd_finds_nothing_wrong_with_the_units(made):
    done = analyze("verify", "--man=no", *(made / name for name in UNITS))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@NEEDS_ANALYZE
@pytest.mark.parametrize("name", [name for name in UNITS if "@" not in name])
def test_systemd_finds_the_units_well_protected(made, name):
    done = analyze("security", "--offline=yes", f"--threshold={EXPOSURE_MAX}", made / name)
    assert "Overall exposure level" in done.stdout, done.stderr
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", UNITS)
def test_every_line_of_a_unit_has_a_reason_above_it(made, name):
    """Lines that stand together have theirs together; the sections' own heads need none."""
    groups = re.split(r"\n(?=#)|\n\n", (made / name).read_text().partition("[Service]\n")[2].partition("[Install]")[0])
    assert [group for group in groups if group and not group.startswith("#")] == []


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_this_installation_by_its_absolute_path(made, name):
    (line,) = re.findall(r"^ExecStart=(.*)$", (made / name).read_text(), re.M)
    program = line.split()[0]
    assert os.path.isabs(program) and os.access(program, os.X_OK) and line.endswith("$OPTIONS")


def test_init_again_keeps_what_is_there_and_brings_its_own_up_to_date(made, cli):
    again = cli("init", "--systemd", "--directory", made.parent, "--json")
    assert set(states(again).values()) == {"kept"}
    server, scheduler = made / UNITS[0], made / UNITS[2]
    now = server.read_text()
    # As another version of this installation would have written it.
    server.write_text(services._signed(now.partition("\n")[2].replace("RestartSec=5", "RestartSec=50")))
    scheduler.write_text(scheduler.read_text().replace("RestartSec=1", "RestartSec=2"))
    told = states(cli("init", "--systemd", "--directory", made.parent, "--json"))
    assert (told[UNITS[0]], told[UNITS[2]]) == ("updated", "kept")
    assert server.read_text() == now and "RestartSec=2\n" in scheduler.read_text()


def test_a_unit_that_is_masked_stays_so(made, cli):
    unit = made / UNITS[0]
    unit.unlink()
    unit.symlink_to("/dev/null")
    assert states(cli("init", "--systemd", "--directory", made.parent, "--json"))[unit.name] == "kept"
    assert unit.is_symlink()


def test_what_is_removed_are_this_installations_unchanged_units_and_their_links(made):
    server, template, scheduler = (made / name for name in UNITS)
    wants = made / "multi-user.target.wants"
    wants.mkdir()
    foreign = wants / "ssh.service"
    for link, to in ((wants / UNITS[0], server), (wants / "bitfusion-server@55002.service", template), (foreign, "x")):
        link.symlink_to(to)
    scheduler.write_text(scheduler.read_text() + "# ours\n")
    assert set(services.ours(made)) == {server, template, scheduler}
    removed = {item.path: item.state for item in services.remove(made)}
    assert removed == {server: "removed", template: "removed", scheduler: "kept"}
    assert sorted(path.name for path in made.rglob("*")) == [UNITS[2], wants.name, foreign.name]


def test_units_of_another_installation_are_not_ours(made):
    for name in UNITS:
        text = (made / name).read_text().replace(f" in {sys.prefix}\n", " in /opt/another\n")
        (made / name).write_text(services._signed(text.partition("\n")[2]))
    (made / "bitfusion-server.service").write_text("[Service]\nExecStart=/bin/true\n")
    assert services.ours(made) == [] and services.remove(made) == []


def test_a_path_that_systemd_does_not_take_is_refused_before_anything_is_written(tmp_path):
    program = tmp_path / "a'b" / "flexdirect"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport sys\nfrom bitfusion.cli.main import main\nsys.exit(main())\n")
    program.chmod(0o755)
    words = [str(program), "init", "--systemd", "--directory", str(tmp_path / "made")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 1 and "in its path" in done.stderr and not (tmp_path / "made").exists()


@pytest.mark.parametrize("program", ["/opt/a b/bin/flexdirect", "/opt/100%/flexdirect", "/opt/plain"])
@NEEDS_ANALYZE
def test_any_path_of_a_program_is_written_as_systemd_reads_it(made, program):
    unit = made / "x.service"
    unit.write_text(f"[Service]\nExecStart={services._word(program)} server\n")
    done = analyze("verify", "--man=no", unit)
    assert f"Command {program} is not executable" in done.stderr
