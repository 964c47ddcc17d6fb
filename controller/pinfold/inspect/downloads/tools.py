"""Clients of registries and stores: what is named by words or options, and where it is left.

Sources: oras, crane, skopeo, kit (KitOps), Azure CLI, AWS CLI (s3api), gdown, MLflow, Weights &
Biases, DVC: their own command references. Only what is named as models are is one, unless a server
loads what lies there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Given, Option, Parsed, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.looks import looks_like_a_model
from pinfold.inspect.downloads.target import leaves
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference
from pinfold.inspect.servers.model import Entrypoint, Module, Positional, Program, Server, Slot
from pinfold.inspect.workload import Act, Kind, Origin, Pin, PinForm

_DOUBT = Option(("doubt",), "0")
_TARGET = Option(("target",), "1")
_NAMED = Option(("named",), "1")
_ONLY_SAYS = frozenset({"--help", "-h", "--dry-run", "--version"})

Refer = Callable[[Token], Item]


def of_registry(token: Token) -> Item:
    """An image or an artefact of a registry, pinned by its digest."""
    name, at, digest = token.text.partition("@")
    pin = Pin(PinForm.SUFFIX, f"{name}@", token.place if at else None)
    unread = token.unread if HOLE in token.text else None
    reference = Reference(Origin.OCI, pinnable=True)
    shown = HOLE if unread is not None else name
    return Item(shown, token, unread, "suffix", "", digest or None, pin, reference)


def of_store(origin: Origin) -> Refer:
    """What nothing pins."""

    def item(token: Token) -> Item:
        unread = token.unread if HOLE in token.text else None
        text = HOLE if unread is not None else token.text.partition("?")[0]
        return Item(text, token, unread, reference=Reference(origin, pinnable=False))

    return item


@dataclass(frozen=True, slots=True)
class Tool:
    """One verb of a program: `PROGRAM VERB… WHAT [options]`."""

    verb: str
    refer: Refer
    named: tuple[frozenset[str], ...] = ()  # options that name it together; none: a word
    prefix: str = ""  # of what options name
    strips: str = ""  # before a word that names it; another word is something else
    target: frozenset[str] = field(default_factory=frozenset)
    target_at: int | None = None  # the word that names the target
    with_value: frozenset[str] = field(default_factory=frozenset)
    bare: frozenset[str] = field(default_factory=frozenset)

    def read(
        self,
        words: Sequence[Token],
        table: Table,  # noqa: ARG002
        unknown: Unknown,  # noqa: ARG002
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """What is named, then the other words. Raises Unclear."""
        parsed = Parsed()
        pieces: dict[int, Token] = {}
        rest = list(words)
        while rest:
            word = rest.pop(0)
            if word.many and HOLE in word.text:
                raise Unclear.because(word)
            name, equals, _ = word.text.partition("=")
            if word.text in _ONLY_SAYS:
                return Parsed()
            if not word.text.startswith("-") or word.text == "-":
                parsed.positionals.append(word)
            elif name in self.bare:
                continue
            elif not self._takes(name):
                parsed.add(_DOUBT, Given(word))
            elif equals or rest:
                value = word.cut(len(name) + 1) if equals else rest.pop(0)
                self._keep(name, word, value, pieces, parsed)
        self._name(pieces, parsed)
        return parsed

    def _takes(self, name: str) -> bool:
        return name in self.with_value | self.target or any(name in one for one in self.named)

    def _keep(
        self, name: str, word: Token, value: Token, pieces: dict[int, Token], parsed: Parsed
    ) -> None:
        if name in self.target:
            parsed.add(_TARGET, Given(word, (value,)))
        for index, group in enumerate(self.named):
            if name in group:
                pieces[index] = value

    def _name(self, pieces: dict[int, Token], parsed: Parsed) -> None:
        """Put what options name before the words."""
        words = parsed.positionals
        if self.target_at is not None and len(words) > self.target_at:
            parsed.add(_TARGET, Given(words[self.target_at], (words.pop(self.target_at),)))
        if pieces:
            first = pieces[min(pieces)]
            text = self.prefix + "/".join(pieces[index].text for index in sorted(pieces))
            unread = next((one.unread for one in pieces.values() if one.unread), None)
            token = Token(text, first.place, first.where, first.via, unread)
            words.insert(0, token)

    def items(self, case: Case, _item: Item) -> Sequence[Item]:
        """What is fetched; nothing where the word is something else."""
        word = case.parsed.positionals[0]
        if self.strips and not word.text.startswith(self.strips):
            return ()
        return (self.refer(word.cut(len(self.strips)) if self.strips else word),)

    def quirk(self, case: Case) -> None:
        """It lies in the folder that is named; what is no model by its name may be one."""
        if not case.parsed.positionals:
            return
        target = _target(case)
        named = " ".join(word.text for word in case.parsed.positionals)
        looks = looks_like_a_model(named, target)
        case.possible += [row for row in case.artefacts if row.id and not looks]
        case.artefacts[:] = [row for row in case.artefacts if row not in case.possible]
        if case.parsed.last("doubt") is not None:
            leaves(case, None, more=True)
        elif target != "-":
            states = [str(row.state) for row in (*case.artefacts, *case.possible)]
            leaves(case, target, state=states[0] if states else "unknown")


def _target(case: Case) -> str:
    given = case.parsed.last("target")
    text = given.values[0].text if given is not None else "."
    scheme, colon, path = text.partition(":")
    return path if colon and scheme in ("dir", "oci", "docker-archive", "oci-archive") else text


def tool(
    program: str, *tools: Tool, module: str = "", images: tuple[str, ...] = ()
) -> tuple[Server, ...]:
    """The declarations of a program's verbs; `images` are those whose own command it is."""
    return tuple(_server(program, one, module, images) for one in tools)


def _server(program: str, one: Tool, module: str, images: tuple[str, ...]) -> Server:
    label = f"{program} {one.verb}".strip()
    words = tuple(one.verb.split())
    commands: tuple[Program | Module, ...] = (
        Program(label, one, takes_model=True, names=(program,), words=words),
    )
    if module:
        commands += (Module(label, one, takes_model=True, name=module),)
    entry = Program(label, AfterVerb(one), takes_model=True)
    return Server(
        name=f"{program}-download",
        commands=commands,
        image_names=images,
        entrypoints=(Entrypoint(entry),) if images else (),
        tables=(Table(f"{program}-download", "0", ()),),
        slots=(Slot(Kind.MODEL, named_by=(Positional(),), each=one.items),),
        act=Act.FETCH,
        paths_first=False,
        quirk=one.quirk,
        is_tool=True,
    )


@dataclass(frozen=True, slots=True)
class AfterVerb:
    """What an image whose command is the program is given: its verb comes first."""

    tool: Tool

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Unclear."""
        verb = self.tool.verb.split()
        if [word.text for word in words[: len(verb)]] != verb:
            return Parsed()
        return self.tool.read(words[len(verb) :], table, unknown, environment, read_file)
