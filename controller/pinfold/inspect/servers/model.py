"""What a server file declares: how the server is recognised, what it loads, and what pins that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.hub import TRUE, Reference, refer
from pinfold.inspect.workload import Act, Kind

if TYPE_CHECKING:
    from pinfold.inspect.servers.case import Case
    from pinfold.inspect.servers.found import Item

Numbers = tuple[int, int, int]


class Dialect(Protocol):
    """How a family of parsers reads a command line."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,
    ) -> Parsed:
        """The options as the program keeps them. Raises Refuses and Unclear."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A way into a server, and how it reads its command line."""

    label: str
    dialect: Dialect
    takes_model: bool = False  # its positional names the model
    variables: str | None = None  # options can be variables: what stands before the option's name
    tables: tuple[Table, ...] = ()  # its own options, by version; none: those of the server


@dataclass(frozen=True, slots=True)
class Program(Entry):
    """`NAME WORD… arguments`: a program, with the subcommand that loads."""

    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Module(Entry):
    """`python -m NAME arguments`."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Entrypoint:
    """What an image runs when the manifest gives only arguments."""

    entry: Entry
    since: Numbers = (0, 0, 0)
    before: Numbers = (9999, 0, 0)
    tables: tuple[str, ...] = ()  # the versions near it that were read; none: all of them
    when: Callable[[Environment], bool] | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """A value given by an option."""

    name: str
    null: bool = True  # "" and "None" mean none (vLLM's optional_type)


@dataclass(frozen=True, slots=True)
class Positional:
    """The value given without an option, where the entry takes one."""


@dataclass(frozen=True, slots=True)
class JsonKey:
    """A key of the JSON that an option is given."""

    flag: str
    key: str


@dataclass(frozen=True, slots=True)
class Variable:
    """The value of a variable, where no option has that value."""

    name: str


Source = Flag | Positional | JsonKey | Variable


@dataclass(frozen=True, slots=True)
class Inherit:
    """Where nothing names it, it is what another slot names; such an artefact is not listed."""

    slot: "Slot"


Each = Callable[["Case", "Item"], Sequence["Item"]]


@dataclass(frozen=True, slots=True)
class Slot:
    """An artefact that a server loads: what names it, what pins it, what it falls back to."""

    kind: Kind
    named_by: tuple[Source, ...]
    pinned_by: tuple[Source, ...] = ()  # the first that is given counts; none: it can't be pinned
    default: Mapping[str, str] | Inherit | None = None  # by the version of the table
    each: Each | None = None  # takes a value apart that names several, or in another form


@dataclass(frozen=True, slots=True, eq=False)
class Server:
    """A model server."""

    name: str
    commands: tuple[Program | Module, ...]
    image_names: tuple[str, ...]  # how the image's path ends; a * at the end is a prefix
    entrypoints: tuple[Entrypoint, ...]
    tables: tuple[Table, ...]
    slots: tuple[Slot, ...]
    hazards: Mapping[str, str] = field(default_factory=dict)  # option -> hazard
    env_hazards: Mapping[str, str] = field(default_factory=dict)  # variable -> hazard
    code_pin: Flag | None = None  # what pins the code of --trust-remote-code
    redirects: tuple[str, ...] = ()  # variables under which a name means something else
    modelscope: str | None = None  # the variable that switches to another hub
    truths: frozenset[str] = TRUE  # the words that switch it on
    env_names_model: bool = False  # its model can be named by a variable alone
    model_variables: tuple[str, ...] = ()  # whose presence makes any container a suspect
    folder: str | None = None  # the working directory of its images
    act: Act = Act.LOAD
    refer: Callable[[str], Reference] = refer  # what an identifier means to it
    paths_first: bool = True  # a folder of that name comes before the hub's repository
    quirk: "Callable[[Case], None] | None" = None  # what no declaration says
    is_tool: bool = False  # its image does other work as well, so that it makes nobody a suspect
