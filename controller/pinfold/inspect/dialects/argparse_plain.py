"""Programs that use argparse as it comes: abbreviations, no folding of underscores, last wins."""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed, Refuses
from pinfold.inspect.dialects.python_argparse import Unknown, parse
from pinfold.inspect.dialects.tables import Table


@dataclass(frozen=True, slots=True)
class Plain:
    """`most`: how many positionals it takes; `known_only`: parse_known_args, which ends nothing."""

    most: int = 0
    known_only: bool = False

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        unknown = Unknown.IGNORE if self.known_only else unknown
        parsed = parse(words, table, unknown, most=self.most)
        if self.known_only:
            parsed.unknown.clear()
        elif len(parsed.positionals) > self.most:
            extra = parsed.positionals[self.most]
            raise Refuses(f"{extra.text[:60]!r} is one argument too many", extra.place)
        for name in ("-h", "--help"):
            if (given := parsed.last(name)) is not None:
                raise Refuses("--help only prints a help text", given.flag.place)
        return parsed
