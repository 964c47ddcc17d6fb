"""TGI's inner program: `text-generation-server serve`, and its download of weights.

Source: text-generation-inference 3.3.6, server/text_generation_server/cli.py (typer). A base model
that an adapter's repository names is taken from main, whatever the revision (cli.py:205-215).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects import click
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed, Refuses
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.model import Flag, Positional, Program, Server, Slot, Variable
from pinfold.inspect.servers.tgi import adapters
from pinfold.inspect.workload import Act, Kind


@dataclass(frozen=True, slots=True)
class Typer:
    """One model, and options as click reads them."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        return click.read(words, table, unknown)


def quirk(case: Case) -> None:
    """The model that must be named."""
    if case.find(Positional()) is None:
        raise Refuses("no model is named", f"{case.container.place}.image")


_NAMES = ("text-generation-server",)
_MODEL = Slot(Kind.MODEL, named_by=(Positional(),), pinned_by=(Flag("--revision", null=False),))
SERVE = Program(
    "text-generation-server serve", Typer(), takes_model=True, names=_NAMES, words=("serve",)
)
FETCH = Program(
    "text-generation-server download-weights",
    Typer(),
    takes_model=True,
    names=_NAMES,
    words=("download-weights",),
)
SERVER = Server(
    name="tgi-server",
    commands=(SERVE,),
    image_names=(),
    entrypoints=(),
    tables=(Table.load("tgi-serve-3.3.6"),),
    slots=(
        _MODEL,
        Slot(Kind.ADAPTER, named_by=(Variable("LORA_ADAPTERS"),), each=adapters),
        Slot(Kind.WEIGHTS, named_by=(Variable("WEIGHTS_CACHE_OVERRIDE"),)),
    ),
    hazards={"--trust-remote-code": "trust-remote-code"},
    folder="/usr/src",
    quirk=quirk,
)
DOWNLOAD = Server(
    name="tgi-download",
    commands=(FETCH,),
    image_names=(),
    entrypoints=(),
    tables=(Table.load("tgi-download-3.3.6"),),
    slots=(_MODEL,),
    act=Act.FETCH,
    folder="/usr/src",
    quirk=quirk,
)
