"""Python with `snapshot_download`, `from_pretrained`, `pipeline` and their like.

The code is read by its syntax tree: literal arguments, names that are given literals, variables of
the environment. Each call counts, whether or not a branch reaches it.
"""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.commands.python_starts import start_of
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.looks import is_named_as_models
from pinfold.inspect.downloads.python_arguments import Arguments
from pinfold.inspect.downloads.python_calls import BY_NAME, LOADERS, SOFT
from pinfold.inspect.downloads.python_functions import name_of
from pinfold.inspect.downloads.python_loads import Load, settings
from pinfold.inspect.downloads.python_names import Names
from pinfold.inspect.downloads.target import leaves
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.model import Program, Server
from pinfold.inspect.workload import Act, Code

_BARE = ("snapshot_download", "hf_hub_download", "from_pretrained")
_MENTION = re.compile(
    rf"\b(?:{'|'.join(_BARE)})\b"
    rf"|\b(?:{'|'.join(sorted(BY_NAME))})(?:\(| as\b)"
)
# Others are called as theirs are: only beside the name of a package they are these.
_BESIDE = tuple(
    (package.replace(".", r"(?:\.| import )"), re.compile(rf"\b{name}(?:\(| as\b)"))
    for name in sorted(set(LOADERS) - BY_NAME - SOFT)
    for loader in LOADERS[name]
    for package in loader.packages
)
_PACKAGES = re.compile(rf"\b(?:{'|'.join(sorted({package for package, _ in _BESIDE}))})\b")
# Most of these calls fetch something else: only beside what is named as models are.
_OF_PACKAGE = {"get": r"(?:requests|httpx)\.get", "post": r"(?:requests|httpx)\.post",
               "download": r"wget\.download"}  # fmt: skip
_SOFT = re.compile(rf"\b(?:{'|'.join(_OF_PACKAGE.get(name, name) for name in sorted(SOFT))})\(")
_FILES = re.compile(
    r"/resolve/|/api/pull\b"
    r"|\.(?:gguf|safetensors|bin|pth?|ckpt|onnx|nemo|joblib|pkl|h5|keras)(?![\w.])"
)
_BUCKETS = re.compile(r"\bboto3\b")
_HIDES = frozenset(
    {"__import__", "system", "Popen", "check_call", "check_output", "import_module",
     "getattr", "partial"}
)  # fmt: skip
_HIDES_BARE = frozenset({"eval", "exec", "compile"})  # any model has methods of these names
_HIDES_OF_SUBPROCESS = frozenset({"run", "call"})
# Calls that write nothing to the folder of a model.
_WRITES_NOTHING = frozenset(
    {
        "ArgumentParser", "add_argument", "basicConfig", "bool", "dirname", "exists", "exit",
        "format", "generate", "get", "getLogger", "getenv", "info", "int", "isdir", "isfile",
        "items", "join", "len", "list", "listdir", "login", "makedirs", "parse_args",
        "print", "range", "setdefault", "sleep", "sorted", "split", "str", "strip", "time",
        "warning", "HfApi", "Path", "client", "dict", "enumerate", "resource",
    }
)  # fmt: skip
_LENGTH_MAX = 16 * 1024
_CALLS_MAX = 50
_CHARACTERS = 8  # for a piece of work
_NODES = 3  # of its tree
_NOT_READ = "the code of Python is not read"


def mentions(text: str) -> bool:
    """Whether a text calls something that is read here."""
    if "(" not in text and " as" not in text:
        return any(map(text.__contains__, _BARE)) and bool(_MENTION.search(text))
    if _MENTION.search(text):
        return True
    if _SOFT.search(text) and (
        _FILES.search(text) or (_BUCKETS.search(text) and is_named_as_models(text))
    ):
        return True
    named = _PACKAGES.search(text) is not None
    return named and any(name.search(text) and re.search(p, text) for p, name in _BESIDE)


@dataclass(frozen=True, slots=True)
class Text:
    """The code itself is the first word; those behind it are for its own parser."""

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
        return Parsed(positionals=list(words))


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
    try:
        _read(case, tree, code)
    except RecursionError as error:
        raise Unclear(Code.TOO_LARGE, "the code of Python is too deep", code.place) from error


