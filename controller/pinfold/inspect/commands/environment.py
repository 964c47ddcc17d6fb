"""The variables of a container, as the kubelet makes them.

Source: k8s.io/kubernetes pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables): envFrom first,
env over it, the last of two wins, and a value sees only what stands before it.
"""

import re
from collections.abc import Iterator, Mapping

from pinfold.inspect.commands.expansion import Budget, expand
from pinfold.inspect.commands.model import HOLE, Environment, Problem, Unread, Value
from pinfold.inspect.podspec import Container, EnvFrom, EnvVar, ValueFrom
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


def environment_of(
    container: Container, place: str, files: Files, budget: Budget | None = None
) -> Environment:
    """The variables that the container's processes start with."""
    if not container.env and not container.env_from:
        return _EMPTY
    values: dict[str, Value] = {}
    sources: list[Problem] = []
    for index, source in enumerate(container.env_from or ()):
        where = f"{place}.envFrom[{index}]"
        known = _known_source(source, files)
        if known is None:
            sources.append(_unknown_source(source, where))
        else:
            values |= {
                n: Value(t, where, via=(f"ConfigMap {source_name(source)}",)) for n, t in known
            }
    known_so_far = Environment(values, tuple(sources))
    for index, variable in enumerate(container.env or ()):
        read = _read(variable, f"{place}.env[{index}]", known_so_far, files, budget)
        if read is not None:
            values[variable.name] = read
    return known_so_far


def source_name(source: EnvFrom) -> str:
    """The name of the ConfigMap or Secret of an envFrom entry."""
    ref = source.config_map_ref or source.secret_ref
    return ref.name if ref else ""


def _known_source(source: EnvFrom, files: Files) -> Iterator[tuple[str, str]] | None:
    if source.config_map_ref is None or source.config_map_ref.name not in files:
        return None
    data = files[source.config_map_ref.name]
    return ((source.prefix + key, text) for key, text in data.items())


def _unknown_source(source: EnvFrom, place: str) -> Problem:
    code = Code.CONFIGMAP if source.config_map_ref else Code.SECRET
    kind = "ConfigMap" if source.config_map_ref else "Secret"
    return Problem(code, f"{kind} {source_name(source)} can set any variable", place)


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
        if ref.name not in files:
            detail = f"${name} comes from ConfigMap {ref.name}"
            return Value(HOLE, place, unread=Unread(Code.CONFIGMAP, detail))
        text = files[ref.name].get(ref.key)
        return None if text is None else Value(text, place, via=(f"ConfigMap {ref.name}",))
    if source.secret_key_ref is not None:
        detail = f"${name} comes from Secret {source.secret_key_ref.name}"
        return Value(HOLE, place, unread=Unread(Code.SECRET, detail))
    field = source.field_ref.field_path if source.field_ref else ""
    label = _LABEL.fullmatch(field)
    is_set = label is not None and _SET_LABEL.fullmatch(label[1]) is not None
    clean = source.resource_field_ref is not None or is_set or bool(_ONE_WORD.fullmatch(field))
    detail = f"${name} is known only when the pod runs"
    empty = label is not None and not clean
    return Value(HOLE, place, unread=Unread(Code.UNSET_VARIABLE, detail, clean=clean, empty=empty))
