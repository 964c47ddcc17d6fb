"""`curl`, `wget`, `aria2c` and `axel` of a model's files."""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Given, Parsed, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads import http_options as known
from pinfold.inspect.downloads.address import of_hub
from pinfold.inspect.downloads.target import leaves
from pinfold.inspect.servers import ollama, ollama_api
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.known import HUB_ADDRESS
from pinfold.inspect.servers.model import Flag, Positional, Program, Server, Slot
from pinfold.inspect.workload import Act, Kind

_ADDRESS = re.compile(r"https?://[^\s\"']+")
_OF_THIS_POD = re.compile(
    r"(?:https?://)?(?:localhost|127\.[0-9.]+|0\.0\.0\.0|\[::1?\])(?::[0-9]+)?(?:[/?#].*)?"
)
_MANY = 200


@dataclass(frozen=True, slots=True)
class Fetch:
    """What a program takes for an address, and where it writes."""

    program: str
    with_value: frozenset[str]

    def read(
        self,
        words: Sequence[Token],
        table: Table,  # noqa: ARG002
        unknown: Unknown,  # noqa: ARG002
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Unclear."""
        parsed = Parsed()
        index = 0
        while index < len(words):
            word = words[index]
            index += 1
            if not word.text.startswith("-") or word.text == "-":
                parsed.positionals.append(word)
                continue
            name, value = self._taken(word, parsed)
            if name is None:
                continue
            if value is None and index < len(words):
                value = words[index]
                index += 1
            self._keep(name, word, value, parsed)
        self._lists(parsed, read_file)
        return parsed

    def _taken(self, word: Token, parsed: Parsed) -> tuple[str | None, Token | None]:
        """The option of a word that takes a value, and the value if it is written on."""
        text = word.text
        if text.startswith("--"):
            name, equals, _ = text.partition("=")
            value = word.cut(len(name) + 1) if equals else None
            if name in self.with_value or name == "--url":
                return name, value
            self._bare(name, word, parsed)
            return None, None
        for position, letter in enumerate(text[1:], start=1):
            if f"-{letter}" in self.with_value:
                rest = word.cut(position + 1)
                return f"-{letter}", rest if rest.text else None
            self._bare(f"-{letter}", word, parsed)
        return None, None

    def _bare(self, name: str, word: Token, parsed: Parsed) -> None:
        option = known.MEANS[self.program].get(name)
        if option in (known.NAMED, known.NOWHERE):
            parsed.add(option, Given(word))

    def _keep(self, name: str, word: Token, value: Token | None, parsed: Parsed) -> None:
        option = known.MEANS[self.program].get(name)
        if option is known.URL and value is not None:
            parsed.positionals.append(value)
        elif option is not None and value is not None:
            parsed.add(option, Given(word, (value,)))

    def _lists(self, parsed: Parsed, read_file: ReadFile) -> None:
        """The addresses in files that are at hand."""
        for given in parsed.options.get("--input-file", ()):
            try:
                text, step = read_file(given.values[0])
            except Unclear:
                continue  # what it fetches, and where it leaves that, is not known
            for address in _ADDRESS.findall(text)[:_MANY]:
                token = given.values[0]
                via = (*token.via, step)
                parsed.positionals.append(Token(address, token.place, token.where, via))


def files(case: Case, _item: Item) -> Sequence[Item]:
    """The addresses of a hub's files, and of what is named like weights; what Ollama shall pull."""
    found: list[Item] = []
    for word in case.parsed.positionals:
        if ollama_api.is_pull(word):
            bodies = [given.values[0] for given in case.parsed.options.get("--data", ())]
            found += ollama_api.asked(case, bodies)
        elif (item := _file(word)) is not None:
            found.append(item)
    return found


def _file(word: Token) -> Item | None:
    if word.unread is None:
        return of_hub(word, weights_only=True)
    if not HUB_ADDRESS.search(word.text):
        return None
    if "/resolve/" in word.text.partition(HOLE)[0]:
        return of_hub(word, weights_only=True)
    raise Unclear(word.unread.code, word.unread.detail, word.place)


def quirk(case: Case) -> None:
    """It lies in the file or the folder that is named, or in the working directory."""
    words = case.parsed.positionals
    if words and all(map(ollama_api.is_pull, words)):
        name = ollama.DOWNLOAD.name  # on Ollama's server, which is another program
        case.artefacts[:] = [replace(row, server=name) for row in case.artefacts]
        return
    for given in case.parsed.options.get("--other", ()):
        case.parsed.positionals.append(given.flag)
        leaves(case, given.values[0].text, more=True)
    lists = case.parsed.options.get("--input-file", [])
    if lists or len(case.parsed.options.get("--output", [])) > 1:
        case.parsed.positionals += [given.flag for given in lists]
        leaves(case, None, more=True)
    elif _writes(case):
        _leaves(case)


def _writes(case: Case) -> bool:
    """Whether it writes to a file, and not to its output."""
    output = case.find(Flag("--output", null=False))
    if output is not None:
        return output.text != "-"
    if case.parsed.last("--nowhere") is not None:
        return False
    if case.entry.label == "curl":
        return case.parsed.last("--remote-name") is not None
    # To the working directory: that of the image is none that a volume is for.
    local = [_OF_THIS_POD.fullmatch(word.text) for word in case.parsed.positionals]
    folder = case.parsed.last("--output-dir")
    return not all(local) or folder is not None or case.home is not None


def _leaves(case: Case) -> None:
    folder = case.find(Flag("--output-dir", null=False))
    output = case.find(Flag("--output", null=False))
    base = folder.text if folder is not None else ""
    target = posixpath.join(base, output.text if output is not None else "") or "."
    leaves(case, target, more=len(case.artefacts) < len(case.parsed.positionals))


def _program(name: str, with_value: frozenset[str]) -> Program:
    return Program(name, Fetch(name, with_value), takes_model=True, names=(name,))


SERVER = Server(
    name="http-download",
    commands=(
        _program("curl", known.CURL),
        _program("wget", known.WGET),
        _program("aria2c", known.ARIA2C),
        _program("axel", known.AXEL),
    ),
    image_names=(),
    entrypoints=(),
    tables=(Table("http-download", "0", ()),),
    slots=(Slot(Kind.MODEL, named_by=(Positional(),), each=files),),
    act=Act.FETCH,
    paths_first=False,
    quirk=quirk,
)
