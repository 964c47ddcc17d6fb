"""What a command line says of one artefact: a name, its place, and how a revision is written."""

import msgspec

from pinfold.inspect.commands.model import HOLE, Token, Unread
from pinfold.inspect.servers.hub import Reference
from pinfold.inspect.workload import Pin


class Item(msgspec.Struct, frozen=True):
    """A value that names an artefact, or a revision."""

    text: str
    token: Token
    unread: Unread | None = None
    source: str = "flag"  # how it is written: flag, json, dotted, suffix
    flag: str = ""  # the option, for the pin
    revision: str | None = None  # written with the name itself (org/adapter@rev)
    pin: Pin | None = None  # how to write that
    reference: Reference | None = None  # what it refers to, where the form alone does not say
    endpoint: str | None = None  # the hub that answers, where the name itself says it

    @property
    def whole(self) -> str | None:
        """The text; None where a part of it is not known."""
        return None if self.unread is not None and HOLE in self.text else self.text
