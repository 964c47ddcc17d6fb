"""From what a command line names to artefacts: origin, revision, state, and how it is pinned."""

import re

import msgspec

from pinfold.inspect.commands.model import HOLE, Problem, Token, Unread
from pinfold.inspect.dialects.parsed import Unclear
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import MODELSCOPE, endpoint_of, is_fixed, is_path
from pinfold.inspect.servers.model import Flag, Inherit, JsonKey, Slot, Source, Variable
from pinfold.inspect.servers.provenance import provenance_of, shadowing
from pinfold.inspect.workload import (
    Artefact,
    Code,
    Kind,
    Origin,
    Pin,
    PinForm,
    Provenance,
    State,
    Where,
)

MOST = 200  # artefacts of one command
_UNPAID = 20  # of them are listed, however little work is left
_UNREAD = "the artefacts of this command take more work than is done to read a Pod"
_EACH = 3  # pieces of work for an artefact
_VARIABLE = re.compile(
    r"\$(?:\([A-Za-z_][\w.-]*\)|\{[A-Za-z_]\w*\}|[A-Za-z_]\w*)|\A<[^<>/]+>\Z", re.ASCII
)


def read_slot(case: Case, slot: Slot) -> None:
    """List what a slot's sources name. Raises Refuses and Unclear."""
    item = case.first(slot.named_by)
    revision = case.first(slot.pinned_by)
    if item is None:
        item = _default(case, slot, revision)
    if item is None:
        return
    for one in slot.each(case, item) if slot.each else (item,):
        add(case, slot.kind, one, revision, slot.pinned_by)


def _default(case: Case, slot: Slot, revision: Item | None) -> Item | None:
    """What is loaded where nothing names it, if it is to be listed."""
    if isinstance(slot.default, Inherit):
        own = case.find(slot.pinned_by[0])
        other = case.first(slot.default.slot.named_by) or _default(case, slot.default.slot, own)
        if own is None or other is None:
            return None  # follows the other in everything
        return Item(other.text, own.token, other.unread, own.source, own.flag)
    if slot.default is None:
        return None
    sources = case.environment.sources
    if sources and case.server.env_names_model:
        source = case.environment.settings or sources[-1]
        raise Unclear(source.code, source.detail, source.place)
    place = revision.token.place if revision else f"{case.container.place}.image"
    return Item(slot.default[case.table.version], Token("", place, Where.IMAGE))


