"""One reading of one command: an entry point, a version, and what the command line says there."""

import re
from dataclasses import dataclass, field
from typing import Any

from pinfold.inspect.commands.model import HOLE, Environment, Token, Unread
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.dialects.parsed import Given, Parsed, Refuses, Unclear, parse_json
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import is_commit, is_true
from pinfold.inspect.servers.model import Entry, Flag, JsonKey, Server, Source, Variable
from pinfold.inspect.workload import Artefact, Code, Hazard, Opaque, Pin, PinForm, Write

_OBJECT = re.compile(r"\s*\{.*\}\s*", re.DOTALL)  # engine/arg_utils.py, union_dict_and_str
_NONE = ("", "None")
_SHOWN = 80
REMOTE_CODE = "trust-remote-code"

Hints = tuple[tuple[str, str], ...]  # an image's name with stars, and the server that is in it


@dataclass(frozen=True, slots=True)
class Container:
    """What every reading of a container shares."""

    name: str
    pod: str
    place: str
    image: str
    mounts: Mounts
    hints: Hints = ()


@dataclass(slots=True)
class Case:
    """One reading, and what it says so far."""

    server: Server
    entry: Entry
    _table: Table
    parsed: Parsed
    environment: Environment
    folder: str | None
    container: Container
    artefacts: list[Artefact] = field(default_factory=list)
    hazards: list[Hazard] = field(default_factory=list)
    opaque: list[Opaque] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    own: list[Write] = field(default_factory=list)  # on the container's own file system
    possible: list[Artefact] = field(default_factory=list)
    is_of_version: bool = False  # its table was asked, so that another version may say otherwise
    _json: dict[str, Any] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        """The options of the version that is read."""
        self.is_of_version = True
        return self._table

    @property
    def home(self) -> str | None:
        """The working directory; HOLE in it where the script changes it to what is not known."""
        return self.folder if self.folder is not None else self.server.folder

    @property
    def uses_modelscope(self) -> bool:
        """Whether names mean repositories of another hub."""
        name = self.server.modelscope
        return name is not None and is_true(self.environment, name, self.server.truths)

    # -- what is said ----------------------------------------------------------------------------

    def first(self, sources: tuple[Source, ...]) -> Item | None:
        """What the first source says that says anything."""
        for source in sources:
            item = self.find(source)
            if item is not None:
                return item
        return None

    def find(self, source: Source) -> Item | None:
        """What a source says; None where it is absent, or says none. Raises Refuses, Unclear."""
        if isinstance(source, Flag):
            return self._flag(source.name, null=source.null)
        if isinstance(source, JsonKey):
            return self._json_key(source.flag, source.key)
        if isinstance(source, Variable):
            return self._variable(source.name)
        words = self.parsed.positionals if self.entry.takes_model else []
        return Item(words[0].text, words[0], words[0].unread) if words else None

    def _flag(self, name: str, *, null: bool) -> Item | None:
        given = self.parsed.last(name)
        if given is None or not given.values:
            return None
        token = given.values[-1]
        if null and token.text in _NONE:
            return None
        return Item(token.text, token, token.unread, flag=name)

    def _variable(self, name: str) -> Item | None:
        value = self.environment.told(name)
        if value is None or not value.text:
            return None
        token = Token(value.text, value.place, value.where, value.via, value.unread)
        return Item(value.text, token, value.unread, flag=name)

    def _json_key(self, flag: str, key: str) -> Item | None:
        value = self.json_of(flag)
        given = self.parsed.last(flag)
        if not isinstance(value, dict) or given is None or value.get(key) is None:
            return None
        text = value[key]
        if not isinstance(text, str):
            raise Refuses(f"{flag}: {key} is no text", given.flag.place)
        token = place_of(given, key)
        unread = token.unread if HOLE in text else None
        return Item(text, token, unread, "dotted" if given.keys else "json", flag)

    def json_of(self, flag: str) -> Any:
        """The JSON that an option is given, None where it is not. Raises Refuses, Unclear."""
        if flag not in self._json:
            self._json[flag] = self._parsed_json(flag)
        return self._json[flag]

    def _parsed_json(self, flag: str) -> Any:
        given = self.parsed.last(flag)
        if given is None or not given.values or given.values[-1].text in _NONE:
            return None
        token = given.values[-1]
        if token.unread is not None and not given.keys:
            raise Unclear(token.unread.code, token.unread.detail, token.place)
        option = self.table.by_name.get(flag)
        if option and option.type == "json-or-str" and not _OBJECT.fullmatch(token.text):
            return token.text
        try:
            return parse_json(token.text)
        except ValueError as error:
            raise Refuses(f"{flag} holds no JSON", token.place) from error

    # -- what is not known, and what is dangerous ------------------------------------------------

    def say(self, unread: Unread, place: str) -> None:
        """Report something that is not known."""
        self.report(unread.code, unread.detail, place)

    def report(self, code: Code, detail: str, place: str) -> None:
        """The same, in words."""
        row = Opaque(self.container.name, code, detail, place)
        if row not in self.opaque:
            self.opaque.append(row)

    def hazard(self, name: str, place: str, text: str = "") -> None:
        """Report a setting that makes loading more dangerous; `text` is what was written."""
        self.hazards.append(Hazard(self.container.name, name, place, shown(text)))

    def remote_code(self, place: str, text: str) -> None:
        """Report that the code of a repository runs, and whether that code can change."""
        pin, pinned = None, False
        if self.server.code_pin is not None:
            revision = self.find(self.server.code_pin)
            place_of_pin = revision.token.place if revision is not None else None
            pin = Pin(PinForm.FLAG, self.server.code_pin.name, place_of_pin)
            pinned = revision is not None and is_commit(revision.whole) and not self.uses_modelscope
        row = Hazard(self.container.name, REMOTE_CODE, place, shown(text), pin, pinned)
        self.hazards.append(row)


def shown(text: str) -> str:
    """A text as a message can quote it."""
    text = text.replace(HOLE, "…")
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def place_of(given: Given, key: str) -> Token:
    """The word that holds a key: its own piece of a dotted option, or all of the JSON."""
    for path, token in (given.keys or {}).items():
        if path[0] == key:
            return token
    return given.values[-1]
