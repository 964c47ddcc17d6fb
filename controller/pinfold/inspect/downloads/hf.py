"""`hf download` and `huggingface-cli download`.

Sources: huggingface_hub commands/download.py (0.34.4, argparse), cli/download.py (2.4.0, click).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects import click
from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed, Refuses
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.target import leaves
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference, is_repository
from pinfold.inspect.servers.model import Flag, Positional, Program, Server, Slot
from pinfold.inspect.workload import Act, Kind, Origin, Pin, PinForm

_MOST = 200  # the repository, and files of it
_PLAIN = Plain(most=_MOST)
_CACHE = "/root/.cache/huggingface"


@dataclass(frozen=True, slots=True)
class Download:
    """The command, as the version reads it; `old`: huggingface-cli, gone in 1.0."""

    old: bool = False

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        if table.numbers < (1, 0, 0):
            return _PLAIN.read(words, table, unknown, environment, read_file)
        if self.old:
            raise Refuses("this version has no huggingface-cli", words[0].place if words else "")
        return click.read(words, table, unknown, most=_MOST)


_REVISION = Flag("--revision", null=False)
_OTHER_TYPES = ("dataset", "space", "kernel")


def repositories(case: Case, item: Item) -> Sequence[Item]:
    """The repository, by its name or (2.4) as `hf://org/model@revision/path`."""
    kind = case.find(Flag("--repo-type", null=False))
    dry = case.parsed.last("--dry-run") is not None
    if dry or (kind is not None and kind.text in _OTHER_TYPES):
        return ()
    if item.whole is None:
        return (item,)
    if item.text.startswith("hf://") and case.table.numbers >= (1, 0, 0):
        return _of_uri(item.text.removeprefix("hf://"), item)
    return (_named(item.text, item),)


def _named(name: str, item: Item) -> Item:
    if not is_repository(name):
        raise Refuses(f"{name[:60]!r} is no repository's name", item.token.place)
    return Item(name, item.token, reference=Reference(Origin.HUB, pinnable=True))


def _of_uri(text: str, item: Item) -> Sequence[Item]:
    """Only the first two parts name the repository; @ stands before the revision."""
    parts = text.removeprefix("models/").split("/")
    if parts[0] in ("datasets", "spaces", "kernels", "buckets"):
        return ()
    name, at, revision = "/".join(parts[:2]).partition("@")
    named = _named(name, item)
    pin = Pin(PinForm.SUFFIX, f"hf://{name}@", item.token.place if at else None)
    return (
        Item(named.text, item.token, None, "suffix", "", revision or None, pin, named.reference),
    )


def quirk(case: Case) -> None:
    """A download names a repository, and leaves it in a folder or in the cache."""
    if not case.parsed.positionals:
        raise Refuses("no repository is named", f"{case.container.place}.image")
    folder = case.first((Flag("--local-dir", null=False), Flag("--cache-dir", null=False)))
    if folder is not None:
        leaves(case, HOLE if folder.whole is None else folder.text)
        return
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME"):
        value = case.environment.told(name)
        if value is not None and value.text:
            leaves(case, value.text)
            return
    leaves(case, _CACHE)


HF = Program("hf download", Download(), takes_model=True, names=("hf",), words=("download",))
OLD = Program(
    "huggingface-cli download",
    Download(old=True),
    takes_model=True,
    names=("huggingface-cli",),
    words=("download",),
)
SERVER = Server(
    name="hf-download",
    commands=(HF, OLD),
    image_names=(),
    entrypoints=(),
    tables=tuple(Table.load(f"hf-{version}") for version in ("0.34.4", "2.4.0")),
    slots=(Slot(Kind.MODEL, named_by=(Positional(),), pinned_by=(_REVISION,), each=repositories),),
    act=Act.FETCH,
    paths_first=False,
    quirk=quirk,
)
