"""A package's modules as syntax trees, and where a name in one of them comes from."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

Found = tuple[str, ast.AST]  # the file, and a class, a function or an alias in it


@dataclass
class Source:
    """The package in a folder; modules are parsed when they are asked for."""

    root: Path
    trees: dict[str, ast.Module] = field(default_factory=dict)

    def module(self, path: str) -> ast.Module | None:
        """The tree of a file, None where there is none."""
        if path not in self.trees:
            file = self.root / path
            if not file.is_file():
                return None
            self.trees[path] = ast.parse(file.read_text(encoding="utf8"))
        return self.trees[path]

    def mentions(self, text: str) -> bool:
        """Whether the module of the parser itself has a text."""
        files = (self.root / "utils/argparse_utils.py", self.root / "utils.py")
        return any(file.is_file() and text in file.read_text(encoding="utf8") for file in files)

    def find(self, path: str, name: str, seen: frozenset[str] = frozenset()) -> Found | None:
        """What `name` means in the file at `path`, followed through imports."""
        tree = self.module(path)
        if tree is None or path in seen:
            return None
        for node in ast.walk(tree):
            if (found := _defined(node, name)) is not None:
                return path, found
        for other, original in self._imports(path, tree, name):
            if (hit := self.find(other, original, seen | {path})) is not None:
                return hit
        return None

    def _imports(self, path: str, tree: ast.Module, name: str) -> Iterator[tuple[str, str]]:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (other := self._imported(path, node)):
                for alias in node.names:
                    if (alias.asname or alias.name) == name:
                        yield other, alias.name

    def _imported(self, path: str, node: ast.ImportFrom) -> str | None:
        """The file that `from … import` in the file at `path` names, inside the package."""
        steps = (node.module or "").split(".")
        if node.level:
            return self._file([*path.split("/")[: -node.level], *filter(None, steps)])
        return self._file(steps[1:]) if steps[0] == "vllm" else None

    def _file(self, steps: list[str]) -> str | None:
        base = "/".join(steps)
        for path in (f"{base}.py", f"{base}/__init__.py".lstrip("/")):
            if (self.root / path).is_file():
                return path
        return None


def _defined(node: ast.AST, name: str) -> ast.AST | None:
    """The class, the function or the value, if this statement gives it that name."""
    match node:
        case ast.ClassDef() | ast.FunctionDef() if node.name == name:
            return node
        case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
            return value
        case ast.AnnAssign(target=ast.Name(id=target), value=value) if target == name:
            return value
    return None
