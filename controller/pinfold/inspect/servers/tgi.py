"""Hugging Face Text Generation Inference: its launcher, with every option also a variable.

Source lines are of version 3.3.6 (paths in its repository).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.commands.words import split_text
from pinfold.inspect.dialects import clap
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference
from pinfold.inspect.servers.model import Entrypoint, Flag, Program, Server, Slot
from pinfold.inspect.servers.rows import MOST
from pinfold.inspect.servers.sagemaker import TgiScript
from pinfold.inspect.workload import Code, Kind, Origin, Pin, PinForm


@dataclass(frozen=True, slots=True)
class Launcher:
    """text-generation-launcher; `splits`: started by a script that expands `$@` without quotes."""

    splits: bool = False

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        if self.splits:
            words = [part for word in words for part in split(word)]
        backend = _backend(words, environment) if table.server == "tgi" else table
        parsed = clap.read(words, backend or table, environment, unknown)
        if backend is not None and parsed.last("--model-id") is None:
            place = words[0].place if words else ""
            raise Refuses("--model-id is not given", place)  # no default, as the launcher has one
        return parsed


# The images for TensorRT-LLM and llama.cpp have programs of their own (backends/*/src/main.rs),
# which take the same variables for the model, and one more that names an artefact.
TRTLLM, LLAMACPP = Table.load("tgi-trtllm-3.3.6"), Table.load("tgi-llamacpp-3.3.6")
_TELLING = (("--tokenizer-name", TRTLLM), ("--model-gguf", LLAMACPP))


def _backend(words: Sequence[Token], environment: Environment) -> Table | None:
    """The backend that only takes what is given; None: the launcher of the usual image."""
    names = {word.text.partition("=")[0] for word in words}
    for option, table in _TELLING:
        variable = table.by_name[option].env
        if option in names or (variable and environment.told(variable) is not None):
            return table
    return None


def split(word: Token) -> list[Token]:
    """One word as an unquoted `$@` gives it: split at blanks (tgi-entrypoint.sh:5)."""
    return [
        Token(part.text, word.place, word.where, word.via, part.unread, word.many or part.many)
        for part in split_text(word.text, word.unread)
    ]


_ADAPTER = re.compile(r"([^=@]+)(?:=([^@]+))?(?:@(.+))?")


def adapters(_case: Case, item: Item) -> Sequence[Item]:
    """`id`, `id@rev`, `name=path`, at commas (launcher/src/main.rs:2244-2280, utils/adapter.py)."""
    if item.whole is None:
        return (item,)
    parts = item.text.split(",") if item.text else []
    if len(parts) > MOST:
        raise Unclear(Code.TOO_LARGE, f"more than {MOST} adapters", item.token.place)
    return [_adapter(part.strip(), item) for part in parts]


def _adapter(text: str, item: Item) -> Item:
    match = _ADAPTER.fullmatch(text)
    if match is None or text.count("=") > 1 or text.count("@") > 1:
        raise Refuses(f"--lora-adapters: {text[:60]!r} is no adapter", item.token.place)
    identifier, path, revision = match.groups()
    named = path or identifier
    pin = Pin(PinForm.SUFFIX, f"{named}@", item.token.place if revision else None)
    return Item(named, item.token, item.unread, "suffix", item.flag, revision, pin)


def local_path(_case: Case, item: Item) -> Sequence[Item]:
    """A file, whatever its name looks like."""
    reference = Reference(Origin.LOCAL, pinnable=False)
    return (Item(item.text, item.token, item.unread, reference=reference),)


LAUNCHER = Program(
    "text-generation-launcher", Launcher(), variables="", names=("text-generation-launcher",)
)
ENTRYPOINT = Program(
    "tgi-entrypoint.sh", Launcher(splits=True), variables="", names=("tgi-entrypoint.sh",)
)
BACKEND = Program(
    "text-generation-router-llamacpp",
    Launcher(),
    variables="",
    names=("text-generation-router-llamacpp",),
    tables=(LLAMACPP,),
)
SAGEMAKER = Program("SageMaker", TgiScript(), variables="HF_MODEL_")

SLOTS = (
    Slot(
        Kind.MODEL,
        named_by=(Flag("--model-id", null=False),),
        pinned_by=(Flag("--revision", null=False),),
        default={"3.3.6": "bigscience/bloom-560m"},  # launcher/src/main.rs:583
    ),
    Slot(Kind.ADAPTER, named_by=(Flag("--lora-adapters", null=False),), each=adapters),
    # Of the backends: the model is then a folder of an engine, or only gives the tokenizer.
    Slot(
        Kind.TOKENIZER,
        named_by=(Flag("--tokenizer-name", null=False),),
        pinned_by=(Flag("--revision", null=False),),
    ),
    Slot(Kind.WEIGHTS, named_by=(Flag("--model-gguf", null=False),), each=local_path),
    # Loaded in place of the model's own weights (server utils/hub.py:17,161).
    Slot(Kind.WEIGHTS, named_by=(Flag("--weights-cache-override", null=False),)),
)


def _sets_sagemaker(environment: Environment) -> bool:
    return environment.told("HF_MODEL_ID") is not None


def _sets_nothing(environment: Environment) -> bool:
    return not _sets_sagemaker(environment)


SERVER = Server(
    name="tgi",
    commands=(LAUNCHER, ENTRYPOINT, BACKEND),
    image_names=(
        "text-generation-inference",
        "huggingface-text-generation-inference-*",
        "huggingface-pytorch-tgi-inference",
        "tgi-gaudi",
        "tgi-tpu",
    ),
    entrypoints=(
        # The script came with 2.0; earlier images run the launcher itself.
        Entrypoint(ENTRYPOINT, since=(2, 0, 0), when=_sets_nothing),
        Entrypoint(LAUNCHER, before=(2, 0, 0), when=_sets_nothing),
        Entrypoint(SAGEMAKER, when=_sets_sagemaker),
    ),
    tables=(Table.load("tgi-3.3.6"),),
    slots=SLOTS,
    hazards={"--trust-remote-code": "trust-remote-code"},
    model_variables=("HF_MODEL_ID",),
    env_names_model=True,
    folder="/usr/src",
)
