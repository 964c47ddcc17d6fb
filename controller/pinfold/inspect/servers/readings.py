"""All readings of one command: entry points times versions; where they differ, each is a row.

A reading that the server refuses drops out, unless all of them are refused: nobody runs a server
that ends with an error, but which version runs is not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pinfold.inspect.commands.files import Files
from pinfold.inspect.commands.model import Process, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table, widened
from pinfold.inspect.servers.case import Case, Container
from pinfold.inspect.servers.filled import fill
from pinfold.inspect.servers.guessed import as_guessed, as_names, guesses, no_file
from pinfold.inspect.servers.model import Entry, Server
from pinfold.inspect.servers.unsure import without_pins
from pinfold.inspect.servers.ways import Way, every_way
from pinfold.inspect.workload import Act, Artefact, Code, ContainerFacts, Hazard, Opaque, Write

_MAX_WORDS = 2000
_EACH = 5  # pieces of work for one reading, and what its words take
_CHARACTERS = 200
_STRICT = (Unknown.REFUSE,)
_LENIENT = (Unknown.VALUE, Unknown.BARE)


@dataclass(frozen=True, slots=True)
class Run:
    """One command of a container, and the server that it starts."""

    server: Server
    process: Process
    container: Container

    def read_file(self, file: Token) -> tuple[str, str]:
        """The text of a file, and the step to it. Raises Unclear where it is not at hand."""
        written = Files(self.process.files).text(file.text, self.process.folder)
        if written is not None:  # by the script, before it started the server
            if written.unread is not None:
                raise Unclear(written.unread.code, written.unread.detail, file.place)
            return written.text, file.text
        folder = self.server.folder if self.process.folder is None else self.process.folder
        text, step = self.container.mounts.config(file.text, folder)
        if isinstance(text, Code):
            raise Unclear(text, step, file.place)
        return text, step


@dataclass(frozen=True, slots=True)
class _Reading:
    entry: str
    version: str
    facts: ContainerFacts | None
    refused: Refuses | None = None
    guesses: bool = False  # depends on what an unknown option takes
    parsed: Parsed | None = None  # what any version says that understands just this


def read_all(run: Run, ways: Sequence[Way]) -> ContainerFacts:
    """What the server loads, over all ways and versions."""
    if any(len(way.words) > _MAX_WORDS for way in ways):
        detail = f"more than {_MAX_WORDS} arguments"
        place = f"{run.container.place}.args"
        return ContainerFacts(opaque=(Opaque(run.container.name, Code.TOO_LARGE, detail, place),))
    readings = _readings(run, ways, _STRICT)
    if not _standing(readings) and not all(way.exact for way in ways):
        readings += _readings(run, ways, _LENIENT)
    standing = _standing(readings)
    if standing:
        return _merged(standing)
    return _refused(run, ways, readings[-1].refused if readings else None)


def _readings(run: Run, ways: Sequence[Way], modes: tuple[Unknown, ...]) -> list[_Reading]:
    found: list[_Reading] = []
    work = run.container.mounts.work
    for way in ways:
        cost = _cost(run, way)
        of_way: list[_Reading] = []
        for table in way.tables:
            for mode in modes:
                if not work.spend(cost):
                    large = _Reading("", "", ContainerFacts(opaque=(_too_large(run),)))
                    return [*found, *of_way, large]
                reading = _read(run, way, table, mode, of_way)
                of_way.append(reading)
                if not reading.guesses:
                    break
        found += of_way
    return found


def _cost(run: Run, way: Way) -> int:
    """The work that one reading takes; SageMaker's images make arguments of variables."""
    characters = sum(len(word.text) for word in way.words)
    variables = sum(name.startswith("SM_") for name in run.process.environment.values)
    return _EACH + len(way.words) // 2 + variables + characters // _CHARACTERS


def _too_large(run: Run) -> Opaque:
    detail = "its arguments take more work than is done to read a Pod"
    return Opaque(run.container.name, Code.TOO_LARGE, detail, f"{run.container.place}.args")


def _standing(readings: list[_Reading]) -> list[_Reading]:
    return [reading for reading in readings if reading.facts is not None]


def _read(run: Run, way: Way, table: Table, mode: Unknown, before: Sequence[_Reading]) -> _Reading:
    """One version, strictly; or a version near it, which may have other options too.

    `before` are the readings of other versions: most understand a command line alike, and what it
    loads then need not be found again.
    """
    label, version = way.entry.label, table.version
    if mode is not Unknown.REFUSE:
        table = widened(way.entry.tables or run.server.tables, table)
    try:
        parsed = _parsed(run, way.entry, way.words, table, mode, run.read_file)
        same = next((one for one in before if one.parsed == parsed), None)
        if same is not None:
            return replace(same, version=version)
        case = _case(run, way.entry, table, parsed)
    except Refuses as refused:
        return _Reading(label, version, None, refused, guesses=mode is Unknown.VALUE)
    except Unclear as unclear:
        row = Opaque(run.container.name, unclear.code, unclear.detail, unclear.place)
        return _Reading(label, version, _past_the_unknown(run, way, table, mode, row))
    like_others = None if case.is_of_version else parsed
    return _Reading(
        label, version, _facts_of(case), guesses=bool(parsed.unknown), parsed=like_others
    )


