"""Ollama: its server loads what clients name; `pull` and `run` name a model themselves.

A name has a tag and no digest (types/model/name.go), so that none can be pinned.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects import click
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Option, Parsed
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.dialects.wordless import Wordless
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import HUGGING_FACE, Reference
from pinfold.inspect.servers.model import Entrypoint, Positional, Program, Server, Slot
from pinfold.inspect.workload import Act, Code, Kind, Origin

_HUBS = ("hf.co/", "huggingface.co/")
_SWITCHES = ("--insecure", "--verbose", "--nowordwrap", "--hidethinking", "--truncate")
_VALUES = ("--format", "--keepalive", "--think", "--dimensions")
_TABLE = Table(
    "ollama",
    "0.12",
    (
        *(Option((name,), "0") for name in _SWITCHES),
        *(Option((name,), "1") for name in _VALUES),
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


def name(_case: Case, item: Item) -> Sequence[Item]:
    """`[host/][namespace/]model[:tag]`; of a hub `hf.co/org/repository[:quantisation]`."""
    if HOLE in item.text:
        return (item,)
    hub = next((host for host in _HUBS if item.text.startswith(host)), None)
    if hub is None:
        reference = Reference(Origin.OLLAMA, pinnable=False)
        return (Item(item.text, item.token, reference=reference),)
    reference = Reference(Origin.HUB, pinnable=False)
    text = item.text.removeprefix(hub)
    return (Item(text, item.token, reference=reference, endpoint=HUGGING_FACE),)


def quirk(case: Case) -> None:
    """A server without a model of its own."""
    if case.entry is SERVE:
        detail = "clients name what this server loads"
        case.report(Code.UNKNOWN_SERVER, detail, f"{case.container.place}.image")


SERVE = Program("ollama serve", Wordless(), names=("ollama",), words=("serve",))
RUN = Program("ollama run", Names(), takes_model=True, names=("ollama",), words=("run",))
PULL = Program("ollama pull", Names(), takes_model=True, names=("ollama",), words=("pull",))
_SLOTS = (Slot(Kind.MODEL, named_by=(Positional(),), each=name),)
SERVER = Server(
    name="ollama",
    commands=(SERVE, RUN),
    image_names=("ollama",),
    entrypoints=(Entrypoint(SERVE),),
    tables=(_TABLE,),
    slots=_SLOTS,
    paths_first=False,
    quirk=quirk,
)
DOWNLOAD = Server(
    name="ollama-pull",
    commands=(PULL,),
    image_names=(),
    entrypoints=(),
    tables=(_TABLE,),
    slots=_SLOTS,
    act=Act.FETCH,
    paths_first=False,
)
