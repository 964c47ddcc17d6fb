"""llama.cpp: llama-server and llama-cli. Source lines are of common/ in llama_cpp_python 0.3.36.

The tables bear the versions of llama_cpp_python, which carries the source; its own tags are builds.

A repository is resolved to the commit of its main branch at each start (hf-cache.cpp:225-331); only
an address with a commit in it always means the same file.
"""

import posixpath

from pinfold.inspect.dialects.llama import Llama
from pinfold.inspect.dialects.parsed import Refuses
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.address import of_hub
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference
from pinfold.inspect.servers.model import Entrypoint, Flag, Program, Server
from pinfold.inspect.servers.rows import add
from pinfold.inspect.workload import Code, Kind, Origin

_SETTINGS = "/etc/llama.cpp/config.ini"
_LISTS = (
    ("--lora", Kind.ADAPTER, False),
    ("--lora-scaled", Kind.ADAPTER, True),
    ("--control-vector", Kind.WEIGHTS, False),
    ("--control-vector-scaled", Kind.WEIGHTS, True),
)


def _flag(case: Case, name: str) -> Item | None:
    item = case.find(Flag(name, null=False))
    return item if item is not None and item.text else None


def quirk(case: Case) -> None:
    """What is named, in the order in which one name hides another (arg.cpp:480-500)."""
    _model(case)
    _draft(case)
    _weights(case)
    _settings(case)


def _model(case: Case) -> None:
    found = [
        _repository(case, _flag(case, "--hf-repo")),
        _address(_flag(case, "--model-url")),
        _image(_flag(case, "--docker-repo")),
    ]
    items = [item for item in found if item is not None]
    path, folder = _flag(case, "--model"), _flag(case, "--models-dir")
    if not items:  # else a path is where the download is kept
        items = [_path(item) for item in (path, folder) if item is not None]
    for item in items:
        add(case, Kind.MODEL, item)
    preset = _flag(case, "--models-preset")
    if preset is not None:
        detail = f"{preset.text} names models, and is not read here"
        case.report(Code.CONFIGMAP, detail, preset.token.place)
    elif not items and "--models-dir" not in case.table.by_name:
        raise Refuses("no model is named", f"{case.container.place}.image")
    elif not items:
        detail = "no model is named: clients name what this server loads"
        case.report(Code.UNKNOWN_SERVER, detail, f"{case.container.place}.image")


def _draft(case: Case) -> None:
    old = _flag(case, "--hf-repo-draft"), _flag(case, "--model-draft")
    draft = _repository(case, _flag(case, "--spec-draft-hf") or old[0])
    path = _flag(case, "--spec-draft-model") or old[1]
    if draft is None and path is not None:
        draft = _path(path)
    if draft is not None:
        add(case, Kind.DRAFT, draft)


def _weights(case: Case) -> None:
    """The projector of a multimodal model, adapters, control vectors."""
    address, path = _address(_flag(case, "--mmproj-url")), _flag(case, "--mmproj")
    if address is not None:
        add(case, Kind.WEIGHTS, address)
    elif path is not None:
        add(case, Kind.WEIGHTS, _path(path))
    repository, vocoder = _flag(case, "--hf-repo-v"), _flag(case, "--model-vocoder")  # of old
    if (voice := _repository(case, repository) or (vocoder and _path(vocoder))) is not None:
        add(case, Kind.WEIGHTS, voice)
    for name, kind, scaled in _LISTS:
        for given in case.parsed.options.get(name, ()):
            for part in given.values[0].text.split(","):
                # Older versions take the scale as a word of its own.
                text = part.rpartition(":")[0] if scaled and len(given.values) == 1 else part
                add(case, kind, _path(Item(text, given.values[0], given.values[0].unread)))


def _settings(case: Case) -> None:
    """A config.ini comes before variables and options (common.cpp:1462-1475)."""
    home = case.environment.told("XDG_CONFIG_HOME")
    paths = [_SETTINGS]
    if home is not None and home.text:
        paths.append(posixpath.join(home.text, "llama.cpp/config.ini"))
    for path in paths:
        if case.container.mounts.at(path) is not None:
            detail = f"{path} can set any option, and is not read here"
            case.report(Code.CONFIGMAP, detail, f"{case.container.place}.volumeMounts")


def _repository(case: Case, item: Item | None) -> Item | None:
    """`org/repository[:quantisation]`; MODEL_ENDPOINT comes before HF_ENDPOINT."""
    if item is None:
        return None
    endpoint = case.environment.told("MODEL_ENDPOINT")
    reference = Reference(Origin.HUB, pinnable=False)
    host = endpoint.text.rstrip("/") if endpoint is not None and endpoint.text else None
    return Item(item.text, item.token, item.unread, reference=reference, endpoint=host)


def _address(item: Item | None) -> Item | None:
    return None if item is None else of_hub(item.token, weights_only=False)


def _image(item: Item | None) -> Item | None:
    if item is None:
        return None
    reference = Reference(Origin.OCI, pinnable=False)
    return Item(item.text, item.token, item.unread, reference=reference)


def _path(item: Item) -> Item:
    reference = Reference(Origin.LOCAL, pinnable=False)
    return Item(item.text, item.token, item.unread, reference=reference)


SERVE = Program(
    "llama-server", Llama(), variables="LLAMA_ARG_", names=("llama-server", "llama-cli")
)
TOOLS = Program("tools.sh", Llama(script=True), variables="LLAMA_ARG_", names=("tools.sh",))
SERVER = Server(
    name="llama.cpp",
    commands=(SERVE, TOOLS),
    image_names=("llama.cpp*",),
    entrypoints=(Entrypoint(SERVE), Entrypoint(TOOLS)),
    tables=tuple(Table.load(f"llama.cpp-0.3.{version}") for version in (16, 33, 36)),
    slots=(),
    model_variables=(
        "LLAMA_ARG_MODEL",
        "LLAMA_ARG_HF_REPO",
        "LLAMA_ARG_MODEL_URL",
        "LLAMA_ARG_DOCKER_REPO",
    ),
    env_names_model=True,
    folder="/app",
    paths_first=False,
    quirk=quirk,
)
