"""NVIDIA Dynamo: its vLLM, SGLang and TensorRT-LLM workers.

They fetch the model by a client of their own before the engine starts; that it honours a revision
is not known, so that nothing of the hub counts as pinned.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Option, Parsed, Refuses
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.model import Flag, Module, Server, Slot
from pinfold.inspect.workload import Code, Kind

_PLAIN = Plain(known_only=True)
_MODEL = Flag("--model")


@dataclass(frozen=True, slots=True)
class Worker:
    """Only what names an artefact is read; the engine's other options are left aside."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        folded = [word.saying(_folded(word.text)) for word in words]
        return _PLAIN.read(folded, table, unknown, environment, read_file)


def _folded(text: str) -> str:
    name, equals, value = text.partition("=")
    return f"{name.replace('_', '-')}{equals}{value}" if text.startswith("--") else text


def quirk(case: Case) -> None:
    """The model that must be named, and files that may name another."""
    for name in ("--config", "--extra-engine-args"):
        given = case.parsed.last(name)
        if given is not None:
            detail = f"{given.values[-1].text} can name another model"
            case.report(Code.CONFIGMAP, detail, given.values[-1].place)
    if case.find(_MODEL) is None and not case.opaque:
        raise Refuses("no model is named", f"{case.container.place}.image")


def _options() -> tuple[Option, ...]:
    names = ("--tokenizer", "--tokenizer-path"), ("--config",), ("--extra-engine-args",)
    drafts = ("--speculative-draft-model-path", "--speculative-draft-model")
    model = Option(("--model", "--model-path"), "1")
    trust = Option(("--trust-remote-code",), "0")
    return (model, trust, *(Option(one, "1") for one in (*names, drafts)))


WORKERS = tuple(
    Module(f"dynamo.{name}", Worker(), name=f"dynamo.{name}")
    for name in ("vllm", "sglang", "trtllm")
)
SERVER = Server(
    name="dynamo",
    commands=WORKERS,
    image_names=(),
    entrypoints=(),
    tables=(Table("dynamo", "1.0", _options()),),
    slots=(
        Slot(Kind.MODEL, named_by=(_MODEL,)),
        Slot(Kind.TOKENIZER, named_by=(Flag("--tokenizer"),)),
        Slot(Kind.DRAFT, named_by=(Flag("--speculative-draft-model-path"),)),
    ),
    hazards={"--trust-remote-code": "trust-remote-code"},
    folder="/workspace",
    quirk=quirk,
)
