"""LMDeploy: `lmdeploy serve api_server`. Source lines are of 0.18.0 (paths under lmdeploy/)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.dotted import Rules, gather
from pinfold.inspect.dialects.parsed import Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import is_true
from pinfold.inspect.servers.model import Flag, Positional, Program, Server, Slot
from pinfold.inspect.servers.rows import add
from pinfold.inspect.workload import Artefact, Code, Kind, Origin, State

_PLAIN = Plain(most=1)
_DOTTED = Rules(human_numbers=False, lists=False, dashes="--", values_are_read=True)


@dataclass(frozen=True, slots=True)
class Folding:
    """A copy of vLLM's parser: it folds underscores, and knows dotted JSON (cli/utils.py:894)."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        if any(word.many for word in words):
            raise Unclear.because(next(word for word in words if word.many))
        folded = [word.saying(_folded(word.text)) for word in words]
        if any(_is_dotted(word) for word in folded):
            folded, _ = gather(folded, _DOTTED)
        return _PLAIN.read(folded, table, unknown, environment, read_file)


def _folded(text: str) -> str:
    """Dashes for underscores, in the name before its first dot."""
    if not text.startswith("--"):
        return text
    name, equals, value = text.partition("=")
    head, dot, keys = name.partition(".")
    return f"{head.replace('_', '-')}{dot}{keys}{equals}{value}"


def _is_dotted(word: Token) -> bool:
    name = word.text.partition("=")[0]
    return name.startswith("--") and "." in name


def adapters(case: Case, _item: Item) -> Sequence[Item]:
    """`path` alone, or `name=path` each (cli/utils.py:38)."""
    given = case.parsed.last("--adapters")
    words = given.values if given else ()
    for word in words:
        if len(words) > 1 and "=" not in word.text and HOLE not in word.text:
            raise Refuses(f"--adapters: {word.text[:60]!r} has no name", word.place)
    return [_adapter(word) for word in words]


def _adapter(word: Token) -> Item:
    _name, equals, path = word.text.strip().partition("=")
    return Item(path if equals else word.text.strip(), word, word.unread)


_REVISION = Flag("--revision", null=False)
MODEL = Slot(Kind.MODEL, named_by=(Positional(),), pinned_by=(_REVISION,))


def quirk(case: Case) -> None:
    """The model that must be named, the draft, and what is loaded without the revision."""
    model = case.find(Positional())
    if model is None:
        raise Refuses("no model is named", f"{case.container.place}.image")
    draft = case.find(Flag("--speculative-draft-model", null=False))
    if draft is not None and case.find(Flag("--speculative-algorithm", null=False)) is not None:
        add(case, Kind.DRAFT, draft)  # fetched without any revision (cli/utils.py:91)
    given = case.parsed.last("--hf-overrides")
    if given is not None:
        _overrides(case, given.values[-1])
    if is_true(case.environment, "LMDEPLOY_USE_OPENMIND_HUB"):
        place = case.environment.values["LMDEPLOY_USE_OPENMIND_HUB"].place
        case.report(Code.REDIRECT, "LMDEPLOY_USE_OPENMIND_HUB takes names for another hub's", place)
        case.artefacts[:] = [_elsewhere(row) for row in case.artefacts]


def _elsewhere(row: Artefact) -> Artefact:
    """On another hub a commit of this one means nothing."""
    if row.origin is not Origin.HUB:
        return row
    state = State.UNPINNED if row.state is State.PINNED else row.state
    return replace(row, origin=Origin.UNKNOWN, endpoint=None, state=state, pin=None)


def _overrides(case: Case, word: Token) -> None:
    """The code that they name; `None` is no JSON here (cli/utils.py:292)."""
    if word.text in ("", "None"):
        raise Refuses("--hf-overrides holds no JSON", word.place)
    for repository in _code(case.json_of("--hf-overrides")):
        add(case, Kind.CODE, Item(repository, word))


def _code(overrides: object) -> list[str]:
    """The repositories of `auto_map`: `other/repository--module.Class`."""
    found = overrides.get("auto_map") if isinstance(overrides, Mapping) else None
    values = found.values() if isinstance(found, Mapping) else ()
    names = [value for value in values if isinstance(value, str) and "--" in value]
    return list(dict.fromkeys(name.partition("--")[0] for name in names))


SERVE = Program(
    "lmdeploy serve api_server",
    Folding(),
    takes_model=True,
    names=("lmdeploy",),
    words=("serve", "api_server"),
)
SERVER = Server(
    name="lmdeploy",
    commands=(SERVE,),
    image_names=("lmdeploy",),
    entrypoints=(),
    tables=(Table.load("lmdeploy-0.18.0"),),
    slots=(
        MODEL,
        # Only the model follows --revision (cli/entrypoint.py:24-31, pytorch/engine/engine.py:272).
        Slot(Kind.ADAPTER, named_by=(Flag("--adapters", null=False),), each=adapters),
    ),
    hazards={"--trust-remote-code": "trust-remote-code"},
    modelscope="LMDEPLOY_USE_MODELSCOPE",
    folder="/opt/lmdeploy",
    quirk=quirk,
)
