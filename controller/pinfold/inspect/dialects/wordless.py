"""Programs of which no word counts: what they load is named elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table


@dataclass(frozen=True, slots=True)
class Wordless:
    """Any words are accepted, and tell nothing."""

    def read(
        self,
        words: Sequence[Token],  # noqa: ARG002
        table: Table,  # noqa: ARG002
        unknown: Unknown,  # noqa: ARG002
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Nothing."""
        return Parsed()
