"""The downloads that serving platforms bring along: AIBrix's, and kthena's.

Sources: aibrix python/aibrix/aibrix/downloader and envs.py, kthena python/kthena/downloader/app.py
and base.py: an address in a bucket, or else a repository, fetched at HF_REVISION if that is set.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import HOLE, Token
from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.parsed import Option, Refuses
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.target import leaves
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference, is_repository
from pinfold.inspect.servers.model import (
    Entrypoint,
    Flag,
    JsonKey,
    Module,
    Program,
    Server,
    Slot,
    Variable,
)
from pinfold.inspect.workload import Act, Kind, Origin

_VERSION = "0.6.0"


@dataclass(frozen=True, slots=True)
class Fetcher:
    """The options that say what is fetched, how, and whereto."""

    address: str
    settings: str  # is given a JSON, with the revision and the address of the hub
    folder: str
    buckets: Mapping[str, Origin]
    default_folder: str
    folder_variable: str = ""
    hub_prefix: str = ""  # may stand before a repository's name

    def slot(self, default: str | None = None) -> Slot:
        """What it fetches; a revision of the JSON comes before the variable."""
        return Slot(
            Kind.MODEL,
            named_by=(Flag(self.address, null=False),),
            pinned_by=(JsonKey(self.settings, "hf_revision"), Variable("HF_REVISION")),
            default=None if default is None else {_VERSION: default},
            each=self.addresses,
        )

    def addresses(self, case: Case, item: Item) -> Sequence[Item]:
        """A place in a bucket, or a repository of the hub. Raises Refuses and Unclear."""
        scheme, separator, rest = item.text.partition("://")
        origin = self.buckets.get(scheme) if separator else None
        if origin is None:
            return (self._repository(case, item),)
        name = rest if origin is Origin.MODELSCOPE else item.text
        return (Item(name, item.token, item.unread, reference=Reference(origin, pinnable=False)),)

    def _repository(self, case: Case, item: Item) -> Item:
        if item.whole is None:
            return Item(HOLE, item.token, item.unread)
        name = item.text.removeprefix(self.hub_prefix)
        if name.count("/") != 1 or not is_repository(name):
            raise Refuses(f"{item.text[:60]!r} is no repository's name", item.token.place)
        hub = case.find(JsonKey(self.settings, "hf_endpoint"))
        endpoint = None if hub is None else hub.text.replace(HOLE, "…").rstrip("/")
        reference = Reference(Origin.HUB, pinnable=True)
        return Item(name, item.token, item.unread, reference=reference, endpoint=endpoint)

    def quirk(self, case: Case) -> None:
        """It is left in the folder that is named, or below it. Raises Refuses."""
        if not case.artefacts:
            raise Refuses(f"{self.address} is not given", f"{case.container.place}.image")
        folder = case.find(Flag(self.folder, null=False))
        named = case.environment.told(self.folder_variable)
        text = folder.text if folder else named.text if named else self.default_folder
        case.parsed.positionals.append(Token("", case.artefacts[0].place))
        leaves(case, text)


_AIBRIX = Fetcher(
    address="--model-uri",
    settings="--download-extra-config",
    folder="--local-dir",
    buckets={"s3": Origin.S3, "tos": Origin.TOS},
    default_folder="/tmp/aibrix/models",  # noqa: S108 - theirs
    folder_variable="DOWNLOADER_LOCAL_DIR",
)
_KTHENA = Fetcher(
    address="--source",
    settings="--config",
    folder="--output-dir",
    buckets={"s3": Origin.S3, "obs": Origin.UNKNOWN, "pvc": Origin.PVC, "ms": Origin.MODELSCOPE},
    default_folder="/root/downloads",
    hub_prefix="hf://",
)
_HELP = Option(("-h", "--help"), "0")
_KTHENA_ENTRY = Program("kthena downloader", Plain())

AIBRIX = Server(
    name="aibrix-download",
    commands=(
        Program("aibrix_download", Plain(), names=("aibrix_download",)),
        Module("aibrix.downloader", Plain(), name="aibrix.downloader"),
    ),
    image_names=(),
    entrypoints=(),
    tables=(
        Table(
            "aibrix-download",
            _VERSION,
            (
                Option(("--model-uri",), "1"),
                Option(("--local-dir",), "1"),
                Option(("--model-name",), "1"),
                Option(("--enable-progress-bar",), "0"),
                Option(("--download-extra-config",), "1"),
                _HELP,
            ),
        ),
    ),
    slots=(_AIBRIX.slot(default="deepseek-ai/deepseek-coder-6.7b-instruct"),),
    act=Act.FETCH,
    paths_first=False,
    quirk=_AIBRIX.quirk,
)
KTHENA = Server(
    name="kthena-download",
    commands=(_KTHENA_ENTRY,),
    image_names=("kthena/downloader", "volcano-sh/downloader"),
    entrypoints=(Entrypoint(_KTHENA_ENTRY),),
    tables=(
        Table(
            "kthena-download",
            _VERSION,
            (
                Option(("--source", "-s"), "1"),
                Option(("--output-dir", "-o"), "1"),
                Option(("--max-workers", "-w"), "1"),
                Option(("--config", "-c"), "1"),
                _HELP,
            ),
        ),
    ),
    slots=(_KTHENA.slot(),),
    act=Act.FETCH,
    paths_first=False,
    quirk=_KTHENA.quirk,
)