def _read(case: Case, tree: ast.Module, code: Token) -> None:
    """What is read is listed even where something else is not known: then it is never sure."""
    scope = Names(case.environment, arguments=Arguments(case.parsed.positionals[1:]))
    scope.learn(tree)
    nodes = list(ast.walk(tree))
    problems = [_unread(code)] if scope.hides else []
    problems += (row for node in nodes if (row := _hidden(node, scope, code)) is not None)
    known: set[int] = set()
    try:
        settings(case, scope, nodes, code)
    except Unclear as unclear:
        problems.append(unclear)
    for number, call in enumerate(_calls(tree, scope, _above_calls(nodes, scope))):
        if number >= _CALLS_MAX:
            problems.append(_unread(code))
            break
        try:
            if Load(case, scope, call, code).read():
                known.add(id(call))
        except Unclear as unclear:
            problems.append(unclear)
    case.artefacts[:] = dict.fromkeys(case.artefacts)
    if any(isinstance(node, ast.Call) and not _is_harmless(node, scope, known) for node in nodes):
        leaves(case, None, more=True)
    if problems or not known:
        raise problems[0] if problems else _unread(code)


def _hidden(node: ast.AST, scope: Names, code: Token) -> Unclear | None:
    """Why a node can do anything: run a text, or a program that is not written out."""
    if not isinstance(node, ast.Call) or start_of(node) is not None:
        return None
    name = name_of(node.func)
    if name in _HIDES_OF_SUBPROCESS:
        hides = name not in scope.own and scope.starts_a_program(node.func)
    else:
        hides = name in _HIDES or (name in _HIDES_BARE and isinstance(node.func, ast.Name))
    detail = f"what {name}() does is not read"
    return Unclear(Code.UNKNOWN_SERVER, detail, code.place) if hides else None


def _unread(code: Token) -> Unclear:
    detail = "what this code of Python does cannot be read yet"
    return Unclear(Code.UNKNOWN_SERVER, detail, code.place)


def _is_harmless(call: ast.Call, scope: Names, known: set[int]) -> bool:
    """Whether a call writes nothing, or nothing that was not told."""
    name = name_of(call.func)
    loader = scope.loader(call.func)
    if loader is not None:
        return id(call) in known or loader.soft in ("address", "pull")
    return start_of(call) is not None or name in _WRITES_NOTHING or name in scope.own


def _parsed(code: Token) -> ast.Module:
    if len(code.text) > _LENGTH_MAX:
        raise Unclear(Code.TOO_LARGE, _NOT_READ, code.place)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unclear(Code.UNKNOWN_SERVER, _NOT_READ, code.place) from error


_LOOPS = ast.For | ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def _above_calls(nodes: Sequence[ast.AST], scope: Names) -> set[int]:
    """The nodes that are, or hold, a call that is read; `nodes` as a walk gives them."""
    above: set[int] = set()
    for node in reversed(nodes):
        is_read = isinstance(node, ast.Call) and scope.loader(node.func) is not None
        if is_read or any(id(child) in above for child in ast.iter_child_nodes(node)):
            above.add(id(node))
    return above


def _calls(node: ast.AST, scope: Names, above: set[int]) -> Iterator[ast.Call]:
    """The calls that are read, those in a loop once for each of its rounds."""
    if isinstance(node, ast.Call) and scope.loader(node.func) is not None:
        yield node
    before = scope.local
    for names in _rounds(node, scope):
        scope.local = {**before, **names}
        for child in ast.iter_child_nodes(node):
            if id(child) in above:
                yield from _calls(child, scope, above)
    scope.local = before


def _rounds(node: ast.AST, scope: Names) -> Iterator[dict[str, ast.expr]]:
    if not isinstance(node, _LOOPS):
        yield {}
        return
    loops = [node] if isinstance(node, ast.For) else node.generators
    if len(loops) == 1:
        yield from scope.rounds(loops[0].target, loops[0].iter)
    else:
        yield {}


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
