"""The command lines of other hubs: ModelScope's, NVIDIA's, Kaggle's.

Sources: modelscope cli/download.py; the references of `ngc registry model` and `kaggle models`.
Their versions are names, not contents: none of them pins anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Given, Option, Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown, parse
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.copies import words
from pinfold.inspect.downloads.target import leaves
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference
from pinfold.inspect.servers.model import Flag, Positional, Program, Server, Slot
from pinfold.inspect.workload import Act, Kind, Origin

_DOUBT = Option(("doubt",), "0")


# -- ModelScope ----------------------------------------------------------------------------------

_MODEL = Flag("--model", null=False)
_REVISION = Flag("--revision", null=False)
_MODELSCOPE_FOLDERS = ("--local_dir", "--cache_dir")
_MODELSCOPE_CACHE = "/root/.cache/modelscope"
_MODELSCOPE_TABLE = Table(
    "modelscope",
    "1.30",
    (
        Option(("--model",), "1"),
        Option(("--dataset",), "1"),
        Option(("--collection",), "1"),
        Option(("--repo-type",), "1"),
        Option(("--revision",), "1"),
        Option(("--cache_dir",), "1"),
        Option(("--local_dir",), "1"),
        Option(("--include",), "*"),
        Option(("--exclude",), "*"),
        Option(("--source",), "1"),
        Option(("--endpoint",), "1"),
        Option(("--token",), "1"),
        Option(("--max-workers",), "1"),
    ),
)


@dataclass(frozen=True, slots=True)
class Argparse:
    """Argparse, with a repository and files of it as they come."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        return parse(words, table, unknown)


def models(case: Case, item: Item) -> Sequence[Item]:
    """The repository of that name on ModelScope, unless it is one of data."""
    kind = case.find(Flag("--repo-type", null=False))
    data = case.parsed.last("--dataset") or case.parsed.last("--collection")
    if data is not None or (kind is not None and kind.text != "model"):
        return ()
    reference = Reference(Origin.MODELSCOPE, pinnable=True)
    text = HOLE if item.unread is not None else item.text
    return (Item(text, item.token, item.unread, flag=item.flag, reference=reference),)


def modelscope_quirk(case: Case) -> None:
    """It lies in the folder that is named, or in the cache."""
    folder = case.first(tuple(Flag(name, null=False) for name in _MODELSCOPE_FOLDERS))
    named = case.environment.told("MODELSCOPE_CACHE")
    default = named.text if named is not None and named.text else _MODELSCOPE_CACHE
    more = not case.artefacts
    _leaves(case, default if folder is None else folder.text, more=more)


MODELSCOPE = Server(
    name="modelscope-download",
    commands=(
        Program(
            "modelscope download",
            Argparse(),
            takes_model=True,
            names=("modelscope",),
            words=("download",),
        ),
    ),
    image_names=(),
    entrypoints=(),
    tables=(_MODELSCOPE_TABLE,),
    slots=(Slot(Kind.MODEL, named_by=(_MODEL, Positional()), pinned_by=(_REVISION,), each=models),),
    act=Act.FETCH,
    paths_first=False,
    quirk=modelscope_quirk,
)


# -- NGC and Kaggle ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Client:
    """`PROGRAM … WHAT [options]`: what is fetched, and the option that names the folder."""

    origin: Origin
    folder: frozenset[str]
    with_value: frozenset[str]
    bare: frozenset[str]

    def read(
        self,
        words: Sequence[Token],
        table: Table,  # noqa: ARG002
        unknown: Unknown,  # noqa: ARG002
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        parsed = Parsed()
        rest = list(words)
        while rest:
            word = rest.pop(0)
            if word.many:
                raise Unclear.because(word)
            name, equals, _ = word.text.partition("=")
            if not word.text.startswith("-"):
                parsed.positionals.append(word)
            elif name in self.folder | self.with_value:
                value = word.cut(len(name) + 1) if equals else rest.pop(0) if rest else None
                if value is not None and name in self.folder:
                    parsed.add(Option(("folder",), "1"), Given(word, (value,)))
            elif name == "--help":
                raise Refuses("--help only prints a help text", word.place)
            elif name not in self.bare:
                parsed.add(_DOUBT, Given(word))
        return parsed

    def versions(self, _case: Case, item: Item) -> Sequence[Item]:
        """What is named, as it is named."""
        reference = Reference(self.origin, pinnable=False)
        text = HOLE if item.unread is not None else item.text
        return (Item(text, item.token, item.unread, reference=reference),)

    def quirk(self, case: Case) -> None:
        """It lies in the folder that is named, or in the working directory."""
        folder = case.find(Flag("folder", null=False))
        doubt = case.parsed.last("doubt") is not None
        _leaves(case, "." if folder is None else folder.text, more=doubt, anywhere=doubt)


def _leaves(case: Case, folder: str, *, more: bool, anywhere: bool = False) -> None:
    if not case.parsed.positionals and case.artefacts:
        case.parsed.positionals.append(Token("", case.artefacts[0].place))
    leaves(case, None if anywhere else folder, more=more)


def _client(name: str, client: Client, *verbs: str) -> Server:
    commands = tuple(
        Program(
            f"{name} {verb}", client, takes_model=True, names=(name,), words=tuple(verb.split())
        )
        for verb in verbs
    )
    return Server(
        name=f"{name}-download",
        commands=commands,
        image_names=(),
        entrypoints=(),
        tables=(Table(f"{name}-download", "0", ()),),
        slots=(Slot(Kind.MODEL, named_by=(Positional(),), each=client.versions),),
        act=Act.FETCH,
        paths_first=False,
        quirk=client.quirk,
    )


NGC = _client(
    "ngc",
    Client(
        Origin.NGC,
        folder=words("--dest -d"),
        with_value=words("--org --team --ace --format_type --file --exclude"),
        bare=words("--debug -y"),
    ),
    "registry model download-version",
)
KAGGLE = _client(
    "kaggle",
    Client(
        Origin.KAGGLE,
        folder=words("-p --path"),
        with_value=words("-W --proxy"),
        bare=words("--untar --unzip -f --force -q --quiet"),
    ),
    "models instances versions download",
    "models variations versions download",
)
