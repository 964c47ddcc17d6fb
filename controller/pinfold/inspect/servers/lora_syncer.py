"""The sidecar that makes a vLLM server load the adapters of a ConfigMap, by the server's own API.

Source: the Gateway API Inference Extension, tools/dynamic-lora-sidecar/sidecar/sidecar.py: the file
is named by a variable, and vLLM fetches an adapter of the hub without a revision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile, is_unknown, mapping_of_file
from pinfold.inspect.dialects.parsed import Parsed, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.model import Entrypoint, Positional, Program, Server, Slot
from pinfold.inspect.workload import Kind, Where

_VARIABLE = "DYNAMIC_LORA_ROLLOUT_CONFIG"
_DEFAULT = "/config/configmap.yaml"


@dataclass(frozen=True, slots=True)
class Rollout:
    """The adapters stand in a file, and are read as if they were words."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,  # noqa: ARG002
        unknown: Unknown,  # noqa: ARG002
        environment: Environment,
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        file = _file(words, environment)
        if is_unknown(file):
            raise Unclear.because(file)
        config, via = mapping_of_file(file, read_file)
        found = (Token(text, file.place, Where.CONFIG, via) for text in _sources(config))
        return Parsed(positionals=list(found))


def _file(words: Sequence[Token], environment: Environment) -> Token:
    """`--config FILE`, or the variable, or the usual place."""
    for index, word in enumerate(words):
        if word.text.startswith("--config="):
            return word.cut(len("--config="))
        if word.text == "--config" and index + 1 < len(words):
            return words[index + 1]
    value = environment.told(_VARIABLE)
    if value is not None:
        return Token(value.text, value.place, value.where, value.via, value.unread)
    return Token(_DEFAULT, words[0].place if words else "")


def _sources(config: dict[Any, Any]) -> list[str]:
    """vLLMLoRAConfig.ensureExist.models[].source."""
    found: Any = config
    for key in ("vLLMLoRAConfig", "ensureExist", "models"):
        found = found.get(key) if isinstance(found, dict) else None
    models = found if isinstance(found, list) else []
    texts = (model.get("source") for model in models if isinstance(model, dict))
    return [text for text in texts if isinstance(text, str)]


def every(case: Case, _item: Item) -> Sequence[Item]:
    """Each adapter."""
    return [Item(word.text, word) for word in case.parsed.positionals]


ENTRY = Program("lora-syncer", Rollout(), takes_model=True)
SERVER = Server(
    name="lora-syncer",
    commands=(ENTRY,),
    image_names=("lora-syncer",),
    entrypoints=(Entrypoint(ENTRY),),
    tables=(Table("lora-syncer", "1.0", ()),),
    slots=(Slot(Kind.ADAPTER, named_by=(Positional(),), each=every),),
    is_tool=True,
)
