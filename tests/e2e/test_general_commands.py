"""init, version, license, dealloc, crashreport: what they write, what they leave alone, who may."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import tarfile
import tempfile
import uuid

import pytest
import running
from patience import PATIENCE_S

from bitfusion import __version__
from bitfusion.config import adaptor
from bitfusion.errors import ConfigError


@pytest.fixture
def as_nobody(home):
    """A function: words -> what the command does for a user who is not root."""

    def call(*words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-c", running.as_nobody(words[0]), *words],
            env=running.clean_environment(HOME=str(home)),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            cwd="/",
        )

    return call


def tree(directory) -> dict:
    return {
        str(path.relative_to(directory)): oct(stat.S_IMODE(path.stat().st_mode))
        for path in sorted(directory.rglob("*"))
    }


@pytest.mark.parametrize("word", ["init", "i"])
def test_init_makes_the_directory_with_its_modes(word, cli, tmp_path):
    directory = tmp_path / "etc" / "bitfusionio"
    done = cli(word, "--directory", directory)
    assert (done.code, done.errors) == (0, "")
    assert tree(directory) == {"adaptor.conf": "0o644", "lic": "0o755", "lic/host_id": "0o644", "servers.conf": "0o644"}
    assert stat.S_IMODE(directory.stat().st_mode) == 0o755
    uuid.UUID((directory / "lic" / "host_id").read_text().strip())


def test_init_has_its_modes_under_any_umask(tmp_path, home, program_words):
    directory = tmp_path / "made"
    words = [*program_words("flexdirect"), "init", "--directory", str(directory)]
    subprocess.run(
        words,
        umask=0o077,
        check=True,
        timeout=PATIENCE_S,
        env=running.clean_environment(HOME=str(home)),
        stdout=subprocess.DEVNULL,
    )
    assert tree(directory) == {"adaptor.conf": "0o644", "lic": "0o755", "lic/host_id": "0o644", "servers.conf": "0o644"}


def test_the_samples_of_init_are_comments_only_and_become_servers_without_the_mark(cli, tmp_path):
    cli("init", "--directory", tmp_path)
    text = (tmp_path / "adaptor.conf").read_text()
    with pytest.raises(ConfigError, match="no server in"):
        adaptor.read_file(tmp_path / "adaptor.conf")
    (tmp_path / "adaptor.conf").write_text(re.sub(r"^# (?=\d)", "", text, flags=re.M))
    assert [str(server) for server in adaptor.read_file(tmp_path / "adaptor.conf")] == [
        "172.31.51.20:55001",
        "172.31.51.26:57001",
    ]
    lines = (tmp_path / "servers.conf").read_text().splitlines()
    assert all(line.startswith("#") for line in lines) and any("56001" in line for line in lines)


def test_init_again_changes_nothing_and_says_what_was_there(cli, tmp_path):
    directory = tmp_path / "made"
    directory.mkdir()
    (directory / "adaptor.conf").write_text("10.0.0.1\n")
    first = json.loads(cli("init", "--directory", directory, "--json").output)
    before = {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    second = json.loads(cli("init", "--directory", directory, "--json").output)
    assert {item["path"].rsplit("/", 1)[1]: item["state"] for item in first} == {
        "made": "kept",
        "adaptor.conf": "kept",
        "lic": "made",
        "servers.conf": "made",
        "host_id": "made",
    }
    assert {item["state"] for item in second} == {"kept"}
    assert {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()} == before
    assert before[directory / "adaptor.conf"] == b"10.0.0.1\n"


def test_init_takes_a_license_and_says_that_none_is_needed(cli, tmp_path):
    done = cli("init", "-l", "ABC-123", "-e", "Yes", "--directory", tmp_path / "made")
    assert done.code == 0 and "No license is needed" in done.output
    assert not any("ABC-123" in path.read_text() for path in tmp_path.rglob("*") if path.is_file())


def test_init_makes_what_it_can_and_names_what_it_cannot(cli, tmp_path):
    (tmp_path / "servers.conf").mkdir()
    (tmp_path / "lic").write_text("")
    done = cli("init", "--directory", tmp_path)
    assert done.code == 1 and (tmp_path / "adaptor.conf").is_file()
    assert (
        done.complaint
        == f"Error: could not make {tmp_path}/lic (it is not a directory), {tmp_path}/servers.conf (it is there but is"
        f" not a file), {tmp_path}/lic/host_id (Not a directory); correct that and run init again; it does not"
        " change the rest"
    )


@pytest.mark.parametrize("name", ["init", "dealloc"])
def test_commands_for_root_refuse_others_with_77_and_name_sudo(name, as_nobody):
    done = as_nobody(name)
    assert (done.returncode, done.stdout) == (77, "")
    program = f"{sys.executable} -m bitfusion"  # it was not started as flexdirect
    assert done.stderr == f"Error: {name} requires root privileges; run it again with sudo: sudo {program} {name}\n"


def test_init_of_another_directory_needs_no_root(as_nobody):
    # Not below tmp_path, which pytest closes to other users.
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o777)
        done = as_nobody("init", "--directory", f"{place}/made")
        assert done.returncode == 0, done.stderr
        assert os.path.isfile(f"{place}/made/lic/host_id")


@pytest.mark.parametrize("variable", ["BF_SERVER", "BF_VISIBLE_DEVICE"])
def test_a_variable_that_was_misspelt_is_named_once_with_the_one_that_is_meant(cli, variable):
    done = cli("license", **{variable: "1", "BF_OTHER": "2"})
    right = {"BF_SERVER": "BF_SERVERS", "BF_VISIBLE_DEVICE": "BF_VISIBLE_DEVICES"}[variable]
    assert (done.code, done.errors) == (0, f"Warning: the variable {variable} is not known; did you mean {right}?\n")
    checks = json.loads(cli("localhealth", "--json", **{variable: "1", "BF_OTHER": "2"}).output)["nodes"][0]["checks"]
    assert checks[0]["status"] == "WARN" and "BF_OTHER is not known" in checks[0]["detail"]


def test_local_health_doubts_a_limit_that_is_no_number_of_bytes(cli):
    checks = json.loads(cli("localhealth", "--json", BF_GPU_DEVICE_MEMORY_LIMIT="6000").output)["nodes"][0]["checks"]
    assert checks[0]["status"] == "WARN" and "BF_GPU_DEVICE_MEMORY_LIMIT=6291456000" in checks[0]["detail"]


def test_license_is_valid_without_one(cli):
    done = cli("license")
    assert (done.code, done.errors) == (0, "") and "No license is needed" in done.output
    assert json.loads(cli("license", "--json").output)["status"] == "valid"


@pytest.mark.skipif(os.getuid() != 0, reason="dealloc needs root")
def test_dealloc_says_that_there_is_nothing(cli):
    done = cli("dealloc")
    assert (done.code, done.errors) == (0, "") and "No license certificate" in done.output
    assert json.loads(cli("dealloc", "--json").output) == {"deallocated": False, "needed": False}


def test_version_in_json_says_what_the_text_says(cli):
    facts = json.loads(cli("version", "--json").output)
    commit = facts["commit"]
    assert facts["version"] == (f"{__version__}-{commit}" if commit else __version__)
    assert commit is None or re.fullmatch("[0-9a-f]{8,}", commit)
    assert all(os.path.isfile(path) for path in facts["libraries"].values())
    text = cli("version").output
    assert text.splitlines()[0] == f"bitfusion {facts['version']}"
    assert all(path in text for path in facts["libraries"].values())


SECRETS = ("hunter2", "s3cr3t", "MIIEvQ", "alice")


@pytest.fixture
def report(cli, home, tmp_path):
    """The files of a crash report made with secrets all around: name -> text."""
    (home / ".bitfusionio").mkdir()
    (home / ".bitfusionio" / "adaptor.conf").write_text(
        "10.0.0.1:55001\n# token: hunter2\napi_key = s3cr3t\n# https://alice:pw@host/x\n-----BEGIN PRIVATE"
        " KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\n"
    )
    (home / ".bitfusionio" / "servers.conf").symlink_to(tmp_path / "nowhere")
    path = tmp_path / "report.tar.gz"
    done = cli("crashreport", "-o", path, BF_SERVERS="10.0.0.2", BF_TOKEN="hunter2", AWS_KEY="s3cr3t")
    assert done.code == 0 and done.output == f"{path}\n" and "nothing was sent" in done.complaint
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with tarfile.open(path) as bundle:
        return {member.name: bundle.extractfile(member).read().decode() for member in bundle}


def test_a_crash_report_holds_versions_health_and_configuration(report):
    assert json.loads(report["versions.json"])["release"] == __version__
    assert "10.0.0.1:55001" in report["configuration/user/adaptor.conf"]
    assert "not a file" in report["configuration/user/servers.conf"]
    assert report["localhealth.json"]


def test_a_crash_report_holds_no_secret_and_of_the_environment_names_only(report):
    everything = "\n".join(report.values())
    assert [secret for secret in SECRETS if secret in everything] == []
    lines = report["environment.txt"].splitlines()
    assert "BF_SERVERS=10.0.0.2" in lines and "BF_TOKEN=<removed>" in lines and "AWS_KEY" in lines
    assert all(line.startswith(("BF_", "SOFTGPU_", "CUDA_", "LD_")) for line in lines if "=" in line)


def test_a_crash_report_replaces_no_file_and_leaves_none_half_written(cli, tmp_path):
    (tmp_path / "there").write_text("mine")
    done = cli("crashreport", "-o", tmp_path / "there")
    assert done.code == 2 and done.complaint == f"Error: {tmp_path}/there exists; name a new file with -o"
    assert (tmp_path / "there").read_text() == "mine"


def test_a_crash_report_in_json_lists_its_contents(cli, tmp_path):
    facts = json.loads(cli("crashreport", "-o", tmp_path / "r.tar.gz", "--json").output)
    with tarfile.open(facts["file"]) as bundle:
        assert bundle.getnames() == facts["contents"]
