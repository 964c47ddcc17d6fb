"""TensorRT-LLM: `trtllm-serve`. Source: tensorrt_llm/commands/serve.py (1.2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects import click
from pinfold.inspect.dialects.config_file import (
    ReadFile,
    as_json,
    as_text,
    is_unknown,
    mapping_of_file,
)
from pinfold.inspect.dialects.parsed import Given, Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.model import Flag, JsonKey, Positional, Program, Server, Slot
from pinfold.inspect.servers.rows import add
from pinfold.inspect.workload import Code, Kind, Where

_COMMANDS = ("serve", "grpc", "mm_embedding_serve")
_REVISION = Flag("--revision", null=False)
_FILE = "--config"
_SPECULATIVE = "speculative_config"


@dataclass(frozen=True, slots=True)
class Group:
    """The first word is a command, or else the model of `serve` (DefaultGroup)."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        command = words[0].text if words else ""
        if words and words[0].unread is None and command.startswith("-"):
            raise Refuses("the model comes first", words[0].place)
        if command.startswith("disaggregated"):
            detail = "the models of a disaggregated server stand in its file"
            raise Unclear(Code.CONFIGMAP, detail, words[0].place)
        if command in _COMMANDS:
            words = words[1:]
        parsed = click.read(words, table, unknown)
        revision = parsed.last(_REVISION.name)
        if command == "mm_embedding_serve" and revision is not None:
            raise Refuses(f"{command} has no --revision", revision.flag.place)
        file = parsed.last(_FILE)
        if file is not None:
            _overlay(file.values[0], parsed, table, read_file)
        return parsed


def _overlay(file: Token, parsed: Parsed, table: Table, read_file: ReadFile) -> None:
    """The file's keys come after the command line: they overwrite it."""
    if is_unknown(file):
        raise Unclear.because(file)
    config, via = mapping_of_file(file, read_file)
    for key, value in config.items():
        is_plain = not isinstance(value, (dict, list))
        text = as_text(value, file) if is_plain else as_json(value, file, str)
        token = Token(text, file.place, Where.CONFIG, via)
        if key == "model":
            parsed.positionals[:] = [token]
            continue
        option = table.by_name.get(f"--{key}")
        name = option.name if option is not None else str(key)
        parsed.options.pop(name, None)
        if value is not None and value is not False:
            parsed.options[name] = [Given(token, (token,))]


def quirk(case: Case) -> None:
    """The model that must be named, and what only the file names."""
    if case.find(Positional()) is None:
        raise Refuses("no model is named", f"{case.container.place}.image")
    draft = case.first(
        (JsonKey(_SPECULATIVE, "speculative_model"), JsonKey(_SPECULATIVE, "speculative_model_dir"))
    )
    if draft is not None:
        add(case, Kind.DRAFT, draft)
    config = case.json_of("lora_config")
    given = case.parsed.last("lora_config")
    folders = config.get("lora_dir") if isinstance(config, dict) else None
    if given is None or not isinstance(folders, list):
        return
    for folder in folders:
        add(case, Kind.ADAPTER, Item(str(folder), given.values[-1]))


SERVE = Program("trtllm-serve", Group(), takes_model=True, names=("trtllm-serve",))
SERVER = Server(
    name="trtllm",
    commands=(SERVE,),
    image_names=("tensorrt-llm", "tensorrt_llm", "tensorrtllm"),
    entrypoints=(),
    tables=(Table.load("trtllm-1.2.0"),),
    slots=(
        Slot(Kind.MODEL, named_by=(Positional(),), pinned_by=(_REVISION,)),
        Slot(Kind.TOKENIZER, named_by=(Flag("--tokenizer", null=False),)),
    ),
    hazards={
        "--trust_remote_code": "trust-remote-code",
        "--custom_tokenizer": "import-path",
        "--custom_module_dirs": "import-path",
    },
    quirk=quirk,
)
