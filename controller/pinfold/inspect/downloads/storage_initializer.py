"""KServe's storage-initializer: pairs of an address and a folder.

Source: kserve_storage.py:338-405, 791-838, and initializer-entrypoint.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.address import of_uri
from pinfold.inspect.downloads.target import leaves
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.model import Entrypoint, Positional, Program, Server, Slot
from pinfold.inspect.workload import Act, Kind


@dataclass(frozen=True, slots=True)
class Pairs:
    """Words as they come: there are no options."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,  # noqa: ARG002
        unknown: Unknown,  # noqa: ARG002
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        if any(word.many for word in words):
            raise Unclear.because(next(word for word in words if word.many))
        if len(words) < 2 or len(words) % 2:
            raise Refuses("an address and a folder are needed", words[0].place if words else "")
        return Parsed(positionals=list(words))


def addresses(case: Case, _item: Item) -> Sequence[Item]:
    """Every other word."""
    return [_address(word) for word in case.parsed.positionals[::2]]


def _address(word: Token) -> Item:
    if word.unread is not None and "://" not in word.text.partition(HOLE)[0]:
        return Item(HOLE, word, word.unread)
    return of_uri(word)


def quirk(case: Case) -> None:
    """What is fetched lies below the folders; which of several lies in which does not matter."""
    for word in case.parsed.positionals[1::2]:
        leaves(case, word.text)


ENTRY = Program(
    "storage-initializer",
    Pairs(),
    takes_model=True,
    names=("storage-initializer", "initializer-entrypoint"),
)
SERVER = Server(
    name="storage-initializer",
    commands=(ENTRY,),
    image_names=(
        "storage-initializer",
        "kserve-storage-initializer*",
        "odh-kserve-storage-initializer*",
    ),
    entrypoints=(Entrypoint(ENTRY),),
    tables=(Table("storage-initializer", "0.17.0", ()),),
    slots=(Slot(Kind.MODEL, named_by=(Positional(),), each=addresses),),
    act=Act.FETCH,
    paths_first=False,
    quirk=quirk,
)
