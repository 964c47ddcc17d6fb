"""Ollama: its server loads what clients name; `pull`, `run` and `create` name a model themselves.

A name has a tag and no digest (types/model/name.go), so that none can be pinned. `create` takes the
models of a Modelfile: its FROM, and its ADAPTER.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pinfold.inspect.commands.files import slashed
from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects import click
from pinfold.inspect.dialects.config_file import ReadFile, is_unknown
from pinfold.inspect.dialects.parsed import Given, Option, Parsed, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.dialects.wordless import Wordless
from pinfold.inspect.servers.case import Case, Container
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import HUGGING_FACE, Reference, is_path
from pinfold.inspect.servers.model import Entrypoint, Flag, Positional, Program, Server, Slot
from pinfold.inspect.workload import Act, Artefact, Code, ContainerFacts, Kind, Origin, Where

_HUBS = ("hf.co/", "huggingface.co/")
_SWITCHES = ("--insecure", "--verbose", "--nowordwrap", "--hidethinking", "--truncate")
_VALUES = ("--format", "--keepalive", "--think", "--dimensions")
_CLIENTS = "clients name what this server loads"
_ADAPTER = Option(("ADAPTER",), "1")
_INSTRUCTION = re.compile(r"(from|adapter)[ \t]+(\S.*)", re.IGNORECASE)  # parser/parser.go
_TABLE = Table(
    "ollama",
    "0.12",
    (
        *(Option((name,), "0") for name in _SWITCHES),
        *(Option((name,), "1") for name in _VALUES),
        Option(("--file", "-f"), "1"),
        Option(("--quantize", "-q"), "1"),
    ),
)


@dataclass(frozen=True, slots=True)
class Names:
    """A model's name, and for `run` a prompt behind it."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        return click.read(words, table, unknown, most=200)


@dataclass(frozen=True, slots=True)
class Modelfile:
    """A new model's name, and the file that says what it is made of."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        parsed = click.read(words, table, unknown)
        given = parsed.last("--file")
        file = given.values[0] if given else Token("Modelfile", words[0].place if words else "")
        if is_unknown(file):
            raise Unclear.because(file)
        text, step = read_file(file)
        parsed.positionals.clear()
        for instruction, value in _instructions(text):
            source = _beside(file.text, value)
            token = Token(source, file.place, Where.CONFIG, (*file.via, step))
            if instruction == "from":
                parsed.positionals.append(token)
            else:
                parsed.add(_ADAPTER, Given(token, (token,)))
        return parsed


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        found = _INSTRUCTION.fullmatch(line.strip())
        if found is not None:
            yield found[1].lower(), found[2].strip("\"' \t")


def _beside(file: str, value: str) -> str:
    """A path is taken from the folder of the Modelfile."""
    folder = posixpath.dirname(file)
    is_beside = folder and is_path(value) and not value.startswith(("/", "~"))
    return slashed(posixpath.join(folder, value)) if is_beside else value


def name(_case: Case, item: Item) -> Sequence[Item]:
    """`[host/][namespace/]model[:tag]`; of a hub `hf.co/org/repository[:quantisation]`."""
    if HOLE in item.text or is_path(item.text):
        return (item,)
    hub = next((host for host in _HUBS if item.text.startswith(host)), None)
    if hub is None:
        reference = Reference(Origin.OLLAMA, pinnable=False)
        return (Item(item.text, item.token, reference=reference),)
    reference = Reference(Origin.HUB, pinnable=False)
    text = item.text.removeprefix(hub)
    return (Item(text, item.token, reference=reference, endpoint=HUGGING_FACE),)


def quirk(case: Case) -> None:
    """A server without a model of its own; nobody asks one that ends before the Pod starts."""
    if case.entry is SERVE and not _ends_early(case.container):
        case.report(Code.UNKNOWN_SERVER, _CLIENTS, f"{case.container.place}.image")


def _ends_early(container: Container) -> bool:
    """Whether it is an init container that does not stay."""
    is_init = "initContainers" in container.place.rpartition(".")[2]
    return is_init and container.mounts.container.restart_policy != "Always"


SERVE = Program("ollama serve", Wordless(), names=("ollama",), words=("serve",))
RUN = Program("ollama run", Names(), takes_model=True, names=("ollama",), words=("run",))
PULL = Program("ollama pull", Names(), takes_model=True, names=("ollama",), words=("pull",))
CREATE = Program(
    "ollama create", Modelfile(), takes_model=True, names=("ollama",), words=("create",)
)
_SLOTS = (Slot(Kind.MODEL, named_by=(Positional(),), each=name),)
SERVER = Server(
    name="ollama",
    commands=(SERVE, RUN),
    image_names=("ollama",),
    entrypoints=(Entrypoint(SERVE),),
    tables=(_TABLE,),
    slots=_SLOTS,
    folder="/",
    paths_first=False,
    quirk=quirk,
)
DOWNLOAD = Server(
    name="ollama-pull",
    commands=(PULL, CREATE),
    image_names=(),
    entrypoints=(),
    tables=(_TABLE,),
    slots=(*_SLOTS, Slot(Kind.ADAPTER, named_by=(Flag(_ADAPTER.name),))),
    act=Act.FETCH,
    folder="/",
    paths_first=False,
)


def settled(pod: Sequence[ContainerFacts]) -> list[ContainerFacts]:
    """The facts of a pod; what its server loads is known where one of its containers pulls it."""
    if not any(_is_pull(row) for facts in pod for row in facts.artefacts):
        return list(pod)
    return [
        replace(facts, opaque=tuple(row for row in facts.opaque if row.detail != _CLIENTS))
        if facts.opaque
        else facts
        for facts in pod
    ]


def _is_pull(row: Artefact) -> bool:
    return row.server in (SERVER.name, DOWNLOAD.name) or (
        row.origin is Origin.OLLAMA and row.act is Act.FETCH
    )
