"""Jobs of the real Slurm with GPUs of a pool: what they see, and that they give it back however they end."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import clusters
import pytest

pytestmark = pytest.mark.plain("the pool is asked over HTTP without a token")
HOLDS = "#!/bin/sh\nsleep infinity | ./holder 64\n"  # says "held", and holds


@pytest.fixture(scope="module")
def slurm(tmp_path_factory, gpus, holder) -> Iterator[clusters.Cluster]:
    with clusters.cluster(tmp_path_factory.mktemp("slurm")) as made:
        shutil.copy(gpus, made.home / "a.out")
        shutil.copy(holder, made.home / "holder")
        yield made


@pytest.fixture
def cluster(slurm) -> Iterator[clusters.Cluster]:
    """Nothing of the pool is taken, before and after."""
    assert slurm.free()
    yield slurm
    slurm.alice("scancel --user alice")
    slurm.wait(slurm.free, "every job has given its GPUs back")


def seen(text: str) -> list[int]:
    """MiB of each GPU that a.out has seen."""
    return [int(total) for total in re.findall(r"^\d: .* (\d+) MiB, ", text, re.M)]


def test_job_has_the_gpus_that_its_licenses_stand_for_in_each_of_its_steps(cluster):
    script = "#!/bin/sh\n./a.out\necho batch\nsrun --ntasks=1 ./a.out\necho step\n"
    job = cluster.sbatch(script, "--licenses", "gpu:1,gpu_half:2")
    cluster.started("step\n", job)
    batch, step = cluster.written(job).removesuffix("step\n").split("batch\n")
    assert batch == step and seen(batch) == [12000, 6000, 6000]
    cluster.wait(cluster.free, "the GPUs are given back when the job has ended")


def test_accounting_says_which_job_of_whom_had_which_gpus(cluster):
    job = cluster.sbatch(HOLDS, "--licenses", "gpu:2")
    cluster.started("held", job)
    (lease,) = cluster.leases()
    line = f"sacct --noheader --parsable2 --allocations --jobs {job} --format JobID,User,State,AllocTRES,AdminComment"
    # slurmctld tells slurmdbd of a start and of an end in messages of their own, and of what the job had at the end.
    cluster.wait(lambda: "|alice|RUNNING|" in cluster.controller.type(line).output, "the accounting has the start")
    cluster.alice(f"scancel {job}")
    cluster.wait(lambda: "|alice|CANCELLED" in cluster.controller.type(line).output, "the accounting has the end")
    number, _, _, resources, comment = cluster.controller.type(line).output.strip().split("|")
    assert number == str(job) and "license/gpu=2" in resources.split(",")
    assert comment == f"bitfusion server:{lease['port']}#{lease['lease']}"


def test_job_without_licenses_of_the_pool_has_no_gpus(cluster):
    job = cluster.sbatch("#!/bin/sh\necho servers=$BF_SERVERS preload=$LD_PRELOAD\n")
    cluster.started("servers= preload=\n", job)


@pytest.mark.parametrize("name", ["job.sh", "job-run.sh"])
def test_example_job_runs(cluster, name):
    job = cluster.sbatch((clusters.SCRIPTS / name).read_text())
    cluster.wait(lambda: cluster.state(job) == "COMPLETED", f"{name} ends well")
    assert seen(cluster.written(job)) == [12000, 12000] and cluster.free()


def test_pool_names_the_user_and_the_job_until_it_is_cancelled(cluster):
    job = cluster.sbatch(HOLDS, "--licenses", "gpu:1")
    cluster.started("held", job)
    (lease,) = cluster.leases()
    assert (lease["client"]["user"], lease["client"]["program"]) == ("alice", f"request_gpus (Slurm job {job})")
    cluster.alice(f"scancel {job}")
    cluster.wait(cluster.free, "a job that was cancelled has no GPUs")


def test_each_job_of_an_array_has_gpus_of_its_own(cluster):
    # Its jobs have this number, which also stands for all of them, and the next one.
    array = cluster.sbatch(HOLDS.replace("sleep", "echo $BF_SERVERS\nsleep"), "--licenses", "gpu:1", "--array", "1-2")
    cluster.started("held", array, array + 1)
    assert cluster.written(array) != cluster.written(array + 1)


def test_jobs_wait_in_the_queue_of_slurm(cluster):
    first = cluster.sbatch(HOLDS, "--licenses", "gpu:3")
    cluster.started("held", first)
    second = cluster.sbatch(HOLDS, "--licenses", "gpu:1")
    cluster.wait(lambda: "JobState=PENDING Reason=Licenses" in cluster.show(second), "the second job waits")
    cluster.alice(f"scancel {first}")
    cluster.started("held", second)


def test_job_whose_time_is_over_gives_its_gpus_back(cluster):
    job = cluster.sbatch(HOLDS, "--licenses", "gpu:1", "--time", "1")
    cluster.started("held", job)
    # A time that has passed when the controller reads it would be refused.
    cluster.controller.type(f"scontrol update JobId={job} EndTime=now+10").lines()
    cluster.wait(lambda: cluster.state(job) == "TIMEOUT", "Slurm, which looks every 30 s, ends the job")
    assert cluster.free()


def test_job_whose_node_is_lost_gives_its_gpus_back(cluster):
    job = cluster.sbatch(HOLDS, "--licenses", "gpu:1", "--partition", "doomed", "--no-requeue")
    cluster.started("held", job)
    cluster.doomed.type("kill -9 $(cat /run/slurmd.pid)").lines()
    # slurmctld does the same after SlurmdTimeout, which is minutes.
    cluster.controller.type("scontrol update NodeName=doomed State=DOWN Reason=lost").lines()
    cluster.wait(lambda: cluster.state(job) == "NODE_FAIL", "the job has ended")
    cluster.wait(cluster.free, "its GPUs are given back without the node")


def test_job_goes_back_into_the_queue_if_the_pool_does_not_answer(cluster):
    cluster.server.end_processes()
    try:
        job = cluster.sbatch(HOLDS, "--licenses", "gpu:1")
        waiting = re.compile(r"JobState=PENDING .* Restarts=[1-9]", re.S)
        cluster.wait(lambda: waiting.search(cluster.show(job)), "the job is put back")
        assert not cluster.held()
    finally:
        cluster.serve()


def test_sweep_gives_back_what_an_epilog_could_not(cluster):
    job = cluster.sbatch(HOLDS, "--licenses", "gpu:1")
    cluster.started("held", job)
    cluster.server.end_processes()
    cluster.alice(f"scancel {job}")
    cluster.wait(lambda: cluster.state(job) == "CANCELLED", "the job has ended")
    assert cluster.held()
    cluster.serve()
    cluster.controller.type("/etc/slurm/bitfusion/sweep").lines()
    assert cluster.free()
