"""One LLM configuration of Ray Serve: a model, and the engine's arguments by their Python names.

Source: ray 2.60.0, ray/llm/_internal/serve (core/configs/llm_config.py:84-180, 266-281;
engines/vllm/vllm_models.py).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pinfold.inspect.commands.model import Token, Value
from pinfold.inspect.dialects.config_file import as_json, as_text
from pinfold.inspect.dialects.parsed import Given, Parsed, Refuses
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference
from pinfold.inspect.servers.kserve import code_at_main
from pinfold.inspect.servers.model import Positional
from pinfold.inspect.servers.rows import add, read_slot
from pinfold.inspect.servers.vllm import SLOTS
from pinfold.inspect.servers.vllm_artefacts import HAZARDS
from pinfold.inspect.servers.vllm_artefacts import quirk as of_vllm
from pinfold.inspect.workload import Code, Kind, Origin, PinForm

_REMOTE = {"s3": Origin.S3, "gs": Origin.GCS, "abfss": Origin.AZURE, "azure": Origin.AZURE}
_LOADING = "model_loading_config"


def read_config(case: Case, config: Mapping[Any, Any], tables: tuple[Table, ...]) -> None:
    """List what one configuration loads. Raises Refuses and Unclear."""
    loading = _mapping(config.get(_LOADING))
    token = case.parsed.positionals[0]
    model = _text(loading.get("model_id"), "model_id", token)
    if model is None:
        raise Refuses(f"{_LOADING} has no model_id", token.place)
    source = loading.get("model_source")
    bucket = _mapping(source).get("bucket_uri") if isinstance(source, dict) else None
    name = _text(bucket if isinstance(source, dict) else source, "model_source", token) or model
    one = _engine(case, token.saying(name), _mapping(config.get("engine_kwargs")), tables)
    one.environment = case.environment.having(_variables(config, token))
    scheme, remote, _ = name.partition("://")
    if remote:
        reference = Reference(_REMOTE.get(scheme, Origin.UNKNOWN), pinnable=False)
        add(one, Kind.MODEL, Item(name, token.saying(name), reference=reference))
    _slots(one, with_model=not remote)
    _others(one, config, loading)
    case.artefacts += map(_as_key, one.artefacts)
    case.hazards += one.hazards
    case.opaque += one.opaque


def _slots(case: Case, *, with_model: bool) -> None:
    for slot in SLOTS[0 if with_model else 1 :]:
        read_slot(case, slot)
    if with_model:
        of_vllm(case)
    for option, hazard in HAZARDS.items():
        given = case.parsed.last(option)
        if given is not None and not given.off:
            case.hazard(hazard, given.flag.place)
    trust = case.parsed.last("--trust-remote-code")
    if trust is not None and not trust.off and with_model:
        model = case.find(Positional())
        assert model is not None
        code_at_main(case, model)
    for word in case.parsed.unknown[:1]:
        detail = f"{word.text[:60]} is an argument of no vLLM that is known here"
        case.report(Code.UNKNOWN_SERVER, detail, word.place)


def _others(case: Case, config: Mapping[Any, Any], loading: Mapping[Any, Any]) -> None:
    """A tokenizer of its own, and the folder from which adapters come at run time."""
    token = case.parsed.positionals[0]
    tokenizer = _text(loading.get("tokenizer_source"), "tokenizer_source", token)
    if tokenizer is not None:
        add(case, Kind.TOKENIZER, Item(tokenizer, token.saying(tokenizer)))
    adapters = _mapping(config.get("lora_config")).get("dynamic_lora_loading_path")
    path = _text(adapters, "dynamic_lora_loading_path", token)
    if path is not None:
        reference = Reference(_REMOTE.get(path.partition("://")[0], Origin.UNKNOWN), pinnable=False)
        add(case, Kind.ADAPTER, Item(path, token.saying(path), reference=reference))
    if config.get("server_cls") is not None or config.get("callback_config") is not None:
        case.hazard("import-path", token.place)


def _engine(
    case: Case, model: Token, arguments: Mapping[Any, Any], tables: tuple[Table, ...]
) -> Case:
    """The case of the engine: its arguments as if they were options."""
    parsed = Parsed(positionals=[model])
    newest = tables[-1]
    for key, value in arguments.items():
        flag = f"--{str(key).replace('_', '-')}"
        word = model.saying(str(key))
        if key in ("model", "served_model_name"):
            raise Refuses(f"{key} cannot stand in engine_kwargs", model.place)
        table = next((table for table in reversed(tables) if flag in table.by_name), None)
        if table is None:
            parsed.unknown.append(word)
        elif value is not None:
            name = table.by_name[flag].name
            parsed.options[name] = [Given(word, _values(value, model), off=value is False)]
    entry = replace(case.entry, takes_model=True)
    return Case(case.server, entry, newest, parsed, case.environment, case.folder, case.container)


def _values(value: Any, place: Token) -> tuple[Token, ...]:
    """The words that say a value: none for a switch, one each for the items of a list."""
    if isinstance(value, bool):
        return ()
    items = value if isinstance(value, list) else [value]
    return tuple(place.saying(_word(item, place)) for item in items)


def _word(value: Any, place: Token) -> str:
    is_plain = not isinstance(value, (dict, list))
    return as_text(value, place) if is_plain else as_json(value, place, str)


def _variables(config: Mapping[Any, Any], token: Token) -> dict[str, Value]:
    """The variables of its runtime_env."""
    variables = _mapping(_mapping(config.get("runtime_env")).get("env_vars"))
    return {
        str(name): Value(as_text(value, token), token.place, token.where, token.via)
        for name, value in variables.items()
    }


def _as_key(row: Any) -> Any:
    """Its keys are written with underscores."""
    pin = row.pin
    if pin is None or pin.form is not PinForm.CONFIG_KEY:
        return row
    return replace(row, pin=replace(pin, write=pin.write.replace("-", "_")))


def _text(value: Any, name: str, token: Token) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise Refuses(f"{name} is no text", token.place)


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}
