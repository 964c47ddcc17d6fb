"""The variables of a container, as the kubelet makes them.

Source: k8s.io/kubernetes pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables): envFrom first,
env over it, the last of two wins, and a value sees only what stands before it.
"""

import re
from collections.abc import Mapping

from pinfold.inspect.commands.expansion import Budget, expand
from pinfold.inspect.commands.model import HOLE, Environment, Problem, Unread, Value
from pinfold.inspect.podspec import Container, EnvFrom, EnvVar, KeyRef, ValueFrom
from pinfold.inspect.workload import Code

Files = Mapping[str, Mapping[str, str]]

# The value of any other field can hold blanks, or be empty.
_ONE_WORD = re.compile(
    r"metadata\.(?:name|namespace|uid)|spec\.(?:nodeName|serviceAccountName)"
    r"|status\.(?:pod|host)IPs?"
)
# A label's value is a word or empty; these are set by the controllers that make the pods.
_LABEL = re.compile(r"metadata\.labels\['([^']*)'\]")
_SET_LABEL = re.compile(
    r"(?:leaderworkerset\.sigs\.k8s\.io/(?:name|worker-index|group-index|group-key)"
    r"|apps\.kubernetes\.io/pod-index|statefulset\.kubernetes\.io/pod-name"
    r"|batch\.kubernetes\.io/(?:job-completion-index|job-name|controller-uid)"
    r"|jobset\.sigs\.k8s\.io/(?:jobset-name|replicatedjob-name|job-index|job-key)"
    r"|training\.kubeflow\.org/(?:job-name|replica-type|replica-index)"
    r"|ray\.io/(?:cluster|node-type|group)"
    r"|pod-template-hash|controller-revision-hash|controller-uid|job-name)"
)
_EMPTY = Environment({})
_KEYS = 20  # of a ConfigMap, for a piece of work
_TOO_MANY = "its envFrom takes more work than is done to read a Pod"


def environment_of(
    container: Container, place: str, files: Files, budget: Budget | None = None
) -> Environment:
    """The variables that the container's processes start with."""
    if not container.env and not container.env_from:
        return _EMPTY
    known_so_far = _of_sources(container, place, files, budget)
    values = known_so_far.values
    for index, variable in enumerate(container.env or ()):
        read = _read(variable, f"{place}.env[{index}]", known_so_far, files, budget)
        if read is not None:
            values[variable.name] = read
    return known_so_far


def _of_sources(
    container: Container, place: str, files: Files, budget: Budget | None
) -> Environment:
    """What envFrom sets: of two sources that set a variable the later one wins."""
    values: dict[str, Value] = {}
    sources: list[Problem] = []
    for index, source in enumerate(container.env_from or ()):
        where = f"{place}.envFrom[{index}]"
        known = files.get(source.config_map_ref.name) if source.config_map_ref else None
        size = len(values) if known is None else len(known)
        if budget is not None and not budget.spend(size // _KEYS):
            return Environment({}, (Problem(Code.TOO_LARGE, _TOO_MANY, where),))
        if known is None:
            sources.append(_unknown_source(source, where))
            values |= _overlaid(source, values, where)
        else:
            via = (f"ConfigMap {source_name(source)}",)
            values |= {source.prefix + n: Value(t, where, via=via) for n, t in known.items()}
    return Environment(values, tuple(sources))


def source_name(source: EnvFrom) -> str:
    """The name of the ConfigMap or Secret of an envFrom entry."""
    ref = source.config_map_ref or source.secret_ref
    return ref.name if ref else ""


def _unknown_source(source: EnvFrom, place: str) -> Problem:
    code = Code.CONFIGMAP if source.config_map_ref else Code.SECRET
    kind = "ConfigMap" if source.config_map_ref else "Secret"
    return Problem(code, f"{kind} {source_name(source)} can set any variable", place)


def _overlaid(source: EnvFrom, values: Mapping[str, Value], place: str) -> dict[str, Value]:
    """What sources before a ConfigMap that is not at hand set, and it may set anew.

    Of a Secret that is not thought: it mostly holds tokens.
    """
    if source.config_map_ref is None:
        return {}
    name = source.config_map_ref.name
    return {
        key: Value(
            HOLE, place, unread=Unread(Code.CONFIGMAP, f"ConfigMap {name} can set ${key} anew")
        )
        for key in values
        if key.startswith(source.prefix)
    }


def _read(
    variable: EnvVar, place: str, known: Environment, files: Files, budget: Budget | None
) -> Value | None:
    """The value of one entry; None for an optional key that a ConfigMap at hand does not have."""
    if variable.value_from is not None and not variable.value:
        return _referred(variable.name, variable.value_from, f"{place}.valueFrom", files)
    text, steps, unread = expand(variable.value or "", known.get, budget)
    return Value(text, f"{place}.value", via=steps, unread=unread)


def _referred(name: str, source: ValueFrom, place: str, files: Files) -> Value | None:
    if (ref := source.config_map_key_ref) is not None:
        return _of_config_map(name, ref, place, files)
    if source.secret_key_ref is not None:
        detail = f"${name} comes from Secret {source.secret_key_ref.name}"
        return Value(HOLE, place, unread=Unread(Code.SECRET, detail))
    if (file := source.file_key_ref) is not None:
        detail = f"${name} comes from {file.path} on volume {file.volume_name}, written as it runs"
        return Value(HOLE, place, unread=Unread(Code.VOLUME, detail))
    field = source.field_ref.field_path if source.field_ref else ""
    label = _LABEL.fullmatch(field)
    is_set = label is not None and _SET_LABEL.fullmatch(label[1]) is not None
    clean = source.resource_field_ref is not None or is_set or bool(_ONE_WORD.fullmatch(field))
    detail = f"${name} is known only when the pod runs"
    empty = label is not None and not clean
    return Value(HOLE, place, unread=Unread(Code.UNSET_VARIABLE, detail, clean=clean, empty=empty))


def _of_config_map(name: str, ref: KeyRef, place: str, files: Files) -> Value | None:
    text = files.get(ref.name, {}).get(ref.key)
    if text is not None:
        return Value(text, place, via=(f"ConfigMap {ref.name}",))
    detail = f"${name} comes from ConfigMap {ref.name}"
    if ref.name in files:
        if ref.optional:
            return None
        detail += f", which has no {ref.key}: so the container would not start"
    return Value(HOLE, place, unread=Unread(Code.CONFIGMAP, detail))
