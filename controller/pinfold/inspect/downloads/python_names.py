"""What the names in a code of Python mean: imports, values, functions of its own."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pinfold.inspect.downloads.python_arguments import Arguments
from pinfold.inspect.downloads.python_calls import BY_NAME
from pinfold.inspect.downloads.python_functions import Functions, name_of
from pinfold.inspect.downloads.python_texts import Uses, Values, is_environ

_CHANGES_VARIABLES = frozenset({"load_dotenv", "unsetenv"})


@dataclass
class Names(Functions, Values):
    """What the names of a code mean, as far as that can be told."""

    local: dict[str, ast.expr] = field(default_factory=dict)  # in the round of a loop
    arguments: Arguments = field(default_factory=Arguments)
    bound: set[int] = field(default_factory=set)  # nodes of names whose value was looked at

    def learn(self, tree: ast.AST) -> None:
        """Take in what the code gives names to, and what it calls its own functions with."""
        self.uses = Uses.of(tree)
        nodes = list(ast.walk(tree))
        self.learn_functions(nodes)
        self.arguments.learn(nodes)
        for node in nodes:
            self._environ(node)
        for node in nodes:
            self._values_of(node)
        self._shadowed(nodes)
        for function in self.own.values():
            self._parameters(function)
        self.hides |= any(self.is_ours(name) for name in self.assigned if name in self.imports)

    # -- values ----------------------------------------------------------------------------------

    def _environ(self, node: ast.AST) -> None:
        """Variables that the code sets."""
        match node:
            case ast.Assign(targets=[ast.Subscript(value=value, slice=key)], value=set_to) if (
                is_environ(value)
            ):
                self._set_variable(key, set_to)
                self.bound.add(id(node.targets[0]))
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if is_environ(value):
                self._method_of_environ(name, node)
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()) if is_environ(value):
                self.changes_variables |= id(node) not in self.bound
            case ast.Call(func=func, args=[key, set_to]) if name_of(func) == "putenv":
                self._set_variable(key, set_to)
            case ast.Call(func=func) if name_of(func) in _CHANGES_VARIABLES:
                self.changes_variables = True
            case ast.AugAssign(target=target) | ast.Assign(targets=[target]) if is_environ(target):
                self.changes_variables = self.sets_unknown_variables = True

    def _method_of_environ(self, name: str, call: ast.Call) -> None:
        match name, call.args, call.keywords:
            case "setdefault", [key, set_to], []:
                self._set_variable(key, set_to)
            case "update", [ast.Dict(keys=keys, values=values)], []:
                for each, value in zip(keys, values, strict=True):
                    self._set_variable(each, value)
            case "update", [], words:
                for word in words:
                    self._set_variable(ast.Constant(word.arg), word.value)
            case "update", _, _:
                self.changes_variables = self.sets_unknown_variables = True
            case "clear" | "pop" | "popitem", _, _:
                self.changes_variables = True

    def _set_variable(self, key: ast.expr | None, value: ast.expr) -> None:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            self.variables.setdefault(key.value, []).append(value)
        else:
            self.changes_variables = self.sets_unknown_variables = True

    def _values_of(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, [value], value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, [value], value)
            case (
                ast.For(target=target, iter=iterated)
                | ast.comprehension(target=target, iter=iterated)
            ):
                items = self.items(iterated)
                if items is not None:
                    self._bind(target, items, None)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                self.hides |= name in BY_NAME
            case ast.Name(id=name, ctx=ast.Store()):
                self._stored(name, node)

    def _stored(self, name: str, node: ast.AST) -> None:
        self.hides |= name in BY_NAME
        if id(node) not in self.bound:
            self.names[name] = None
            self.assigned.setdefault(name, []).append(None)

    def _bind(self, target: ast.expr, values: Sequence[ast.expr], whole: ast.expr | None) -> None:
        if not isinstance(target, ast.Name):
            return
        self.bound.add(id(target))
        found = [self.texts(value) for value in values]
        known = target.id not in self.names and all(texts is not None for texts in found)
        self.names[target.id] = [t for texts in found for t in texts or ()] if known else None
        self.assigned.setdefault(target.id, []).append(whole)

    def _shadowed(self, nodes: Sequence[ast.AST]) -> None:
        """What else gives a name a value: then nothing is known of it."""
        known = {id(argument) for function in self.own.values() for argument in function.args.args}
        for node in nodes:
            match node:
                case ast.arg(arg=name) if id(node) not in known:
                    self.names[name] = None
                case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                    self.names[name] = None

    def _parameters(self, function: ast.FunctionDef) -> None:
        """What each parameter is in all calls; not known where one of them is not."""
        spec = function.args
        names = [argument.arg for argument in spec.args]
        found: dict[str, list[str] | None] = {name: [] for name in names}
        for call in self.calls_of(function.name):
            given = _given(function, call)
            for name in names:
                texts, before = self.texts(given.get(name)), found[name]
                found[name] = None if texts is None or before is None else [*before, *texts]
        for name in names:
            self.names[name] = None if name in self.names else found.get(name) or None

    # -- loops, and what is no text --------------------------------------------------------------

    def texts(self, node: ast.expr | None) -> list[str] | None:
        """The values that an expression can have, in this round of the loops around it."""
        if isinstance(node, ast.Name) and node.id in self.local:
            return super().texts(self.local[node.id])
        if isinstance(node, ast.Attribute) and self._is_parsed(node.value):
            value = self.arguments.value(node.attr)
            return [value] if isinstance(value, str) else super().texts(value)
        return super().texts(node)

    def _is_parsed(self, node: ast.expr) -> bool:
        """Whether a value is what `parse_args()` gave."""
        match self.assigned.get(name_of(node)) if isinstance(node, ast.Name) else None:
            case [ast.Call(func=ast.Attribute(attr="parse_args"), args=[], keywords=[])]:
                return True
        return False

    def entries(self, node: ast.expr | None) -> dict[str, ast.expr] | None:
        """The entries of a dictionary, in this round of the loops around it."""
        if isinstance(node, ast.Name) and node.id in self.local:
            return super().entries(self.local[node.id])
        return super().entries(node)

    def rounds(self, target: ast.expr, iterated: ast.expr) -> Iterator[dict[str, ast.expr]]:
        """The names of each round of a loop; one without names where they are not known."""
        targets = target.elts if isinstance(target, ast.Tuple) else [target]
        names = [each.id for each in targets if isinstance(each, ast.Name)]
        items = self.items(iterated)
        once = all(len(self.assigned.get(name, ())) == 1 for name in names)
        if items is None or len(names) != len(targets) or not once:
            yield {}
            return
        for item in items:
            parts = [item]
            if isinstance(target, ast.Tuple) and isinstance(item, ast.Tuple | ast.List):
                parts = item.elts
            yield dict(zip(names, parts, strict=True)) if len(parts) == len(names) else {}

    def is_object(self, node: ast.expr | None, seen: set[str] | None = None) -> bool:
        """Whether a value is what a function that is read here gave: a model, or its folder."""
        seen = set() if seen is None else seen
        match node:
            case ast.Name(id=name) if name in seen:
                return True  # given what it had before
            case ast.Name(id=name):
                seen.add(name)
                values = self.assigned.get(name, [])
                return bool(values) and all(self.is_object(value, seen) for value in values)
            case ast.Call(func=func):
                if self.loader(func) is not None:
                    return True
                return isinstance(func, ast.Attribute) and self.is_object(func.value, seen)
            case ast.Attribute(value=value):
                return self.is_object(value, seen)
        return False

    def starts_a_program(self, function: ast.expr) -> bool:
        """Whether `run` and its like are those of `subprocess`, as far as that can be told."""
        path = self.qualified(function)
        if path is not None:
            return path.startswith("subprocess.")
        owner = function.value if isinstance(function, ast.Attribute) else function
        values = self.assigned.get(name_of(owner), [])
        return not values or not all(isinstance(value, ast.Call) for value in values)


def _given(function: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr]:
    """A call's arguments by the names of the parameters; none where their number is not known."""
    names = [argument.arg for argument in function.args.args]
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    if starred or any(keyword.arg is None for keyword in call.keywords):
        return {}
    defaults = zip(reversed(names), reversed(function.args.defaults), strict=False)
    given = dict(defaults) | dict(zip(names, call.args, strict=False))
    return given | {keyword.arg or "": keyword.value for keyword in call.keywords}
