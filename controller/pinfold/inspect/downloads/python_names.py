"""What the names in a code of Python mean, as far as that can be told."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from pinfold.inspect.commands.model import Environment

# A function -> the keyword that its first argument also answers to.
FUNCTIONS = {
    "snapshot_download": "repo_id",
    "hf_hub_download": "repo_id",
    "from_pretrained": "pretrained_model_name_or_path",
    "SentenceTransformer": "model_name_or_path",
    "LLM": "model",
}
_PACKAGES = ("huggingface_hub", "modelscope", "sentence_transformers", "vllm")


@dataclass
class Names:
    """What the names of a code mean, as far as that can be told."""

    environment: Environment
    names: dict[str, list[str] | None] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=lambda: {name: name for name in FUNCTIONS})
    hides: bool = False  # one of the functions is not what its name says
    modelscope: bool = False
    own: dict[str, ast.FunctionDef] = field(default_factory=dict)  # functions of the code itself
    bound: set[int] = field(default_factory=set)  # nodes of names whose value was looked at

    def learn(self, tree: ast.AST) -> None:
        """Take in what the code gives names to, and what it calls its own functions with."""
        self._names_of(tree)
        self._shadowed(tree)
        for function in self.own.values():
            self._parameters(function, tree)

    def _names_of(self, tree: ast.AST) -> None:
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=names):
                    self.modelscope |= any(a.name.startswith("modelscope") for a in names)
                case ast.ImportFrom(module=module, names=names):
                    self._import((module or "").partition(".")[0], names)
                case ast.FunctionDef() | ast.ClassDef():
                    self._own(node)
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._bind(target, [value])
                case ast.For(target=target, iter=ast.List(elts=items) | ast.Tuple(elts=items)):
                    self._bind(target, items)
                case ast.Attribute(attr=name, ctx=ast.Store()):
                    self.hides |= name in FUNCTIONS
                case ast.Name(id=name, ctx=ast.Store()):
                    self._stored(name, node)

    def _stored(self, name: str, node: ast.AST) -> None:
        self.hides |= name in FUNCTIONS
        if id(node) not in self.bound:
            self.names[name] = None

    def _shadowed(self, tree: ast.AST) -> None:
        """What else gives a name a value: then nothing is known of it."""
        known = {id(argument) for function in self.own.values() for argument in function.args.args}
        for node in ast.walk(tree):
            match node:
                case ast.arg(arg=name) if id(node) not in known:
                    self.names[name] = None
                case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                    self.names[name] = None

    def _own(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        self.hides |= node.name in FUNCTIONS or node.name in self.own
        if isinstance(node, ast.FunctionDef):
            self.own[node.name] = node

    def _import(self, package: str, names: Sequence[ast.alias]) -> None:
        self.modelscope |= package == "modelscope"
        for alias in names:
            name = alias.asname or alias.name
            if alias.name in FUNCTIONS:
                self.hides |= package not in _PACKAGES
                self.functions[name] = alias.name
            else:
                star = name == "*" and package not in _PACKAGES
                self.hides |= star or name in FUNCTIONS

    def _bind(self, target: ast.expr, values: Sequence[ast.expr]) -> None:
        if not isinstance(target, ast.Name):
            return
        self.bound.add(id(target))
        found = [self.texts(value) for value in values]
        known = target.id not in self.names and all(texts is not None for texts in found)
        self.names[target.id] = [t for texts in found for t in texts or ()] if known else None

    def _parameters(self, function: ast.FunctionDef, tree: ast.AST) -> None:
        """What each parameter is in all calls; not known where one of them is not."""
        spec = function.args
        names = [argument.arg for argument in spec.args]
        found: dict[str, list[str] | None] = {name: [] for name in names}
        for call in _calls_of(function.name, tree) or ():
            given = _given(function, call)
            for name in names:
                texts, before = self.texts(given.get(name)), found[name]
                found[name] = None if texts is None or before is None else [*before, *texts]
        for name in names:
            self.names[name] = None if name in self.names else found.get(name) or None

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
                return self._variable(n, None)
            case ast.Call(func=func, args=[ast.Constant(value=str(n)), *rest]) if _is_getenv(func):
                return self._variable(n, rest[0] if rest else None)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._joined([left, right])
            case ast.JoinedStr(values=values):
                return self._joined(values)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self.texts(value)
        return None

    def _joined(self, nodes: Sequence[ast.expr]) -> list[str] | None:
        """Pieces that each have one value."""
        found = [self.texts(node) for node in nodes]
        if any(texts is None or len(texts) != 1 for texts in found):
            return None
        return ["".join(texts[0] for texts in found if texts)]

    def _variable(self, name: str, default: ast.expr | None) -> list[str] | None:
        value = self.environment.get(name)
        if value is None:
            return self.texts(default)
        return None if value.unread is not None else [value.text]


def _is_getenv(function: ast.expr) -> bool:
    """`os.getenv` and `os.environ.get`; any other `get` is that of a dictionary."""
    match function:
        case ast.Attribute(value=ast.Name(id="os"), attr="getenv"):
            return True
        case ast.Attribute(
            value=ast.Attribute(attr="environ") | ast.Name(id="environ"), attr="get"
        ):
            return True
    return False


def _calls_of(name: str, tree: ast.AST) -> list[ast.Call] | None:
    """The calls of a function; None where it is handed on as a value, or called as a method."""
    calls = []
    others = 0
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=called)) if called == name:
                calls.append(node)
            case ast.Name(id=called) | ast.Attribute(attr=called) if called == name:
                others += 1
    return calls if others == len(calls) else None


def _given(function: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr]:
    """A call's arguments by the names of the parameters; none where their number is not known."""
    names = [argument.arg for argument in function.args.args]
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    if starred or any(keyword.arg is None for keyword in call.keywords):
        return {}
    defaults = zip(reversed(names), reversed(function.args.defaults), strict=False)
    given = dict(defaults) | dict(zip(names, call.args, strict=False))
    return given | {keyword.arg or "": keyword.value for keyword in call.keywords}
