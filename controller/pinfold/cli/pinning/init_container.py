"""Where a server offers no pin: a pinned download into an emptyDir, and its path for the name.

Written into block-style YAML alone. The result must read as meant to the letter, and to the engine
the artefact then lies on a volume that a pinned download fills.
"""

import copy
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pinfold.cli.pinning.places import node_of, scalar_at
from pinfold.cli.pinning.written import CannotWrite, Splice, is_plain_text
from pinfold.documents.model import Document
from pinfold.inspect.workload import Artefact

VOLUME = "pinfold"
FOLDER = "/pinfold"
_WITH_HF = frozenset({"vllm", "sglang"})  # their images have the hf program
_CONTAINER = re.compile(r"(?P<pod>.*)\.(?P<list>containers)\[(?P<index>[0-9]+)\]\..*")
_REPOSITORY_FLAGS = frozenset({"-hf", "-hfr", "--hf-repo"})
_VARIABLES = ("HF_ENDPOINT", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
_LINE_END = re.compile(r"\r\n|\r|\n|\Z")
_EDGE = r"[\w./-]"


@dataclass(frozen=True, slots=True)
class Download:
    """What is written, and what the document's value is then."""

    name: str
    splices: tuple[Splice, ...]
    value: Any


def download_of(
    artefact: Artefact, commit: str, files: Iterable[str], document: Document, image: str | None
) -> Download:
    """An init container that fetches the artefact; `files` are those of the commit.

    Raises CannotWrite.
    """
    match = _CONTAINER.fullmatch(artefact.place)
    if match is None or artefact.id is None:
        raise CannotWrite("it is not named by a container of the pod")
    repository, _, quantisation = artefact.id.partition(":")
    if repository.count("/") != 1:
        raise CannotWrite("it names one file of a repository")
    file = None
    if artefact.server == "llama.cpp":
        file = _weights(files, quantisation)
    elif quantisation:
        raise CannotWrite("it names one file of a repository")
    if image is None and artefact.server not in _WITH_HF:
        raise CannotWrite("its image has no hf program; name one that has with --init-image")
    writer = _Writer(document, match["pod"], int(match["index"]))
    return writer.written(artefact, commit, image, file)


def _weights(files: Iterable[str], quantisation: str) -> str:
    """The one file that llama.cpp would choose of a repository. Raises CannotWrite."""
    known = [name for name in files if name.lower().endswith(".gguf")]
    if any("mmproj" in name.lower() for name in known):
        raise CannotWrite("its repository holds a projector too, which would not be loaded")
    wanted = re.compile(rf"(?<![a-z0-9]){re.escape(quantisation.lower())}(?![a-z0-9_])")
    found = [name for name in known if wanted.search(name.lower())] if quantisation else known
    if len(found) != 1:
        count = f"{len(found)} files" if found else "no file"
        of_it = f" of {quantisation}" if quantisation else ""
        raise CannotWrite(f"its repository has {count}{of_it}, so nobody can tell which is loaded")
    return found[0]


class _Writer:
    def __init__(self, document: Document, pod: str, index: int) -> None:
        self._document = document
        self._pod = pod
        self._place = f"{pod}.containers[{index}]"
        self._value = copy.deepcopy(document.value)
        self._spec: dict[str, Any] = self._value
        for step in pod.split("."):
            self._spec = self._spec[step]
        self._container: dict[str, Any] = self._spec["containers"][index]
        self._splices: list[Splice] = []
        self._keys: list[Splice] = []  # of the pod: behind the items that end at the same place

    def written(
        self, artefact: Artefact, commit: str, image: str | None, file: str | None
    ) -> Download:
        assert artefact.id is not None  # checked before
        repository = artefact.id.partition(":")[0]
        folder = f"{FOLDER}/{repository}"
        slug = re.sub("[^a-z0-9]+", "-", artefact.id.lower()).strip("-")
        name = f"{VOLUME}-{slug}"[:63].rstrip("-")
        if any(row.get("name") == name for row in self._spec.get("initContainers") or ()):
            raise CannotWrite(f"there is an init container {name} already")
        command = ["hf", "download", repository, *([file] if file else [])]
        command += ["--revision", commit, "--local-dir", folder]
        init: dict[str, Any] = {
            "name": name,
            "image": image or self._container.get("image"),
            "command": command,
        }
        rows = self._container.get("env") or ()
        variables = [row for row in rows if row.get("name") in _VARIABLES]
        if variables:
            init["env"] = variables
        init["volumeMounts"] = [{"name": VOLUME, "mountPath": FOLDER}]
        self._rename(artefact, f"{folder}/{file}" if file else folder)
        if file:
            self._rename_flag(artefact)
        self._mount()
        self._add(self._pod, self._spec, "initContainers", init)
        volumes = self._spec.get("volumes") or ()
        if not any(row.get("name") == VOLUME for row in volumes):
            self._add(self._pod, self._spec, "volumes", {"name": VOLUME, "emptyDir": {}})
        return Download(name, (*self._splices, *self._keys), self._value)

    def _rename(self, artefact: Artefact, path: str) -> None:
        """The path in the place of the name, where the container says it."""
        scalar = scalar_at(self._document, artefact.place)
        found = re.search(
            rf"(?<!{_EDGE}){re.escape(artefact.id or '')}(?!{_EDGE}|[:@])", scalar.value
        )
        if found is None:
            raise CannotWrite("it is not named where it can be replaced")
        self._splices.append(scalar.replace(found.start(), found.end(), path))
        text = scalar.value[: found.start()] + path + scalar.value[found.end() :]
        _set(self._container, artefact.place.removeprefix(f"{self._place}."), text)

    def _rename_flag(self, artefact: Artefact) -> None:
        """Llama.cpp loads a path by another flag than a repository."""
        match = re.fullmatch(r"(.*\[)([0-9]+)\]", artefact.place)
        place = f"{match[1]}{int(match[2]) - 1}]" if match else artefact.place
        flag = scalar_at(self._document, place)
        if flag.value not in _REPOSITORY_FLAGS:
            raise CannotWrite("it is not named by a flag of its own word")
        self._splices.append(flag.replace(0, len(flag.value), "-m"))
        _set(self._container, place.removeprefix(f"{self._place}."), "-m")

    def _mount(self) -> None:
        mounts = self._container.get("volumeMounts") or ()
        if not any(row.get("name") == VOLUME for row in mounts):
            mount = {"name": VOLUME, "mountPath": FOLDER, "readOnly": True}
            self._add(self._place, self._container, "volumeMounts", mount)

    def _add(self, place: str, mapping: dict[str, Any], key: str, item: dict[str, Any]) -> None:
        """A new item at the end of a list of a mapping; the list too, if it is not there."""
        content = self._document.text
        splices = self._splices
        if mapping.get(key):
            where = f"{place}.{key}[{len(mapping[key]) - 1}]"
            column, end = self._block(where, dash=True)
            lines = _item(item, column)
        else:
            if key in mapping:
                raise CannotWrite(f"{key} is there, and empty")
            column, end = self._block(place, dash=False)
            lines = [f"{' ' * column}{key}:", *_item(item, column)]
            splices = self._keys if place == self._pod else splices
        line_end = _LINE_END.search(content, end)
        at = line_end.start() if line_end else len(content)
        breaks = _LINE_END.search(content)
        line = breaks[0] if breaks and breaks[0] else "\n"
        mapping.setdefault(key, []).append(item)
        splices.append(Splice(at, at, "".join(f"{line}{text}" for text in lines)))

    def _block(self, place: str, *, dash: bool) -> tuple[int, int]:
        """The column of a block mapping, or of its dash; and where the mapping ends."""
        node = node_of(self._document, place)
        content = self._document.text
        if node is None or node.fields is None or content[node.start] in "{*&":
            raise CannotWrite("the manifest is not written in blocks")
        start = max(content.rfind("\n", 0, node.start), content.rfind("\r", 0, node.start)) + 1
        before = content[start : node.start]
        if dash and not re.fullmatch(r" *- +", before):
            raise CannotWrite("the manifest is not written in blocks")
        if not re.fullmatch(r" *(?:- +)?", before):
            raise CannotWrite("the manifest is not written in blocks")
        end = node.start + len(content[node.start : node.end].rstrip())
        return before.index("-") if dash else len(before), end


def _item(item: dict[str, Any], column: int) -> list[str]:
    """An item of a block list; what is short stands in a flow."""
    if set(item) <= {"name", "mountPath", "readOnly", "emptyDir"}:
        return [f"{' ' * column}- {_flow(item)}"]
    return [
        f"{' ' * column}{'  ' if at else '- '}{key}: {_flow(value)}"
        for at, (key, value) in enumerate(item.items())
    ]


def _flow(value: Any) -> str:
    """As YAML and JSON alike read it."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(field)}' for key, field in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str) and is_plain_text(value):
        return value
    return json.dumps(value)


def _set(mapping: Any, path: str, text: str) -> None:
    steps = [step for step in re.split(r"\.|\[|\]", path) if step]
    for step in steps[:-1]:
        mapping = mapping[int(step)] if isinstance(mapping, list) else mapping[step]
    last = steps[-1]
    mapping[int(last) if isinstance(mapping, list) else last] = text
