"""Calls of Python that mostly fetch something else: `requests.get`, `urlretrieve`, boto3's.

Only an address of weights, an object that is named as models are, and a pull of Ollama's count.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from pinfold.inspect.commands.model import HOLE, Token
from pinfold.inspect.dialects.parsed import Unclear
from pinfold.inspect.downloads.address import of_hub
from pinfold.inspect.downloads.looks import looks_like_a_model
from pinfold.inspect.downloads.python_calls import Loader
from pinfold.inspect.downloads.python_names import Names
from pinfold.inspect.downloads.target import leaves
from pinfold.inspect.servers import ollama, ollama_api
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference
from pinfold.inspect.servers.rows import add
from pinfold.inspect.workload import Code, Kind, Origin


@dataclass
class SoftLoad:
    """Such a call, and the code that it stands in."""

    case: Case
    scope: Names
    call: ast.Call
    code: Token
    loader: Loader
    given: dict[str, ast.expr] = field(default_factory=dict)

    def read(self) -> bool:
        """List what it names; whether that is a model. Raises Unclear where a file is written."""
        self.given = {word.arg: word.value for word in self.call.keywords if word.arg}
        found = self._objects() if self.loader.soft == "object" else self._addresses()
        for item in found:
            add(self.case, Kind.MODEL, item)
        if found and self.loader.target_at is not None:
            target = self._texts("filename", self.loader.target_at) or self._texts("Filename", 9)
            leaves(self.case, target[0] if target and len(target) == 1 else HOLE)
        return bool(found)

    def _texts(self, name: str, position: int) -> list[str] | None:
        words = self.call.args[position : position + 1]
        return self.scope.texts(words[0] if words else self.given.get(name))

    def _known(self, name: str, position: int) -> list[str]:
        texts = self._texts(name, position)
        if texts is None and self.loader.target_at is not None:
            detail = "what is fetched to a file in Python is not known"
            raise Unclear(Code.UNKNOWN_SERVER, detail, self.code.place)
        return texts or []

    def _addresses(self) -> Sequence[Item]:
        found: list[Item] = []
        for text in self._known("url", 0):
            token = self.code.saying(text)
            if self.loader.soft == "pull":
                found += self._pulled() if ollama_api.is_pull(token) else ()
            elif "://" in text and (item := of_hub(token, weights_only=True)) is not None:
                found.append(item)
        return found

    def _pulled(self) -> Sequence[Item]:
        entries = self.scope.entries(self.given.get("json")) or {}
        asked = self.scope.texts(entries.get("model") or entries.get("name")) or []
        return [one for each in asked for one in ollama.name(self.case, Item(each, self.code))]

    def _objects(self) -> Sequence[Item]:
        pairs = [(b, k) for b in self._known("Bucket", 0) for k in self._known("Key", 1)]
        target = next(iter(self._texts("Filename", 2) or ()), "")
        reference = Reference(Origin.S3, pinnable=False)
        named = [name for b, k in pairs if looks_like_a_model(name := f"s3://{b}/{k}", target)]
        return [Item(name, self.code, reference=reference) for name in named]
