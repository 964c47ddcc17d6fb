"""Documents in, facts out: what `inspect` knows before it is printed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pinfold.cli.config_maps import Beside, ConfigMaps
from pinfold.cli.unbuilt import unbuilt
from pinfold.documents.model import BrokenDocument, Document
from pinfold.documents.nodes import NoSuchPlace
from pinfold.documents.read import HELM
from pinfold.inspect.kinds import WorkloadKind, kind_of
from pinfold.inspect.read import inspect_object
from pinfold.inspect.resources.paths import UnreadableWorkload, without_nulls
from pinfold.inspect.resources.placeholders import parameters
from pinfold.inspect.resources.runtimes import Runtimes, is_runtime
from pinfold.inspect.resources.search import unknown_kind
from pinfold.inspect.servers.case import Hints
from pinfold.inspect.workload import Workload

_WHERE = re.compile(r"(.*) - at `\$(.*)`", re.DOTALL)  # how msgspec ends what it says
_TYPES = re.compile(r"Expected `(.*)`, got `(.*)`")
# What Helm fills in. Other texts in a manifest have braces too, such as chat templates.
_HELM = re.compile(
    r"\{\{-?(?:[^{}]*?[\s(])?\$?\.(?:Values|Release|Chart|Capabilities)\b"
    r"|\{\{-?\s*(?:include|template)\s+\""
)
PATCH = "; if it is a patch, build it first: kustomize build FOLDER | pinfold check -"
_NAMES = {
    "str": "text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


@dataclass(frozen=True, slots=True)
class Inspected:
    """A workload and the document that it was read from, as an object of kind `row`."""

    document: Document
    workload: Workload
    row: WorkloadKind
    runtimes: Runtimes  # what KServe's model servers in the same input are started with
    beside: Beside

    def with_hints(self, hints: Hints) -> "Inspected":
        """The same, read once more with what a policy says of images."""
        workload = _read(self.document, self.row, self.runtimes, self.beside, hints)
        return replace(self, workload=workload)


@dataclass(frozen=True, slots=True)
class Report:
    """What was read and what was not, in the order of the input; `others` counts the rest."""

    workloads: tuple[Inspected, ...]
    errors: tuple[BrokenDocument, ...]
    others: int  # objects that hold no pods, and files that are not Kubernetes'
    unbuilt: tuple[str, ...] = ()  # a line for each sort of others that stand for workloads


def report_on(documents: Iterable[Document | BrokenDocument]) -> Report:
    """The facts of every workload; ConfigMaps among the documents serve the pods beside them."""
    read = tuple(documents)
    config_maps = ConfigMaps.of(read)
    runtimes = Runtimes([d.value for d in read if isinstance(d, Document) and is_runtime(d.value)])
    workloads: list[Inspected] = []
    errors: list[BrokenDocument] = []
    for document in read:
        row: Inspected | BrokenDocument | None
        if isinstance(document, BrokenDocument):
            row = document
        else:
            row = _facts_of(document, config_maps, runtimes)
        if isinstance(row, BrokenDocument):
            errors.append(row)
        elif row is not None:
            workloads.append(row)
    others = len(read) - len(workloads) - len(errors)
    return Report(tuple(workloads), tuple(errors), others, unbuilt(read))


def _facts_of(
    document: Document, config_maps: ConfigMaps, runtimes: Runtimes
) -> Inspected | BrokenDocument | None:
    """None where the document is no object of a kind that holds pods."""
    value = document.value
    row = _workload_kind(value)
    if row is None:
        return None
    if "{{" in document.text and _HELM.search(document.text, *document.extent):
        return BrokenDocument(document.source, document.index, document.line, HELM)
    try:
        beside = config_maps.beside(document)
        workload = _read(document, row, runtimes, beside)
        return Inspected(document, workload, row, runtimes, beside)
    except UnreadableWorkload as error:
        return _unreadable(document, str(error))


def _read(
    document: Document, row: WorkloadKind, runtimes: Runtimes, beside: Beside, hints: Hints = ()
) -> Workload:
    """Raises UnreadableWorkload."""
    later = parameters(document.unset) if document.unset else None
    value = without_nulls(document.value)
    workload = inspect_object(
        row, value, files=beside.files, hints=hints, runtimes=runtimes, later=later
    )
    start, end = document.extent if beside.doubtful else (0, 0)
    return beside.sure(workload, document.text[start:end])


def _workload_kind(value: Any) -> WorkloadKind | None:
    """The kind's row, or one for an object of another kind with something like a PodSpec in it."""
    if not isinstance(value, dict):
        return None
    version, kind = value.get("apiVersion"), value.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        return None
    return kind_of(version, kind) or unknown_kind(value)


def _unreadable(document: Document, message: str) -> BrokenDocument:
    """An error row at the very line of the field that is not what the API expects."""
    if match := _WHERE.fullmatch(message):
        start, _, reason = match[1].partition(": ")
        place = start + match[2]
        message = f"{place}: {_in_words(reason)}"
    else:
        place = ""
        if "is missing" in message:
            message += PATCH
    return BrokenDocument(document.source, document.index, line_of(document, place), message)


def _in_words(reason: str) -> str:
    """What msgspec says of a type, for somebody who does not know it."""
    match = _TYPES.fullmatch(reason)
    if match is None:
        return reason
    wanted = match[1].removesuffix(" | null")
    found = match[2]
    hint = ": put it in quotes" if wanted == "str" and found in ("int", "float", "bool") else ""
    return f"expected {_NAMES.get(wanted, wanted)}, found {_NAMES.get(found, found)}{hint}"


def line_of(document: Document, place: str) -> int:
    """The line of a place, or of what stands nearest around it."""
    while place:
        try:
            return document.span(place).line
        except NoSuchPlace:
            place = re.sub(r"(?:^|\.)[^.\[\]]*$|\[[^\[\]]*\]$|.$", "", place)
    return document.line
