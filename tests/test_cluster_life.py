"""A cluster leaves nothing behind, however it ends, and says why it did not start."""

import dataclasses
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cluster import guard
from tests.cluster.control_plane import Cluster
from tests.cluster.processes import PortTaken, Process, ProcessDied
from tests.cluster.programs import ProgramsUnavailable, programs
from tests.test_cluster import eventually

pytestmark = pytest.mark.cluster

ROOT = Path(__file__).parents[1]


def test_two_clusters_run_side_by_side() -> None:
    with Cluster() as cluster, Cluster() as other:
        other.kubectl("create", "configmap", "only-here")
        assert other.server != cluster.server
        assert "NotFound" in cluster.kubectl("get", "configmap/only-here", check=False).stderr
    assert guard.marked(str(other.folder)) == []
    assert not other.folder.exists()


@contextmanager
def started(argv: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, **options)
    with process:
        try:
            yield process
        finally:
            process.kill()


def folder_of(runner: subprocess.Popen[str]) -> str:
    """The folder of its cluster, once that is ready."""
    assert runner.stdout
    line = runner.stdout.readline()
    return str(Path(line.strip().partition("=")[2]).parents[1])


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(signal.SIGINT, id="Ctrl-C"),
        pytest.param(signal.SIGTERM, id="terminated"),
        pytest.param(signal.SIGKILL, id="killed"),
    ],
)
def test_a_runner_that_ends_leaves_no_process_and_no_folder(number: signal.Signals) -> None:
    with started([sys.executable, "-m", "tests.cluster"], cwd=ROOT) as runner:
        folder = folder_of(runner)
        beside = {**os.environ, guard.MARK: folder}
        with started(["sleep", "1000"], env=beside) as helper:
            assert len(guard.marked(folder)) == 6
            runner.send_signal(number)
            runner.wait(30)
            helper.wait(30)
    eventually("no process is left", lambda: not guard.marked(folder))
    eventually("no folder is left", lambda: not Path(folder).exists())


def test_a_program_beside_the_cluster_ends_with_it(tmp_path: Path) -> None:
    with Cluster() as cluster:
        beside = cluster.start_beside("sleeper", ["sleep", "1000"], {"EXTRA": "1"})
        assert beside.alive()
    assert not beside.alive()


def test_a_component_that_ends_is_named_with_its_last_words(tmp_path: Path) -> None:
    broken = script(tmp_path / "etcd", "echo disk on fire; exit 3")
    with pytest.raises(ProcessDied, match=r"(?s)etcd ended with 3.*disk on fire"):
        Cluster(dataclasses.replace(programs(), etcd=broken)).start()


def test_a_taken_port_is_tried_once_more(tmp_path: Path) -> None:
    real = programs()
    once = tmp_path / "once"
    unlucky = script(
        tmp_path / "etcd",
        f'[ -e {once} ] && exec {real.etcd} "$@"; touch {once}',
        "echo listen: address already in use; exit 1",
    )
    with Cluster(dataclasses.replace(real, etcd=unlucky)) as cluster:
        cluster.kubectl("get", "nodes")


def test_a_taken_port_is_told_from_another_death(tmp_path: Path) -> None:
    unlucky = script(tmp_path / "etcd", "echo listen: address already in use; exit 1")
    process = Process("etcd", [str(unlucky)], log=tmp_path / "log", environment={})
    process.wait(10)
    with pytest.raises(PortTaken):
        process.check()


def script(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), "utf-8")
    path.chmod(0o755)
    return path


# -- programs ------------------------------------------------------------------------------------


def test_programs_that_the_user_has_are_not_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = programs()
    names = [path.name for path in (getattr(built, f.name) for f in dataclasses.fields(built))]
    for name in names:
        script(tmp_path / name)
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    monkeypatch.setenv("PINFOLD_CACHE", str(tmp_path / "cache"))
    assert programs().etcd == tmp_path / "etcd"
    assert not list((tmp_path / "cache").glob("cluster-*"))


def test_an_unknown_release_is_refused() -> None:
    with pytest.raises(ProgramsUnavailable, match="use newest or oldest"):
        programs("1.2")
