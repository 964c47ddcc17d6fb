"""All readings of one command: entry points times versions; where they differ, each is a row.

A reading that the server refuses drops out, unless all of them are refused: nobody runs a server
that ends with an error, but which version runs is not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import msgspec

from pinfold.inspect.commands.model import Process, Token
from pinfold.inspect.dialects.parsed import Given, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import REMOTE_CODE, Case, Container
from pinfold.inspect.servers.hub import is_true
from pinfold.inspect.servers.model import Server
from pinfold.inspect.servers.redirected import redirected
from pinfold.inspect.servers.rows import read_slot
from pinfold.inspect.servers.ways import Way
from pinfold.inspect.servers.weights import pickles
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
        text, step = self.container.mounts.config(file.text, self.process.folder)
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
    return _refused(run, readings[-1].refused if readings else None)


def _readings(run: Run, ways: Sequence[Way], modes: tuple[Unknown, ...]) -> list[_Reading]:
    found: list[_Reading] = []
    work = run.container.mounts.work
    for way in ways:
        characters = sum(len(word.text) for word in way.words)
        for table in way.tables:
            for mode in modes:
                if not work.spend(_EACH + len(way.words) // 2 + characters // _CHARACTERS):
                    return [*found, _Reading("", "", ContainerFacts(opaque=(_too_large(run),)))]
                reading = _read(run, way, table, mode)
                found.append(reading)
                if not reading.guesses:
                    break
    return found


def _too_large(run: Run) -> Opaque:
    detail = "its arguments take more work than is done to read a Pod"
    return Opaque(run.container.name, Code.TOO_LARGE, detail, f"{run.container.place}.args")


def _standing(readings: list[_Reading]) -> list[_Reading]:
    return [reading for reading in readings if reading.facts is not None]


def _read(run: Run, way: Way, table: Table, mode: Unknown) -> _Reading:
    """One version, strictly; or a version near it, which may have other options too."""
    label, version = way.entry.label, table.version
    environment, folder = run.process.environment, run.process.folder
    if mode is not Unknown.REFUSE:
        table = _widened(way.entry.tables or run.server.tables, table)
    try:
        parsed = way.entry.dialect.read(way.words, table, mode, environment, run.read_file)
        case = Case(run.server, way.entry, table, parsed, environment, folder, run.container)
        _fill(case)
    except Refuses as refused:
        return _Reading(label, version, None, refused, guesses=mode is Unknown.VALUE)
    except Unclear as unclear:
        row = Opaque(run.container.name, unclear.code, unclear.detail, unclear.place)
        return _Reading(label, version, ContainerFacts(opaque=(row,)))
    facts = ContainerFacts(
        tuple(case.artefacts),
        tuple(case.hazards),
        tuple(case.opaque),
        tuple(case.writes),
        possible=tuple(case.possible),
    )
    return _Reading(label, version, facts, guesses=bool(parsed.unknown))


@cache
def _widened(tables: tuple[Table, ...], table: Table) -> Table:
    """A table with the options, and the names of options, that only other versions have."""
    options = {option.name: option for option in table.options}
    taken = set(table.by_name)
    for option in (o for other in tables for o in other.options):
        own = options.get(option.name)
        names = tuple(name for name in option.names if name not in taken)
        no = tuple(name for name in option.no if name not in taken)
        if own is not None:
            names, no = (*own.names, *names), (*own.no, *no)
            options[option.name] = msgspec.structs.replace(own, names=names, no=no)
        elif names:
            options[option.name] = msgspec.structs.replace(option, names=names, no=no)
        taken |= {*names, *no}
    return Table(table.server, table.version, tuple(options.values()))


# -- one reading ---------------------------------------------------------------------------------


def _fill(case: Case) -> None:
    _redirects(case)
    for slot in case.server.slots:
        read_slot(case, slot)
    if case.server.quirk is not None:
        case.server.quirk(case)
    _hazards(case)
    redirected(case)
    pickles(case)
    _code_paths(case)
    _unknown_options(case)


def _redirects(case: Case) -> None:
    """Variables under which a name can mean something else, or which may name more."""
    settings = case.environment.settings
    if settings is not None and case.server.env_names_model:
        case.report(settings.code, settings.detail, settings.place)
    for variable in case.server.redirects:
        value = case.environment.told(variable)
        if value is not None and value.text:
            case.report(Code.REDIRECT, f"{variable} can give any name another meaning", value.place)


def _hazards(case: Case) -> None:
    for option, hazard in case.server.hazards.items():
        given = case.parsed.last(option)
        if given is not None and not given.off and not _is_empty(given):
            _say_hazard(case, hazard, given.flag.place, _written(option, case))
    for variable, hazard in case.server.env_hazards.items():
        if is_true(case.environment, variable):
            _say_hazard(case, hazard, case.environment.values[variable].place, variable)


def _say_hazard(case: Case, hazard: str, place: str, text: str) -> None:
    if hazard == REMOTE_CODE:
        case.remote_code(place, text)
    else:
        case.hazard(hazard, place, text)


def _written(option: str, case: Case) -> str:
    """The option with all values that it was given: some are added up."""
    every = case.parsed.options[option]
    values = (token.text for given in every for token in given.values)
    return " ".join([every[-1].env or option, *values])


# Code that runs in any program, or in any of Python.
_CODE_PATHS = ("LD_PRELOAD", "PYTHONPATH", "PYTHONSTARTUP")


def _code_paths(case: Case) -> None:
    for name in _CODE_PATHS if case.server.act is Act.LOAD else ():
        value = case.environment.told(name)
        if value is not None and value.text:
            case.hazard("code-path", value.place, f"{name}={value.text}")


def _is_empty(given: Given) -> bool:
    return bool(given.values) and not given.values[-1].text


def _unknown_options(case: Case) -> None:
    """An option of no version that was read may name something to load, or end the server."""
    for word in case.parsed.unknown[:1]:  # one is enough to doubt all
        name = word.text.partition("=")[0][:60]
        detail = f"{name} is an option of no version of {case.server.name} that is known here"
        case.report(Code.UNKNOWN_SERVER, detail, word.place)


# -- all readings --------------------------------------------------------------------------------


def _refused(run: Run, refused: Refuses | None) -> ContainerFacts:
    reason = refused.detail if refused else "no entry point takes these arguments"
    place = (refused and refused.place) or f"{run.container.place}.image"
    detail = f"{run.server.name} would not start: {reason}"
    return ContainerFacts(opaque=(Opaque(run.container.name, Code.SERVER_REFUSES, detail, place),))


def _merged(readings: list[_Reading]) -> ContainerFacts:
    """One row for what all readings say; a row with its reading for what only some say."""
    every = [reading.facts for reading in readings if reading.facts is not None]
    if all(facts == every[0] for facts in every):
        return every[0]
    artefacts: dict[Artefact, list[_Reading]] = {}
    hazards: dict[Hazard, None] = {}
    opaque: dict[Opaque, None] = {}
    writes: dict[Write, None] = {}
    for reading, facts in zip(readings, every, strict=True):
        for row in facts.artefacts:
            artefacts.setdefault(row, []).append(reading)
        hazards |= dict.fromkeys(facts.hazards)
        opaque |= dict.fromkeys(facts.opaque)
        writes |= dict.fromkeys(facts.writes)
    labelled = tuple(
        row if len(where) == len(readings) else replace(row, reading=_label(where, readings))
        for row, where in artefacts.items()
    )
    return ContainerFacts(labelled, tuple(hazards), tuple(opaque), tuple(writes))


def _label(where: list[_Reading], readings: list[_Reading]) -> str:
    """The entry points, or the versions, if they alone make the difference; else both."""
    entries = list(dict.fromkeys(reading.entry for reading in where))
    if all(reading in where for reading in readings if reading.entry in entries):
        return ", ".join(entries)
    versions = list(dict.fromkeys(reading.version for reading in where))
    if all(reading in where for reading in readings if reading.version in versions):
        return ", ".join(versions)
    return ", ".join(dict.fromkeys(f"{one.entry} {one.version}" for one in where))
