"""Kubeflow's jobs: a TrainJob, and what it lays over the runtime that it names.

Source: pkg/apis/trainer/v1alpha1/trainjob_types.go and pkg/runtime of kubeflow/trainer; its
initializer hands the whole address behind `hf://` to the hub's client as a name, so that no
revision can be given. Patches change variables, mounts and volumes, never images and commands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.resources.parts import Label, Move, Part
from pinfold.inspect.resources.patches import Patched
from pinfold.inspect.resources.paths import concrete, converted, mapping, text
from pinfold.inspect.resources.runtimes import CLUSTER_TRAINING, Runtimes
from pinfold.inspect.resources.stored import fetched
from pinfold.inspect.workload import Where

_LABEL = Label(where=Where.STORAGE_URI, server="model-initializer", unpinnable=True)
_NODE = "node"  # the job that trains, and its container
_JOBS = "spec.template.spec.replicatedJobs[]"
_PODS = "template.spec.template.spec"
_STEP = "trainer.kubeflow.org/trainjob-ancestor-step"
_RUNTIME = "spec.runtimeRef"
_TRAINER = "spec.trainer"
_FIELDS = ("image", "command", "args", "env")
_INITIALIZER = "model-initializer"
_STORAGE = "STORAGE_URI"
_WORKER = ("/usr/sbin/sshd", "-De")


@dataclass(frozen=True, slots=True)
class _Job:
    """A job of a runtime: its name, its pod, whether it trains; `place` is what names it."""

    name: str
    pod: Mapping[str, Any]
    trains: bool
    place: str


def parts_of(value: Mapping[str, Any], runtimes: Runtimes) -> Iterator[Part]:
    """The pods of each job as they will be, and the model that is fetched before."""
    patches = list(_patches(value))
    for job in _jobs(value, runtimes):
        yield _pod(value, job, [patch for name, *patch in patches if name == job.name])
    for place, node in concrete(value, "spec.initializer.model"):
        if address := text(mapping(node, place), "storageUri", place):
            yield fetched(place, address, f"{place}.storageUri", "model", _LABEL)


def initializers(_value: Mapping[str, Any], parts: tuple[Part, ...]) -> Iterator[Part]:
    """What the initializers of a runtime fetch, where it says so itself."""
    for part in parts:
        for index, container in enumerate(part.spec.containers):
            if _INITIALIZER in (container.name, _last(container.image)):
                for number, variable in enumerate(container.env or ()):
                    if variable.name == _STORAGE and variable.value:
                        place = f"{part.path}.containers[{index}].env[{number}].value"
                        yield fetched(part.path, variable.value, place, container.name, _LABEL)


def mpi(part: Part, _value: Mapping[str, Any]) -> Part:
    """A PodSpec of an MPIJob: workers wait for the launcher's shell, if nothing else is said.

    Source: newWorker in pkg/controller/mpi_job_controller.go of the MPI operator.
    """
    containers = part.spec.containers
    if ".Worker." not in part.path or not containers:
        return part
    first = containers[0]
    if not first.command and not first.args:
        first = msgspec.structs.replace(first, command=_WORKER)
    spec = msgspec.structs.replace(part.spec, containers=(first, *containers[1:]))
    return replace(part, spec=spec)


def _last(image: str) -> str:
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _jobs(value: Mapping[str, Any], runtimes: Runtimes) -> Iterator[_Job]:
    """Those of the runtime; without it what is known of it: one that trains."""
    reference = mapping(next((n for _, n in concrete(value, _RUNTIME)), {}), _RUNTIME)
    kind = text(reference, "kind", _RUNTIME) or CLUSTER_TRAINING
    runtime = runtimes.named(kind, text(reference, "name", _RUNTIME), value)
    if runtime is None:
        yield _Job(_NODE, {}, trains=True, place="")
        return
    for place, node in concrete(runtime, _JOBS):
        job = mapping(node, place)
        name = text(job, "name", place)
        steps = concrete(job, "template.metadata.labels")
        trains = name == _NODE or any(labels.get(_STEP) == "trainer" for _, labels in steps)
        for _, pod in concrete(job, _PODS):
            yield _Job(name, mapping(pod, _RUNTIME), trains, _RUNTIME)


def _patches(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """The name of a job, and what is laid over its pod, with its place."""
    for above, node in concrete(value, "spec.runtimePatches[].trainingRuntimeSpec"):
        for at, job in concrete(node, _JOBS.removeprefix("spec.")):
            place = f"{above}.{at}"
            for below, pod in concrete(job, _PODS):
                here = f"{place}.{below}"
                yield text(mapping(job, place), "name", place), mapping(pod, here), here


def _pod(value: Mapping[str, Any], job: _Job, patches: list[Any]) -> Part:
    path = _TRAINER if job.trains else _RUNTIME
    laid = Patched({}, path)
    if job.place:
        laid.lay_all_from(job.pod, job.place)
    name = _NODE if job.place else "trainer"
    for place, node in concrete(value, _TRAINER):
        if job.trains:
            fields = mapping(node, place)
            own = {key: fields[key] for key in _FIELDS if fields.get(key) is not None}
            known = len(laid.moves)
            laid.lay({"containers": [{"name": name, **own}]}, path)
            laid.moves[known:] = map(_of_trainer, laid.moves[known:])
    for patch, place in patches:
        laid.lay(patch if job.place else _renamed(patch), place)
    return Part(path, converted(laid.value, PodSpec, path), tuple(laid.moves))


def _of_trainer(move: Move) -> Move:
    """The trainer's fields stand where there is no list of containers."""
    below = move.place.removeprefix(f"{_TRAINER}.containers[0]")
    return replace(move, place=f"{_TRAINER}{below}")


def _renamed(patch: Mapping[str, Any]) -> Mapping[str, Any]:
    """A patch of the container whose name stands in a runtime that is not at hand."""
    return {
        **patch,
        "containers": [
            {**one, "name": "trainer"} if one.get("name") == _NODE else one
            for _, one in concrete(patch, "containers[]")
        ],
    }
