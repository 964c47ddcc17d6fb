"""LocalAI: models by a gallery's name or an address, as words, as a variable, or as JSON.

Nothing of it is pinned for certain: a gallery decides what a name means, and what stands behind the
@ of an address is no revision everywhere. Source: core/cli/run.go, pkg/downloader/uri.go.
"""

from collections.abc import Iterator

from pinfold.inspect.commands.model import HOLE
from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.parsed import Option, parse_json
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import HUGGING_FACE, Reference, is_path
from pinfold.inspect.servers.model import Entrypoint, Flag, Program, Server, Variable
from pinfold.inspect.servers.rows import add
from pinfold.inspect.workload import Code, Kind, Origin

_READ = Plain(known_only=True)
_HUB = ("huggingface://", "hf://", "hf.co/")
_ORIGINS = {
    "ollama": Origin.OLLAMA, "oci": Origin.OCI, "ocifile": Origin.LOCAL, "file": Origin.LOCAL,
    "http": Origin.HTTP, "https": Origin.HTTP, "github": Origin.HTTP,
}  # fmt: skip
_LISTS = (Flag("--models", null=False), Variable("LOCALAI_MODELS"), Variable("MODELS"))
_PRELOADED = (
    Flag("--preload-models", null=False),
    Variable("LOCALAI_PRELOAD_MODELS"),
    Variable("PRELOAD_MODELS"),
)
# Commands that serve no model.
_OTHERS = frozenset(
    {"agent", "agent-worker", "backends", "explorer", "federated", "util", "worker"}
)
_VALUES = (
    "--address", "--api-keys", "--backends-path", "--context-size", "--f16", "--galleries",
    "--log-level", "--models-config-file", "--models-path", "--parallel-requests",
    "--preload-models-config", "--threads", "--upload-limit",
)  # fmt: skip


def quirk(case: Case) -> None:
    """List what is named; where nothing is, clients and galleries name it."""
    words = list(case.parsed.positionals)
    if words and words[0].text in _OTHERS:
        return
    if words and words[0].text == "run":
        words = words[1:]
    items = [Item(word.text, word, word.unread) for word in words]
    for one in (*items, *_listed(case), *_preloaded(case)):
        add(case, Kind.MODEL, _meant(one))
    if not case.artefacts:
        detail = "its galleries, or clients, name what this server loads"
        case.report(Code.UNKNOWN_SERVER, detail, f"{case.container.place}.image")


def _listed(case: Case) -> Iterator[Item]:
    item = case.first(_LISTS)
    if item is not None:
        for text in item.text.split(","):
            if text.strip():
                yield Item(text.strip(), item.token, item.unread)


def _preloaded(case: Case) -> Iterator[Item]:
    """JSON: a list of objects with a `url`, or with the `id` of a gallery's model."""
    item = case.first(_PRELOADED)
    if item is None:
        return
    try:
        models = parse_json(item.text)
    except ValueError:
        models = None
    if not isinstance(models, list):
        code, detail = Code.UNKNOWN_SERVER, "the models to load before it starts are no list"
        if item.unread is not None:
            code, detail = item.unread.code, item.unread.detail
        case.report(code, detail, item.token.place)
        return
    for model in models:
        named = (model.get("url") or model.get("id")) if isinstance(model, dict) else None
        if isinstance(named, str):
            yield Item(named, item.token, item.unread)


def _meant(item: Item) -> Item:
    """An address, or the name that a gallery knows."""
    text, token = item.text, item.token
    if HOLE in text or is_path(text):
        return item
    hub = next((prefix for prefix in _HUB if text.startswith(prefix)), None)
    if hub is not None:
        reference = Reference(Origin.HUB, pinnable=False)
        return Item(text.removeprefix(hub), token, reference=reference, endpoint=HUGGING_FACE)
    scheme, separator, rest = text.partition(":")
    origin = _ORIGINS.get(scheme, Origin.UNKNOWN) if separator else Origin.UNKNOWN
    shown = rest.removeprefix("//") if origin in (Origin.OLLAMA, Origin.OCI, Origin.LOCAL) else text
    return Item(shown, token, reference=Reference(origin, pinnable=False))


RUN = Program("local-ai", _READ, names=("local-ai", "localai"))
INSTALL = Program(
    "local-ai models install", _READ, names=("local-ai", "localai"), words=("models", "install")
)
SERVER = Server(
    name="localai",
    commands=(INSTALL, RUN),
    image_names=("local-ai", "localai"),
    entrypoints=(Entrypoint(RUN),),
    tables=(
        Table(
            "localai",
            "3.0",
            (
                Option(("--models",), "1"),
                Option(("--preload-models",), "1"),
                *(Option((name,), "1") for name in _VALUES),
            ),
        ),
    ),
    slots=(),
    paths_first=False,
    quirk=quirk,
)
