"""`python -c` with `snapshot_download`, `hf_hub_download`, `from_pretrained` and their like.

The code is read by its syntax tree: literal arguments, names that are given literals, variables of
the environment. Each call counts, whether or not a branch reaches it.
"""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.target import leaves
from pinfold.inspect.servers.case import REMOTE_CODE, Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference, is_commit, is_repository
from pinfold.inspect.servers.model import Flag, Program, Server
from pinfold.inspect.servers.rows import add
from pinfold.inspect.workload import Act, Code, Hazard, Kind, Origin, Pin, PinForm

# A function -> the keyword that its first argument also answers to.
_FUNCTIONS = {
    "snapshot_download": "repo_id",
    "hf_hub_download": "repo_id",
    "from_pretrained": "pretrained_model_name_or_path",
    "SentenceTransformer": "model_name_or_path",
    "LLM": "model",
}
_MENTION = re.compile(
    r"\b(?:snapshot_download|hf_hub_download|from_pretrained)\b|\b(?:SentenceTransformer|LLM)\("
)
_PACKAGES = ("huggingface_hub", "modelscope", "sentence_transformers", "vllm")
_DOWNLOADS = ("snapshot_download", "hf_hub_download")
_HIDES = frozenset(
    {"eval", "exec", "compile", "__import__", "system", "Popen", "run", "call", "check_call",
     "check_output", "import_module", "urlretrieve", "getattr", "partial"}
)  # fmt: skip
_LENGTH_MAX = 16 * 1024
_CALLS_MAX = 50
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


@dataclass
class _Code:
    """What the names of a code mean, as far as that can be told."""

    environment: Environment
    names: dict[str, list[str] | None] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=lambda: {name: name for name in _FUNCTIONS})
    hides: bool = False  # one of the functions is not what its name says
    modelscope: bool = False

    def learn(self, tree: ast.AST) -> None:
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=names):
                    self.modelscope |= any(a.name.startswith("modelscope") for a in names)
                case ast.ImportFrom(module=module, names=names):
                    self._import((module or "").partition(".")[0], names)
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    self.hides |= name in _FUNCTIONS
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._bind(target, [value])
                case ast.For(target=target, iter=ast.List(elts=items) | ast.Tuple(elts=items)):
                    self._bind(target, items)
                case ast.Attribute(attr=name, ctx=ast.Store()):
                    self.hides |= name in _FUNCTIONS
                case ast.Name(id=name, ctx=ast.Store()):
                    self.hides |= name in _FUNCTIONS
                    self.names.setdefault(name, None)

    def _import(self, package: str, names: Sequence[ast.alias]) -> None:
        self.modelscope |= package == "modelscope"
        for alias in names:
            name = alias.asname or alias.name
            if alias.name in _FUNCTIONS:
                self.hides |= package not in _PACKAGES
                self.functions[name] = alias.name
            else:
                star = name == "*" and package not in _PACKAGES
                self.hides |= star or name in _FUNCTIONS

    def _bind(self, target: ast.expr, values: Sequence[ast.expr]) -> None:
        if not isinstance(target, ast.Name):
            return
        found = [self.texts(value) for value in values]
        known = target.id not in self.names and all(texts is not None for texts in found)
        self.names[target.id] = [t for texts in found for t in texts or ()] if known else None

    def texts(self, node: ast.expr | None) -> list[str] | None:
        """The values that an expression can have; None where they are not known."""
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.Name(id=name):
                return self.names.get(name)
            case ast.Subscript(
                value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(n))
            ):
                return self._variable(n)
            case ast.Call(
                func=ast.Attribute(attr="getenv" | "get"), args=[ast.Constant(value=str(n)), *_]
            ):
                return self._variable(n)
        return None

    def _variable(self, name: str) -> list[str] | None:
        value = self.environment.told(name)
        return None if value is None or value.unread is not None else [value.text]


def quirk(case: Case) -> None:
    """Each call that loads or fetches. Raises Unclear where the code hides what it does."""
    code = case.parsed.positionals[0]
    tree = _parsed(code)
    scope = _Code(case.environment)
    scope.learn(tree)
    calls = list(_calls(tree, scope, code))
    if scope.hides or not calls or len(calls) > _CALLS_MAX:
        raise Unclear(Code.UNKNOWN_SERVER, "python -c cannot be read yet", code.place)
    for function, call in calls:
        _call(case, scope, function, call, code)


def _parsed(code: Token) -> ast.Module:
    detail = "the code of python -c is not read"
    if len(code.text) > _LENGTH_MAX:
        raise Unclear(Code.TOO_LARGE, detail, code.place)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unclear(Code.UNKNOWN_SERVER, detail, code.place) from error


def _calls(tree: ast.Module, scope: _Code, code: Token) -> Iterator[tuple[str, ast.Call]]:
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


def _call(case: Case, scope: _Code, function: str, call: ast.Call, code: Token) -> None:
    given = {keyword.arg or "**": keyword.value for keyword in call.keywords}
    first = call.args[0] if call.args else given.get(_FUNCTIONS[function])
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


def _revision(scope: _Code, given: Mapping[str, ast.expr], code: Token) -> Item | None:
    node = given.get("revision")
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return None
    texts = scope.texts(node)
    if texts is None or len(texts) != 1:
        raise Unclear(Code.UNKNOWN_SERVER, "a revision in python -c is not known", code.place)
    return Item(texts[0], code, flag="revision")


def _hazard(case: Case, scope: _Code, given: Mapping[str, ast.expr], code: Token) -> None:
    trust = given.get("trust_remote_code")
    if trust is None or (isinstance(trust, ast.Constant) and not trust.value):
        return
    revisions = scope.texts(given.get("code_revision")) or [""]
    pinned = not scope.modelscope and all(map(is_commit, revisions))
    pin = Pin(PinForm.FLAG, "code_revision", None)
    text = "trust_remote_code=True"
    case.hazards.append(Hazard(case.container.name, REMOTE_CODE, code.place, text, pin, pinned))


def _target(case: Case, scope: _Code, given: Mapping[str, ast.expr]) -> None:
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
