"""What a scheduler is told of who asks."""

from __future__ import annotations

from bitfusion.cli.asking import client_facts


def test_lease_of_a_slurm_job_names_the_job(monkeypatch):
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    assert client_facts("/usr/bin/train")["program"] == "train"
    monkeypatch.setenv("SLURM_JOB_ID", "42")
    assert client_facts("/usr/bin/train")["program"] == "train (Slurm job 42)"
