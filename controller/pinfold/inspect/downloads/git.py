"""`git clone` of a hub's repository. Source: git's own documentation, git-clone(1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects import git_options
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.address import HUBS, MODELSCOPES
from pinfold.inspect.downloads.target import leaves
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import HUGGING_FACE, Reference, is_repository
from pinfold.inspect.servers.known import HUB_ADDRESS
from pinfold.inspect.servers.model import Entrypoint, Flag, Positional, Program, Server, Slot
from pinfold.inspect.workload import Act, Code, Kind, Origin, State

_ADDRESS = re.compile(r"(?:https?://|ssh://|git@)(?:[^/@\s]*@)?([^/:\s]+)[/:](.+?)(?:\.git)?/?")


@dataclass(frozen=True, slots=True)
class Clone:
    """`git clone`: options as they are written, an address and a folder."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        return git_options.read(words, table, unknown, most=2)


@dataclass(frozen=True, slots=True)
class Arguments:
    """What an image whose command is git is given."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        texts = [word.text for word in words[:2]]
        skipped = 1 if texts[:1] == ["clone"] else 2 if texts == ["lfs", "clone"] else 0
        if skipped:
            return Clone().read(words[skipped:], table, unknown, environment, read_file)
        address = next((word for word in words if HUB_ADDRESS.search(word.text)), None)
        if address is not None:
            detail = "what git takes from a hub cannot be read yet"
            raise Unclear(Code.UNKNOWN_SERVER, detail, address.place)
        return Parsed()


def repositories(_case: Case, item: Item) -> Sequence[Item]:
    """The hub's repository; anything else is source code, and no model."""
    match = _ADDRESS.fullmatch(item.text)
    if match is None:
        return (item,) if item.whole is None and HOLE in item.text[:1] else ()
    host, name = match[1].lower(), match[2]
    host = host.removeprefix("hf.") if host == "hf.huggingface.co" else host
    if host not in HUBS | MODELSCOPES or name.startswith(("datasets/", "spaces/")):
        return ()
    name = name.removeprefix("models/") if host in MODELSCOPES else name
    origin = Origin.HUB if host in HUBS and is_repository(name) else Origin.MODELSCOPE
    text = HOLE if HOLE in name else name
    endpoint = HUGGING_FACE if host != "hf-mirror.com" else f"https://{host}"
    reference = Reference(origin, pinnable=True)
    return (Item(text, item.token, item.unread, reference=reference, endpoint=endpoint),)


def quirk(case: Case) -> None:
    """It lies in the folder that is named, or in one of the repository's name.

    `--branch` takes no commit: what has the form of one is a branch's name, and can change.
    """
    if case.parsed.last("--revision") is None:
        case.artefacts[:] = [
            replace(row, state=State.UNPINNED) if row.state is State.PINNED else row
            for row in case.artefacts
        ]
    words = case.parsed.positionals
    last = words[-1].text if words else ""
    name = last.rstrip("/").rpartition("/")[2].removesuffix(".git")
    leaves(case, last if len(words) > 1 else name)


CLONE = Program("git clone", Clone(), takes_model=True, names=("git",), words=("clone",))
LFS = Program("git lfs clone", Clone(), takes_model=True, names=("git",), words=("lfs", "clone"))
SERVER = Server(
    name="git-clone",
    commands=(CLONE, LFS),
    image_names=("git",),
    entrypoints=(Entrypoint(Program("git", Arguments(), takes_model=True)),),
    tables=(Table.load("git-clone-2.49"),),
    slots=(
        Slot(
            Kind.MODEL,
            named_by=(Positional(),),
            # --branch takes no commit; --revision (2.49) does, and excludes --branch.
            pinned_by=(Flag("--revision", null=False), Flag("--branch", null=False)),
            each=repositories,
        ),
    ),
    act=Act.FETCH,
    paths_first=False,
    quirk=quirk,
    is_tool=True,
)
