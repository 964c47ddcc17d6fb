"""Where a revision can be written: proposals, the likeliest first.

A proposal is a guess by the look of the text. It counts only once the result was read back by the
engine, which then finds the artefact pinned and everything else as it was.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pinfold.cli.pinning.changes import Added, Change, Rewritten
from pinfold.cli.pinning.items import item_after, variable_after
from pinfold.cli.pinning.places import node_of, scalar_at
from pinfold.cli.pinning.written import CannotWrite, Splice, is_plain_text
from pinfold.documents.model import Document
from pinfold.inspect.workload import Artefact, Kind, Pin, PinForm, Where

_INDEXED = re.compile(r"(.*)\[([0-9]+)\](?:\.[A-Za-z]+)*")
_CONTAINER = re.compile(r"(.*?[cC]ontainers\[[0-9]+\])")
_WORD_END = re.compile(r"(?:\\[^\r\n]|[^\s;&|()<>\\])*")
_EDGE = r"[\w./-]"


@dataclass(frozen=True, slots=True)
class Source:
    """A text that may hold what is looked for."""

    document: Document
    place: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters of a text that become others."""

    start: int
    end: int
    new: str


def proposals(
    artefact: Artefact, revision: str, document: Document, config_maps: Sequence[Document]
) -> Iterator[Change]:
    """Every way to write `revision` into the documents that name the artefact."""
    pin = artefact.pin
    if pin is None:
        return
    yield from _new_items(artefact, pin, revision, document)
    if pin.place is not None:
        sources = [Source(document, pin.place), *_elsewhere(artefact, document, config_maps)]
        yield from _edited(sources, lambda text: _moved(text, artefact, pin, revision))
        if artefact.kind is Kind.TOKENIZER:  # it may follow the model's flag, and have its own
            own = Pin(PinForm.FLAG, "--tokenizer-revision", None)
            yield from _new_items(artefact, own, revision, document)
            source = [Source(document, artefact.place)]
            yield from _edited(source, lambda text: _inserted(text, artefact, own, revision))
        return
    sources = [Source(document, artefact.place), *_elsewhere(artefact, document, config_maps)]
    yield from _edited(sources, lambda text: _inserted(text, artefact, pin, revision))


def _new_items(artefact: Artefact, pin: Pin, revision: str, document: Document) -> Iterator[Change]:
    """`--revision=<commit>` behind the argument, or a variable behind the variable."""
    match = _INDEXED.fullmatch(artefact.place)
    if match is None or pin.place is not None:
        return
    place, index = match[1], int(match[2])
    if pin.form is PinForm.ENV:
        added = Added({"name": pin.write, "value": revision})
        splice = _or_none(partial(variable_after, document, place, index, pin.write, revision))
        if splice is not None:
            yield Change(document, splice, added)
    elif pin.form is PinForm.FLAG and artefact.where is Where.ARG:
        text = pin.to(revision)
        node = node_of(document, place)
        last = len(node.items or ()) - 1 if node else -1
        for at in dict.fromkeys((index, min(index + 1, last), last)):
            splice = _or_none(partial(item_after, document, place, at, text))
            if splice is not None:
                yield Change(document, splice, Added(text))


def _elsewhere(
    artefact: Artefact, document: Document, config_maps: Sequence[Document]
) -> Iterator[Source]:
    """The texts that came in on the way: ConfigMaps, and variables of the container."""
    for config_map in config_maps:
        data = node_of(config_map, "data")
        for key in (data.fields or ()) if data else ():
            yield Source(config_map, f"data[{key}]")
    container = _CONTAINER.match(artefact.place)
    written = artefact.pin is not None and artefact.pin.place is not None
    if container and (written or any(step.startswith("$") for step in artefact.via)):
        env = node_of(document, f"{container[1]}.env")
        for index in range(len(env.items or ()) if env else 0):
            yield Source(document, f"{container[1]}.env[{index}].value")