def add(
    case: Case,
    kind: Kind,
    item: Item,
    revision: Item | None = None,
    pinned_by: tuple[Source, ...] = (),
) -> None:
    """List one artefact, pinned by `revision` if the server honours it. Raises Unclear."""
    mounts = case.container.mounts  # a path is looked for in each
    is_paid = mounts.work.spend(_EACH + len(mounts.container.volume_mounts or ()) // 16)
    if not is_paid and len(case.artefacts) >= _UNPAID:
        raise Unclear(Code.TOO_LARGE, _UNREAD, item.token.place)
    if len(case.artefacts) >= MOST:
        raise Unclear(Code.TOO_LARGE, f"more than {MOST} artefacts", item.token.place)
    item = _filled_in(item)
    reference = item.reference or case.server.refer(item.text)
    if item.whole is None and not is_path(item.text):
        _add_unknown(case, kind, item)
    elif reference.origin is Origin.LOCAL:
        _add_local(case, kind, item)
    elif reference.pinnable and (pinned_by or item.pin):
        _add_pinnable(case, reference.kind or kind, item, revision, pinned_by)
    else:
        _is_shadowed(case, item, State.UNPINNABLE)
        row = _row(case, reference.kind or kind, item, reference.origin, State.UNPINNABLE)
        case.artefacts.append(row)


def _filled_in(item: Item) -> Item:
    """`$(MODEL)`, `${MODEL}`, `<model>`: envsubst, Flux or a person puts a name there first."""
    match = _VARIABLE.search(item.text)
    fixed = item.unread is not None or item.token.where is Where.SHELL or "://" in item.text
    if match is None or fixed or is_path(item.text):
        return item
    words = "not set in the manifest" if match[0].startswith("$(") else "yet to be filled in"
    unread = Unread(Code.UNSET_VARIABLE, f"{item.text[:60]} is {words}")
    return msgspec.structs.replace(item, text=HOLE, unread=unread)


def _add_local(case: Case, kind: Kind, item: Item) -> None:
    path = case.container.mounts.absolute(item.text, case.home)
    provenance = None if item.whole is None else provenance_of(path, case.container)
    shown = Item(item.text.replace(HOLE, "…"), item.token)
    case.artefacts.append(_row(case, kind, shown, Origin.LOCAL, State.LOCAL, provenance=provenance))


def _add_unknown(case: Case, kind: Kind, item: Item) -> None:
    assert item.unread is not None
    case.say(item.unread, item.token.place)
    case.artefacts.append(_row(case, kind, item, Origin.UNKNOWN, State.OPAQUE))


def _add_pinnable(
    case: Case, kind: Kind, item: Item, revision: Item | None, pinned_by: tuple[Source, ...]
) -> None:
    origin = (item.reference or case.server.refer(item.text)).origin
    text = item.revision
    state = State.PINNED if is_fixed(origin, text) else State.UNPINNED
    if item.pin is None and revision is not None:
        text = revision.whole
        state = State.PINNED if is_fixed(origin, text) else State.UNPINNED
        if text is None and revision.unread is not None:
            case.say(revision.unread, revision.token.place)
            state = State.OPAQUE
    if revision is None and item.pin is None and _settings(case) is not None:
        state = State.OPAQUE  # which may set the revision
    if case.uses_modelscope and state is State.PINNED:
        state = State.UNPINNED  # a commit of one hub means nothing to another
    if _is_shadowed(case, item, state) and state is State.PINNED:
        state = State.OPAQUE
    pin = None if case.uses_modelscope else item.pin or _pin(case, item, revision, pinned_by)
    case.artefacts.append(_row(case, kind, item, origin, state, revision=text, pin=pin))


def _settings(case: Case) -> Problem | None:
    """A ConfigMap that can set the server's options, and is not at hand."""
    return case.environment.settings if case.server.env_names_model else None


def _row(  # noqa: PLR0913 - a row has that many columns
    case: Case,
    kind: Kind,
    item: Item,
    origin: Origin,
    state: State,
    *,
    revision: str | None = None,
    pin: Pin | None = None,
    provenance: Provenance | None = None,
) -> Artefact:
    hub = origin is Origin.HUB
    origin = Origin.MODELSCOPE if hub and case.uses_modelscope else origin
    return Artefact(
        container=case.container.name,
        pod=case.container.pod,
        server=case.server.name,
        act=case.server.act,
        kind=kind,
        id=item.whole,
        origin=origin,
        endpoint=(item.endpoint or _endpoint(case)) if hub else None,
        revision=revision,
        state=state,
        place=item.token.place,
        where=item.token.where,
        via=item.token.via,
        pin=pin,
        provenance=provenance,
    )


def _endpoint(case: Case) -> str:
    """The hub that answers."""
    if case.uses_modelscope:
        return MODELSCOPE
    endpoint, value = endpoint_of(case.environment)
    if value is not None and value.unread is not None:
        case.say(value.unread, value.place)
    return endpoint


def _is_shadowed(case: Case, item: Item, state: State) -> bool:
    """A folder of that name under the working directory comes before the hub.

    On one that begins empty only the Pod itself can make it: that matters where there is a pin.
    """
    if not case.server.paths_first:
        return False
    mounts = case.container.mounts
    found = shadowing(item.text, case.home, mounts)
    matters = (n for n in found if state is State.PINNED or not mounts.begins_empty(n))
    volume = next(matters, None)
    if volume is None:
        return False
    detail = f"{item.text} is loaded from volume {volume} if it has a folder of that name"
    case.report(Code.VOLUME, detail, item.token.place)
    return True


def _pin(case: Case, item: Item, revision: Item | None, pinned_by: tuple[Source, ...]) -> Pin:
    """A pin in the form in which the revision, or else the artefact, is written."""
    shown = revision or item
    place = revision.token.place if revision else None
    by, last = pinned_by[0], pinned_by[-1]
    if isinstance(last, Variable) and shown.source == "flag":
        return Pin(PinForm.ENV, last.name, place)
    name = by.key if isinstance(by, JsonKey) else by.name if isinstance(by, Flag) else ""
    bare = name.lstrip("-")
    prefix = case.entry.variables
    if shown.token.where is Where.ENV and prefix is not None:
        return Pin(PinForm.ENV, prefix + bare.replace("-", "_").upper(), place)
    if shown.source == "json":
        return Pin(PinForm.JSON_KEY, name, place)
    if shown.token.where is Where.CONFIG:
        return Pin(PinForm.CONFIG_KEY, bare, place)
    if isinstance(by, JsonKey):
        return Pin(PinForm.FLAG, f"{by.flag}.{by.key}", place)
    return Pin(PinForm.FLAG, revision.flag if revision and revision.flag else name, place)
