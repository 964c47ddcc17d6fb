"""Which functions a code of Python calls: by its imports, and those that it defines itself."""

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pinfold.inspect.downloads.python_calls import BY_NAME, LOADERS, Loader, loader_of

_PARTS_MAX = 20


@dataclass
class Functions:
    """Names that stand for functions."""

    imports: dict[str, str] = field(default_factory=dict)  # name -> the path of what it stands for
    stars: list[str] = field(default_factory=list)  # packages of `import *`
    hides: bool = False  # one of the functions is not what its name says
    modelscope: bool = False
    own: dict[str, ast.FunctionDef] = field(default_factory=dict)  # functions of the code itself
    called: set[int] = field(default_factory=set)  # nodes of functions that are called
    calls: dict[str, list[ast.Call]] = field(default_factory=dict)  # by the bare name
    others: Counter[str] = field(default_factory=Counter)  # how often a name stands elsewhere

    def learn_functions(self, nodes: Sequence[ast.AST]) -> None:
        """Take in imports and definitions, and whether a function is handed on as a value."""
        for node in nodes:
            self._import(node)
            self._define(node)
        self.hides |= any(self._is_handed_on(node) for node in nodes)

    def _import(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    path = alias.name if alias.asname else alias.name.partition(".")[0]
                    self.imports[alias.asname or path] = path
                self._hub_of([alias.name for alias in names])
            case ast.ImportFrom(module=module, names=names):
                self._hub_of([module or ""])
                for alias in names:
                    self._import_from(module or "", alias)
            case ast.Call(func=func):
                self.called.add(id(func))
                if isinstance(func, ast.Name):
                    self.calls.setdefault(func.id, []).append(node)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                self.others[name] += 1

    def _hub_of(self, modules: Sequence[str]) -> None:
        self.modelscope |= any(name.partition(".")[0] == "modelscope" for name in modules)

    def _import_from(self, module: str, alias: ast.alias) -> None:
        name = alias.asname or alias.name
        package = module.partition(".")[0]
        if name == "*":
            self.stars.append(module)
            self.hides |= not any(package in _packages(each) for each in LOADERS)
            return
        self.imports[name] = f"{module}.{alias.name}"
        if alias.name in BY_NAME:
            self.hides |= package not in _packages(alias.name)
        else:
            self.hides |= name in BY_NAME

    def _define(self, node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            self.hides |= node.name in BY_NAME or node.name in self.own
            if isinstance(node, ast.FunctionDef):
                self.own[node.name] = node

    def calls_of(self, name: str) -> Sequence[ast.Call]:
        """The calls of a function; none where it is handed on as a value, or is a method."""
        calls = self.calls.get(name, [])
        return calls if self.others[name] == len(calls) else []

    def qualified(self, function: ast.expr) -> str | None:
        """The path of a function from the package that it is imported of."""
        parts: list[str] = []
        node = function
        for _ in range(_PARTS_MAX):
            match node:
                case ast.Attribute(value=value, attr=name):
                    parts.append(name)
                    node = value
                case ast.Call(func=func):
                    node = func
        path = self.imports.get(node.id) if isinstance(node, ast.Name) else None
        return None if path is None else ".".join((path, *reversed(parts)))

    def loader(self, function: ast.expr) -> Loader | None:
        """What is known of a function that is called."""
        name = name_of(function)
        path = self.qualified(function)
        if path is not None:
            return loader_of(path.rpartition(".")[2], path)
        if isinstance(function, ast.Name):
            if name in self.own:
                return None
            path = next((p for p in self.stars if loader_of(name, f"{p}.{name}")), None)
        return loader_of(name, None if path is None else f"{path}.{name}")

    def is_ours(self, name: str) -> bool:
        """Whether an imported name is a function that is read here."""
        return loader_of(self.imports[name].rpartition(".")[2], self.imports[name]) is not None

    def _is_handed_on(self, node: ast.AST) -> bool:
        """A function as a value: nobody sees what it is called with."""
        if id(node) in self.called or not isinstance(node, ast.Attribute | ast.Name):
            return False
        name = name_of(node)
        last = self.imports.get(name, name).rpartition(".")[2]
        return last in BY_NAME and last[0].islower() and isinstance(node.ctx, ast.Load)


def name_of(node: ast.expr) -> str:
    """The last part of a dotted name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _packages(name: str) -> set[str]:
    """The packages that have a function of that name."""
    return {path.partition(".")[0] for one in LOADERS[name] for path in one.packages}