def _edited(sources: list[Source], edits: Callable[[str], Iterator[Edit]]) -> Iterator[Change]:
    for source in sources:
        try:
            scalar = scalar_at(source.document, source.place)
        except CannotWrite:
            continue
        text = scalar.value
        for edit in edits(text):
            new = text[: edit.start] + edit.new + text[edit.end :]
            splice = _or_none(partial(scalar.replace, edit.start, edit.end, edit.new))
            if splice is not None:
                yield Change(source.document, splice, Rewritten(text, new))


def _or_none(make: Callable[[], Splice]) -> Splice | None:
    try:
        return make()
    except CannotWrite:
        return None


def _moved(text: str, artefact: Artefact, pin: Pin, revision: str) -> Iterator[Edit]:
    """Where another revision stands now."""
    old = artefact.revision or ""
    if not old:
        if not text or text.endswith("="):
            yield Edit(len(text), len(text), revision)
        return
    if pin.form is PinForm.SUFFIX:
        behind = re.escape(pin.write)
        for match in re.finditer(rf"(?<={behind})(?:{re.escape(old)}|[^/,\s\"']+)", text):
            yield Edit(match.start(), match.end(), revision)
    found = list(re.finditer(rf"(?<!{_EDGE}){re.escape(old)}(?!{_EDGE})", text))
    for match in reversed(found):
        yield Edit(match.start(), match.end(), revision)


def _inserted(text: str, artefact: Artefact, pin: Pin, revision: str) -> Iterator[Edit]:
    """Where none stands yet."""
    match pin.form:
        case PinForm.SUFFIX:
            named = rf"(?<!{_EDGE}){re.escape(pin.write[:-1])}(?!{_EDGE}|[:@])"
            for match in re.finditer(named, text):
                yield Edit(match.end(), match.end(), pin.write[-1] + revision)
        case PinForm.JSON_KEY:
            yield from _json_keys(text, artefact, pin.write, revision)
        case PinForm.CONFIG_KEY:
            yield from _config_lines(text, artefact, pin.write, revision)
            yield from _json_keys(text, artefact, pin.write, revision)
        case PinForm.FLAG if pin.write.startswith("-"):
            yield from _behind_words(text, artefact, pin.to(revision))
        case _:
            yield from _keyword_arguments(text, artefact, pin.write, revision)


def _named(text: str, artefact: Artefact, pattern: str) -> Iterator[re.Match[str]]:
    """Where the text names the artefact: by its id, or by the variable that holds it."""
    variables = [step for step in reversed(artefact.via) if step.startswith("$")]
    for name in (artefact.id, *variables):
        if name:
            yield from re.finditer(pattern % re.escape(name), text)


def _behind_words(text: str, artefact: Artefact, flag: str) -> Iterator[Edit]:
    """Behind the word of a script that names it; inside of the quotes that hold the script."""
    for match in _named(text, artefact, rf"(?<![\w.-])%s(?!{_EDGE})"):  # also behind a host's /
        rest = _WORD_END.match(text, match.end())
        for end in dict.fromkeys((rest.end() if rest else match.end(), match.end())):
            yield Edit(end, end, f" {flag}")


def _json_keys(text: str, artefact: Artefact, key: str, revision: str) -> Iterator[Edit]:
    for match in _named(text, artefact, r"(:[ \t]*)(\\{0,8}\")%s\2"):
        quote, space = match[2], " " if match[1] != ":" else ""
        new = f",{space}{quote}{key}{quote}:{space}{quote}{revision}{quote}"
        yield Edit(match.end(), match.end(), new)


def _keyword_arguments(text: str, artefact: Artefact, key: str, revision: str) -> Iterator[Edit]:
    """`f("org/model", revision="<commit>")` in Python."""
    for match in _named(text, artefact, r"(\\{0,8}[\"'])%s\1"):
        yield Edit(match.end(), match.end(), f", {key}={match[1]}{revision}{match[1]}")


def _config_lines(text: str, artefact: Artefact, key: str, revision: str) -> Iterator[Edit]:
    """A line of its own below the one that names it."""
    shown = revision if is_plain_text(revision) else f'"{revision}"'
    for match in _named(text, artefact, r"(?m)^([ \t]*)[\w-]+:[ \t]+([\"']?)%s\2[ \t]*(?:#.*)?$"):
        yield Edit(match.end(), match.end(), f"\n{match[1]}{key}: {shown}")
