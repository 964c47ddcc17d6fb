"""Python with `snapshot_download`, `hf_hub_download`, `from_pretrained` and their like.

The code is read by its syntax tree: literal arguments, names that are given literals, variables of
the environment. Each call counts, whether or not a branch reaches it.
"""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.python_names import FUNCTIONS, Names
from pinfold.inspect.downloads.target import leaves
from pinfold.inspect.servers.case import REMOTE_CODE, Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference, is_commit, is_repository
from pinfold.inspect.servers.model import Flag, Program, Server
from pinfold.inspect.servers.rows import add
from pinfold.inspect.workload import Act, Code, Hazard, Kind, Origin, Pin, PinForm

_MENTION = re.compile(
    r"\b(?:snapshot_download|hf_hub_download|from_pretrained)\b|\b(?:SentenceTransformer|LLM)\("
)
_DOWNLOADS = ("snapshot_download", "hf_hub_download")
_HIDES = frozenset(
    {"eval", "exec", "compile", "__import__", "system", "Popen", "run", "call", "check_call",
     "check_output", "import_module", "urlretrieve", "getattr", "partial"}
)  # fmt: skip
# Calls that write nothing to the folder of a model.
_WRITES_NOTHING = frozenset(
    {
        "ArgumentParser", "add_argument", "basicConfig", "bool", "dirname", "exists", "exit",
        "format", "generate", "get", "getLogger", "getenv", "info", "int", "isdir", "isfile",
        "items", "join", "len", "list", "listdir", "login", "makedirs", "parse_args",
        "print", "range", "sleep", "sorted", "split", "str", "strip", "time", "warning",
    }
)  # fmt: skip
_LENGTH_MAX = 16 * 1024
_CALLS_MAX = 50
_CHARACTERS = 8  # for a piece of work
_NODES = 3  # of its tree
_NOT_READ = "the code of Python is not read"
_REVISION = Flag("revision", null=False)


def mentions(text: str) -> bool:
    """Whether a text calls something that is read here."""
    return _MENTION.search(text) is not None


@dataclass(frozen=True, slots=True)
class Text:
    """The code itself is the first word; those behind it are its own affair."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,  # noqa: ARG002
        unknown: Unknown,  # noqa: ARG002
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Unclear."""
        code = words[0]
        if code.unread is not None:
            raise Unclear(code.unread.code, code.unread.detail, code.place)
        return Parsed(positionals=[code])


def quirk(case: Case) -> None:
    """Each call that loads or fetches. Raises Unclear where the code hides what it does."""
    code = case.parsed.positionals[0]
    work = case.container.mounts.work
    if not work.spend(len(code.text) // _CHARACTERS):
        raise Unclear(Code.TOO_LARGE, _NOT_READ, code.place)
    tree = _parsed(code)
    nodes = sum(1 for _ in islice(ast.walk(tree), work.left * _NODES + _NODES))
    if not work.spend(nodes // _NODES):
        raise Unclear(Code.TOO_LARGE, _NOT_READ, code.place)
    scope = Names(case.environment)
    scope.learn(tree)
    calls = list(_calls(tree, scope, code))
    if scope.hides or not calls or len(calls) > _CALLS_MAX:
        raise Unclear(
            Code.UNKNOWN_SERVER, "what this code of Python does cannot be read yet", code.place
        )
    more = any(
        isinstance(node, ast.Call) and not _is_harmless(node, scope) for node in ast.walk(tree)
    )
    for function, call in calls:
        _call(case, scope, function, call, code)
    if more:
        leaves(case, None, more=True)


def _is_harmless(call: ast.Call, scope: Names) -> bool:
    name = _name(call.func)
    return name in scope.functions or name in _WRITES_NOTHING or name in scope.own


def _parsed(code: Token) -> ast.Module:
    if len(code.text) > _LENGTH_MAX:
        raise Unclear(Code.TOO_LARGE, _NOT_READ, code.place)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unclear(Code.UNKNOWN_SERVER, _NOT_READ, code.place) from error


def _calls(tree: ast.Module, scope: Names, code: Token) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        if name in _HIDES:
            raise Unclear(Code.UNKNOWN_SERVER, f"what {name}() does is not read", code.place)
        if name in scope.functions:
            yield scope.functions[name], node


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _call(case: Case, scope: Names, function: str, call: ast.Call, code: Token) -> None:
    given = {keyword.arg or "**": keyword.value for keyword in call.keywords}
    first = call.args[0] if call.args else given.get(FUNCTIONS[function])
    if "**" in given or isinstance(first, ast.Starred):
        raise Unclear(
            Code.UNKNOWN_SERVER, f"the arguments of {function}() are not known", code.place
        )
    if scope.texts(given.get("repo_type")) in (["dataset"], ["space"]):
        return
    names = scope.texts(first)
    if names is None:
        raise Unclear(Code.UNKNOWN_SERVER, f"what {function}() takes is not known", code.place)
    revision = _revision(scope, given, code)
    for name in names:
        reference = None
        if scope.modelscope:
            reference = Reference(Origin.MODELSCOPE, pinnable=False)
        elif function in _DOWNLOADS:
            hub = Origin.HUB if is_repository(name) else Origin.UNKNOWN
            reference = Reference(hub, pinnable=hub is Origin.HUB)
        item = Item(name, code, reference=reference, flag="revision")
        add(case, Kind.MODEL, item, revision, (_REVISION,))
    _hazard(case, scope, given, code)
    _target(case, scope, given)


def _revision(scope: Names, given: Mapping[str, ast.expr], code: Token) -> Item | None:
    node = given.get("revision")
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return None
    texts = scope.texts(node)
    if texts is None or len(texts) != 1:
        raise Unclear(Code.UNKNOWN_SERVER, "a revision in Python is not known", code.place)
    return Item(texts[0], code, flag="revision")


def _hazard(case: Case, scope: Names, given: Mapping[str, ast.expr], code: Token) -> None:
    trust = given.get("trust_remote_code")
    if trust is None or (isinstance(trust, ast.Constant) and not trust.value):
        return
    revisions = scope.texts(given.get("code_revision")) or [""]
    pinned = not scope.modelscope and all(map(is_commit, revisions))
    pin = Pin(PinForm.FLAG, "code_revision", None)
    text = "trust_remote_code=True"
    case.hazards.append(Hazard(case.container.name, REMOTE_CODE, code.place, text, pin, pinned))


def _target(case: Case, scope: Names, given: Mapping[str, ast.expr]) -> None:
    folder = given.get("local_dir") or given.get("cache_dir")
    if folder is not None:
        texts = scope.texts(folder)
        leaves(case, texts[0] if texts is not None and len(texts) == 1 else HOLE)


CODE = Program("python -c", Text())
SERVER = Server(
    name="python-download",
    commands=(CODE,),
    image_names=(),
    entrypoints=(),
    tables=(Table("python-download", "0", ()),),
    slots=(),
    act=Act.FETCH,
    quirk=quirk,
)
