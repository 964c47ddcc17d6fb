"""One call of Python that loads or fetches: the artefacts that it names, and what pins them."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from pinfold.inspect.commands.model import HOLE, Token, Value
from pinfold.inspect.dialects.parsed import Unclear
from pinfold.inspect.downloads.address import of_hub
from pinfold.inspect.downloads.python_calls import Loader, Other
from pinfold.inspect.downloads.python_functions import name_of
from pinfold.inspect.downloads.python_names import Names
from pinfold.inspect.downloads.python_soft import SoftLoad
from pinfold.inspect.downloads.target import leaves
from pinfold.inspect.servers.case import REMOTE_CODE, Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import HUGGING_FACE, Reference, is_commit, is_true
from pinfold.inspect.servers.model import Flag
from pinfold.inspect.servers.redirected import ENDPOINT
from pinfold.inspect.servers.rows import add
from pinfold.inspect.servers.weights import PICKLE
from pinfold.inspect.workload import Code, Hazard, Kind, Origin, Pin, PinForm, Where

_ENDPOINT = "HF_ENDPOINT"
_OF_HUB = (_ENDPOINT, "HUGGINGFACE_CO_STAGING")
_MODELSCOPES = ("VLLM_USE_MODELSCOPE", "SGLANG_USE_MODELSCOPE")


def settings(case: Case, scope: Names, nodes: Sequence[ast.AST], code: Token) -> None:
    """Variables that the code sets, and `HfApi(endpoint=…)`: which hub answers. Raises Unclear."""
    set_to: dict[str, Value] = {}
    if scope.sets_unknown_variables:
        raise Unclear(Code.UNKNOWN_SERVER, "which variables Python sets is not known", code.place)
    for name in (*_OF_HUB, *_MODELSCOPES):
        for value in scope.variables.get(name, ()):
            set_to[name] = _value(scope.texts(value), name, code)
    for node in nodes:
        if isinstance(node, ast.Call) and name_of(node.func) in ("HfApi", "HfFileSystem"):
            named = [word.value for word in node.keywords if word.arg in ("endpoint", None)]
            for each in (*node.args, *named):
                set_to[_ENDPOINT] = _value(scope.texts(each), _ENDPOINT, code)
    case.environment = case.environment.having(set_to)


def _value(texts: list[str] | None, name: str, code: Token) -> Value:
    if texts is None or len(texts) != 1:
        raise Unclear(Code.UNKNOWN_SERVER, f"{name} in Python is not known", code.place)
    return Value(texts[0], code.place, Where.SHELL)


@dataclass
class Load:
    """A call, and the code that it stands in."""

    case: Case
    scope: Names
    call: ast.Call
    code: Token
    given: dict[str, ast.expr] = field(default_factory=dict)

    def read(self) -> bool:
        """List what it names; whether it is a call of that kind. Raises Unclear."""
        loader = self.scope.loader(self.call.func)
        assert loader is not None
        if loader.soft:
            return SoftLoad(self.case, self.scope, self.call, self.code, loader).read()
        self._take_in(loader)
        self._hard(loader)
        return True

    def _hard(self, loader: Loader) -> None:
        if self.scope.texts(self.given.get("repo_type")) in (["dataset"], ["space"]):
            return
        first, kind = self._first(loader)
        if first is not None or not self._is_object_given(loader):
            self._model(loader, first, kind)
        for other in loader.others:
            self._other(loader, other)
        self._hazard()
        self._target()

    def _take_in(self, loader: Loader) -> None:
        """The arguments by their names."""
        title = name_of(self.call.func)
        starred = any(isinstance(each, ast.Starred) for each in self.call.args)
        if starred or len(self.call.args) > loader.most:
            raise self._unclear(f"the arguments of {title}() are not known")
        for word in self.call.keywords:
            entries = {word.arg: word.value} if word.arg else self.scope.entries(word.value)
            if entries is None:
                raise self._unclear(f"the arguments of {title}() are not known")
            self.given |= entries
        for name in loader.unread:
            if not _is_nothing(self.given.get(name)):
                raise self._unclear(f"what {title}() loads by {name} is not read")

    def _unclear(self, detail: str) -> Unclear:
        return Unclear(Code.UNKNOWN_SERVER, detail, self.code.place)

    # -- what is named ---------------------------------------------------------------------------

    def _first(self, loader: Loader) -> tuple[ast.expr | None, Kind]:
        """The expression that names the model; that of an adapter, if a model stands before it."""
        named = [self.given[name] for name in loader.names if name in self.given]
        words = self.call.args[loader.position : loader.position + 1]
        first = next(iter((*words, *named)), None)
        if words and self.scope.is_object(words[0]):
            rest = (*self.call.args[loader.position + 1 :][:1], *named)
            return next(iter(rest), None), Kind.ADAPTER
        return (None if self.scope.is_object(first) else first), loader.kind

    def _is_object_given(self, loader: Loader) -> bool:
        """Whether what stands in the model's place was loaded, or fetched, before."""
        named = [self.given[name] for name in loader.names if name in self.given]
        words = self.call.args[loader.position : loader.position + 1]
        return any(self.scope.is_object(each) for each in (*words, *named))

    def _model(self, loader: Loader, first: ast.expr | None, kind: Kind) -> None:
        title = name_of(self.call.func)
        if loader.default and _is_nothing(first):
            raise self._unclear(f"{title}() takes a model of its own")
        names = self.scope.texts(first)
        if names is None:
            raise self._unclear(f"what {title}() takes is not known")
        for name in names:
            self._add(loader, name, kind, loader.revision)

    def _other(self, loader: Loader, other: Other) -> None:
        node = self.given.get(other.name)
        if _is_nothing(node) or self.scope.is_object(node):
            return
        names = self.scope.texts(node)
        if names is None:
            raise self._unclear(f"what {name_of(self.call.func)}() takes is not known")
        for name in names:
            self._add(loader, name, other.kind, other.revision)

    def _add(self, loader: Loader, name: str, kind: Kind, by: str | None) -> None:
        if name.startswith(("http://", "https://")):
            found = of_hub(self.code.saying(name), weights_only=False)
            assert found is not None
            add(self.case, kind, found)
            return
        reference = loader.refer(name)
        if self._uses_modelscope(loader) and reference.origin is Origin.HUB:
            reference = Reference(Origin.MODELSCOPE, pinnable=False)
        endpoint = self._endpoint()
        item = Item(name, self.code, flag=by or "", reference=reference, endpoint=endpoint)
        pinned_by = (Flag(by, null=False),) if by is not None else ()
        add(self.case, kind, item, self._revision(loader, by), pinned_by)

    def _uses_modelscope(self, loader: Loader) -> bool:
        name = loader.modelscope
        by_variable = name is not None and is_true(self.case.environment, name)
        return self.scope.modelscope or by_variable

    def _endpoint(self) -> str | None:
        """The hub that the call itself names."""
        node = self.given.get("endpoint")
        if _is_nothing(node):
            return None
        texts = self.scope.texts(node)
        if texts is None or len(texts) != 1:
            raise self._unclear("an endpoint in Python is not known")
        endpoint = texts[0].rstrip("/")
        if endpoint != HUGGING_FACE:
            where = self.case.container.name, ENDPOINT, self.code.place
            self.case.hazards.append(Hazard(*where, f"endpoint={endpoint}"))
        return endpoint

    def _revision(self, loader: Loader, by: str | None) -> Item | None:
        """The revision that pins; one of several is none that is known."""
        inner = self.scope.entries(self.given.get(loader.inner or ""))
        node = (inner or self.given).get(by or "")
        if _is_nothing(node):
            return None
        texts = self.scope.texts(node)
        if texts is None or len(texts) != 1:
            raise self._unclear("a revision in Python is not known")
        return Item(texts[0], self.code, flag=by or "")

    # -- what else is said -----------------------------------------------------------------------

    def _hazard(self) -> None:
        safe = self.given.get("use_safetensors")
        if isinstance(safe, ast.Constant) and safe.value is False:
            self.case.hazard(PICKLE, self.code.place, "use_safetensors=False")
        trust = self.given.get("trust_remote_code")
        if trust is None or (isinstance(trust, ast.Constant) and not trust.value):
            return
        revisions = self.scope.texts(self.given.get("code_revision")) or [""]
        pinned = not self.scope.modelscope and all(map(is_commit, revisions))
        pin = Pin(PinForm.FLAG, "code_revision", None)
        row = Hazard(
            self.case.container.name,
            REMOTE_CODE,
            self.code.place,
            "trust_remote_code=True",
            pin,
            pinned,
        )
        self.case.hazards.append(row)

    def _target(self) -> None:
        names = ("local_dir", "cache_dir", "cache_folder", "download_root", "output_dir")
        folder = next((self.given[name] for name in names if name in self.given), None)
        if not _is_nothing(folder):
            texts = self.scope.texts(folder)
            leaves(self.case, texts[0] if texts is not None and len(texts) == 1 else HOLE)


def _is_nothing(node: ast.expr | None) -> bool:
    """Not given, or None."""
    return node is None or (isinstance(node, ast.Constant) and node.value is None)
