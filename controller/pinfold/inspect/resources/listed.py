"""All parts of an object, by its kind: the one way in."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pinfold.inspect.kinds import WorkloadKind
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.resources import (
    addresses,
    argo,
    boosters,
    dynamo,
    kaito,
    kserve,
    kubeai,
    llm,
    llmaz,
    nim,
    ome,
    placeholders,
    ray,
    role_groups,
    search,
    served,
    spark,
    stored,
    tekton,
    train,
)
from pinfold.inspect.resources.injected import with_injected
from pinfold.inspect.resources.parts import Label, Move, Part, written
from pinfold.inspect.resources.paths import converted
from pinfold.inspect.resources.runtimes import Runtimes

_Each = Callable[[Part, Mapping[str, Any]], Part]
_More = Callable[[Mapping[str, Any], tuple[Part, ...]], Iterator[Part]]


def _as_it_is(part: Part, _value: Mapping[str, Any]) -> Part:
    return part


def _nothing(_value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    return iter(())


def _of_runtime(part: Part, _value: Mapping[str, Any]) -> Part:
    spec = placeholders.with_holes(part.spec)
    move = Move(part.path, part.path, Label(leaves_out_defaults=True))
    return Part(part.path, stored.awaiting(spec), (move,))


@dataclass(frozen=True, slots=True)
class Shape:
    """How the objects of a kind are read beyond their paths."""

    each: _Each = _as_it_is  # what becomes of a PodSpec that is written there
    more: _More = _nothing  # what is written elsewhere
    words: str = ""  # what that is, in the table of docs/kinds.md


_PLAIN = Shape()
SHAPES = {
    "": _PLAIN,
    "addresses": Shape(
        more=addresses.more,
        words="`artifactURL`, `sourceModelUri`, `storageUri` of the spec, its `model` or `storage`,"
        " `source.uri`",
    ),
    "argo": Shape(
        more=argo.more,
        words="each template's `container`, `script`, `containerSet`, `sidecars`, `initContainers`,"
        " `podSpecPatch`",
    ),
    "bento": Shape(more=served.bento, words="`bento`"),
    "dynamo": Shape(dynamo.each, dynamo.more, "`extraPodSpec` with `mainContainer`, `envs`, `env`"),
    "kaito": Shape(more=kaito.more, words="`preset`, `adapters`, `input`"),
    "kaito-models": Shape(
        more=kaito.models, words="`model.name`, `source.modelID`, `embedding.local`"
    ),
    "kserve": Shape(
        words="`predictor`, `transformer` and `explainer`, with `model` or another server,"
        " `storageUri`, `storage`, `storageUris`, `workerSpec`"
    ),
    "kthena": Shape(more=boosters.kthena, words="`modelURI`, `workers` with `image`, `config`"),
    "kubeai": Shape(more=kubeai.more, words="`url`, `engine`, `args`, `env`, `adapters`, `image`"),
    "llm": Shape(words="`model.uri`, `model.lora`, `baseRefs`"),
    "llm-d": Shape(served.with_text_holes, served.artifacts, "`modelArtifacts.uri`"),
    "llmaz": Shape(more=llmaz.more, words="`source.modelHub`, `source.uri`"),
    "llmkube-model": Shape(more=served.llmkube_model, words="`source`, `sha256`"),
    "llmkube-service": Shape(
        more=served.llmkube_service, words="`image`, `command`, `args`, `extraArgs`, `env`"
    ),
    "lora": Shape(more=boosters.adapter, words="`adapterSource`"),
    "mpi": Shape(train.mpi),
    "nim": Shape(
        more=nim.services,
        words="`image`, `command`, `args`, `env`, `initContainers`, `sidecarContainers`",
    ),
    "nim-cache": Shape(
        more=nim.caches, words="`source.hf`, `source.dataStore`, `source.ngc`, `image`, `env`"
    ),
    "ollama": Shape(more=served.ollama, words="`image`, the name of a model"),
    "ome": Shape(
        more=ome.more, words="containers and `runner` of each component, its `leader`, `worker`"
    ),
    "production-stack": Shape(
        more=boosters.runtime, words="`model.modelURL`, `vllmConfig`, `deploymentConfig`"
    ),
    "ray": Shape(ray.each, ray.more, "`entrypoint`, `runtimeEnvYAML`, `serveConfigV2`"),
    "roles": Shape(words="`templateRef`, patches of templates"),
    "runtime": Shape(_of_runtime),
    "seldon": Shape(more=served.seldon, words="`modelUri` in each `graph`"),
    "slurm": Shape(more=served.slurm, words="`slurmd`, `logfile`, `login`"),
    "spark": Shape(more=spark.more, words="`image`, `sidecars`, `initContainers`"),
    "tekton": Shape(more=tekton.more, words="`steps` with `script`, `sidecars`, `stepTemplate`"),
    "train": Shape(
        words="`trainer`, `initializer.model.storageUri`, `runtimePatches`, `runtimeRef`"
    ),
    "training-runtime": Shape(more=train.initializers, words="initializers with `STORAGE_URI`"),
    search.UNKNOWN: _PLAIN,
}


def parts_of(
    row: WorkloadKind, value: Mapping[str, Any], runtimes: Runtimes | None = None
) -> tuple[Part, ...]:
    """What an object runs and loads. Raises UnreadableWorkload."""
    if row.shape == "kserve":
        return tuple(kserve.parts_of(value, runtimes or Runtimes()))
    if row.shape == "llm":
        return tuple(llm.parts_of(row, value, runtimes or Runtimes()))
    if row.shape == "train":
        return _with_injected(train.parts_of(value, runtimes or Runtimes()), row)
    if row.shape == "roles":
        return _with_injected(role_groups.parts_of(value), row)
    shape = SHAPES[row.shape]
    read = _found(value) if row.shape == search.UNKNOWN else written(row, value)
    parts = tuple(shape.each(part, value) for part in _with_injected(read, row))
    return (*parts, *shape.more(value, parts))


def _with_injected(parts: Iterable[Part], row: WorkloadKind) -> tuple[Part, ...]:
    return tuple(replace(part, spec=with_injected(part.spec, row.group)) for part in parts)


def _found(value: Mapping[str, Any]) -> Iterator[Part]:
    for place, node in search.pod_specs(value):
        yield Part(place, converted(node, PodSpec, place))