def _parsed(
    run: Run, entry: Entry, words: Sequence[Token], table: Table, mode: Unknown, read: ReadFile
) -> Parsed:
    """What a command line gives. Raises Refuses, and Unclear where it cannot be told."""
    if run.server.act is Act.FETCH:
        words = [as_names(word) for word in words]
    return entry.dialect.read(words, table, mode, run.process.environment, read)


def _case(run: Run, entry: Entry, table: Table, parsed: Parsed) -> Case:
    """What the server makes of it. Raises Refuses and Unclear."""
    process = run.process
    case = Case(
        run.server, entry, table, parsed, process.environment, process.folder, run.container
    )
    fill(case)
    return case


def _facts_of(case: Case) -> ContainerFacts:
    return ContainerFacts(
        tuple(case.artefacts),
        tuple(case.hazards),
        tuple(case.opaque),
        tuple(case.writes),
        possible=tuple(case.possible),
        own=tuple(case.own),
    )


def _past_the_unknown(
    run: Run, way: Way, table: Table, mode: Unknown, row: Opaque
) -> ContainerFacts:
    """What a person reads beside the words that are not known; `row` says that they are not."""
    for words in guesses(way.words):
        if not run.container.mounts.work.spend(_EACH + len(words) // 2):
            break
        try:
            parsed = _parsed(run, way.entry, words, table, mode, no_file)
            facts = _facts_of(_case(run, way.entry, table, parsed))
        except (Refuses, Unclear):
            continue
        return as_guessed(facts, row)
    return ContainerFacts(opaque=(row,))


# -- all readings --------------------------------------------------------------------------------


def _refused(run: Run, ways: Sequence[Way], refused: Refuses | None) -> ContainerFacts:
    """That it is refused, and what the command names for versions that would take it."""
    reason = refused.detail if refused else "no entry point takes these arguments"
    place = (refused and refused.place) or f"{run.container.place}.image"
    detail = f"{run.server.name} would not start: {reason}"
    row = Opaque(run.container.name, Code.SERVER_REFUSES, detail, place)
    others = every_way(run.server, ways, run.process)
    standing = _standing(_readings(run, others, _STRICT))
    standing = standing or _standing(_readings(run, others, _LENIENT))
    return ContainerFacts(
        without_pins(_merged(standing).artefacts) if standing else (), opaque=(row,)
    )


def _merged(readings: list[_Reading]) -> ContainerFacts:
    """One row for what all readings say; a row with its reading for what only some say."""
    every = [reading.facts for reading in readings if reading.facts is not None]
    if all(facts == every[0] for facts in every):
        return every[0]
    artefacts: dict[Artefact, list[_Reading]] = {}
    hazards: dict[Hazard, None] = {}
    opaque: dict[Opaque, None] = {}
    writes: dict[Write, None] = {}
    own: dict[Write, None] = {}
    rows: list[Artefact] = []
    for reading, facts in zip(readings, every, strict=True):
        for row in facts.artefacts:
            artefacts.setdefault(row, []).append(reading)
        hazards |= dict.fromkeys(facts.hazards)
        opaque |= dict.fromkeys(facts.opaque)
        writes |= dict.fromkeys(facts.writes)
        own |= dict.fromkeys(facts.own)
    labels: dict[tuple[int, ...], str] = {}  # most rows are of the same readings
    for row, where in artefacts.items():
        if len(where) != len(readings):
            key = tuple(map(id, where))
            labels[key] = labels.get(key) or _label(where, readings)
            row = replace(row, reading=labels[key])  # noqa: PLW2901 - the same, with its reading
        rows.append(row)
    return ContainerFacts(tuple(rows), tuple(hazards), tuple(opaque), tuple(writes), own=tuple(own))


def _label(where: list[_Reading], readings: list[_Reading]) -> str:
    """The entry points, or the versions, if they alone make the difference; else both."""
    entries = list(dict.fromkeys(reading.entry for reading in where))
    if all(reading in where for reading in readings if reading.entry in entries):
        return ", ".join(entries)
    versions = list(dict.fromkeys(reading.version for reading in where))
    if all(reading in where for reading in readings if reading.version in versions):
        return ", ".join(versions)
    return ", ".join(dict.fromkeys(f"{one.entry} {one.version}" for one in where))
