"""Programs that fine-tune a model: TRL, LLaMA-Factory, Axolotl.

Their options can stand in a YAML file, of which the command line replaces single keys. Read from
trl 1.16.0 (scripts/, cli/), llamafactory 0.9.5 (hparams/, model/loader.py) and axolotl 0.19.0
(cli/config.py, loaders/).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.config_file import ReadFile, is_unknown, mapping_of_file
from pinfold.inspect.dialects.parsed import Given, Option, Parsed, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.model import Each, Flag, Module, Program, Server, Slot
from pinfold.inspect.workload import Code, Kind, Where

_PLAIN = Plain(known_only=True)
_FILES = (".yaml", ".yml", ".json")
_CONFIG = "--config"
_TRUST = "--trust_remote_code"


@dataclass(frozen=True, slots=True)
class Configured:
    """`option`: what names the file; none: it is the first word that is no option.

    `first`: it is the very first word, and `key=value` behind it replaces a key of it. `exact`:
    an option's name is no longer found by how it begins.
    """

    option: str | None = None
    first: bool = False
    exact: bool = False

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        known = table.by_name if self.exact else None
        folded = [word.saying(_folded(word.text, known)) for word in words]
        parsed = _PLAIN.read(folded, table, unknown, environment, read_file)
        file = self._file(words, parsed)
        if file is None:
            return parsed
        if self.first:
            _replace(words[1:], table, parsed)
        if is_unknown(file):
            raise Unclear.because(file)
        if "://" in file.text:
            detail = f"{file.text[:60]} is fetched at start"
            raise Unclear(Code.SCRIPT_IN_IMAGE, detail, file.place)
        _complete(parsed, table, file, *mapping_of_file(file, read_file))
        return parsed

    def _file(self, words: Sequence[Token], parsed: Parsed) -> Token | None:
        if self.option is not None:
            given = parsed.last(self.option)
            return given.values[-1] if given is not None and given.values else None
        candidates = words[:1] if self.first else parsed.positionals
        return next((word for word in candidates if word.text.endswith(_FILES)), None)


def _folded(text: str, known: Mapping[str, Option] | None) -> str:
    """Underscores for dashes in an option's name; `known`: no other name may mean one of these."""
    if not text.startswith("--"):
        return text
    name, equals, value = text.partition("=")
    name = f"--{name[2:].replace('-', '_')}"
    return f"{name if known is None or name in known else '--_'}{equals}{value}"


def _replace(words: Sequence[Token], table: Table, parsed: Parsed) -> None:
    for word in words:
        key, equals, _value = word.text.partition("=")
        option = table.by_name.get(f"--{key}")
        if equals and option is not None:
            parsed.add(option, Given(word, (word.cut(len(key) + 1),)))


def _complete(
    parsed: Parsed,
    table: Table,
    file: Token,
    config: Mapping[Any, Any],
    via: tuple[str, ...],
) -> None:
    """What the file says, where the command line does not. Raises Unclear."""
    for option in table.options:
        value = config.get(option.name.removeprefix("--"))
        if value is None or value is False or parsed.last(option.name) is not None:
            continue
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        if "${" in text:
            detail = f"{option.name.removeprefix('--')} in {file.text[:60]} names a variable"
            raise Unclear(Code.UNSET_VARIABLE, detail, file.place)
        token = Token(text, file.place, Where.CONFIG, via)
        parsed.add(option, Given(token, () if value is True else (token,)))


def names(_case: Case, item: Item) -> Sequence[Item]:
    """Several, with commas between."""
    parts = [part.strip() for part in item.text.split(",")]
    return [Item(part, item.token.saying(part), item.unread) for part in parts if part]


def _slot(kind: Kind, name: str, pin: str | None = None, each: Each | None = None) -> Slot:
    pinned_by = (Flag(pin),) if pin else ()
    return Slot(kind, named_by=(Flag(name),), pinned_by=pinned_by, each=each)


def _trainer(
    name: str,
    commands: tuple[Program | Module, ...],
    slots: tuple[Slot, ...],
    modelscope: str | None = None,
) -> Server:
    sources = [source for slot in slots for source in (*slot.named_by, *slot.pinned_by)]
    flags = dict.fromkeys(source.name for source in sources if isinstance(source, Flag))
    options = [Option((flag,), "1") for flag in (*flags, _CONFIG)]
    return Server(
        name=name,
        commands=commands,
        image_names=(),
        entrypoints=(),
        tables=(Table(name, "1.0", (*options, Option((_TRUST,), "?"))),),
        slots=slots,
        hazards={_TRUST: "trust-remote-code"},
        modelscope=modelscope,
    )


def _programs(reads: Configured, names: tuple[str, ...], words: str) -> tuple[Program, ...]:
    return tuple(
        Program(f"{names[0]} {word}", reads, names=names, words=(word,)) for word in words.split()
    )


_TRL = Configured(option=_CONFIG)
_FACTORY = Configured(first=True)
_AXOLOTL = Configured(exact=True)
TRL = _trainer(
    "trl",
    (
        *_programs(_TRL, ("trl",), "sft dpo grpo kto reward rloo distillation chat"),
        *(
            Module(f"trl.scripts.{word}", _TRL, name=f"trl.scripts.{word}")
            for word in ("sft", "dpo", "grpo", "kto", "reward", "rloo", "distillation")
        ),
    ),
    (
        _slot(Kind.MODEL, "--model_name_or_path", "--model_revision"),
        _slot(Kind.MODEL, "--teacher_model_name_or_path", "--teacher_model_revision"),
        _slot(Kind.MODEL, "--reward_model_name_or_path"),
    ),
)
TRL_SERVE = _trainer(
    "trl-vllm-serve",
    _programs(_TRL, ("trl",), "vllm-serve"),
    (_slot(Kind.MODEL, "--model", "--revision"),),
)
LLAMA_FACTORY = _trainer(
    "llamafactory",
    _programs(_FACTORY, ("llamafactory-cli", "lmf"), "train export api chat webchat eval"),
    (
        _slot(Kind.MODEL, "--model_name_or_path", "--model_revision"),
        _slot(Kind.ADAPTER, "--adapter_name_or_path", each=names),
        _slot(Kind.MODEL, "--ref_model"),
        _slot(Kind.MODEL, "--reward_model"),
    ),
    modelscope="USE_MODELSCOPE_HUB",
)
AXOLOTL = _trainer(
    "axolotl",
    (
        *_programs(_AXOLOTL, ("axolotl",), "train preprocess evaluate inference merge-lora"),
        *(
            Module(f"axolotl.cli.{word}", _AXOLOTL, name=f"axolotl.cli.{word}")
            for word in ("train", "preprocess", "evaluate", "inference", "merge_lora")
        ),
    ),
    (
        _slot(Kind.MODEL, "--base_model", "--revision_of_model"),
        _slot(Kind.CONFIG, "--base_model_config", "--revision_of_model"),
        _slot(Kind.TOKENIZER, "--tokenizer_config", "--revision_of_model"),
        _slot(Kind.ADAPTER, "--lora_model_dir"),
    ),
)
TRAINERS = (TRL, TRL_SERVE, LLAMA_FACTORY, AXOLOTL)
