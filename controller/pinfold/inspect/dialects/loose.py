"""Programs of which only what names an artefact is read; their other options are left aside."""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.dotted import Rules, gather
from pinfold.inspect.dialects.parsed import Parsed
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table

_PLAIN = Plain(known_only=True)


@dataclass(frozen=True, slots=True)
class Loose:
    """An underscore in a name is a dash, and dotted pieces are one JSON."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        folded = [word.saying(_folded(word.text)) for word in words]
        if any(_is_dotted(word.text) for word in folded):
            folded, _ = gather(folded, Rules(human_numbers=False))
        return _PLAIN.read(folded, table, unknown, environment, read_file)


def _folded(text: str) -> str:
    """Dashes for underscores, in the name before its first dot."""
    if not text.startswith("--"):
        return text
    name, equals, value = text.partition("=")
    head, dot, keys = name.partition(".")
    return f"{head.replace('_', '-')}{dot}{keys}{equals}{value}"


def _is_dotted(text: str) -> bool:
    return text.startswith("--") and "." in text.partition("=")[0]
