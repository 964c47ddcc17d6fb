"""What vLLM loads besides its slots: adapters by list, drafts, remote code.

Source lines are of vllm 0.33.0 (paths under vllm/) unless another version is named.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pinfold.inspect.commands.model import HOLE, Token
from pinfold.inspect.dialects.parsed import Refuses, parse_json
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference, is_repository
from pinfold.inspect.servers.model import Flag, JsonKey, Positional
from pinfold.inspect.servers.rows import add
from pinfold.inspect.servers.vllm_code import hazards
from pinfold.inspect.workload import Kind, Origin

MODEL_NAMES = (Positional(), Flag("--model", null=False))
_SPECULATIVE = "--speculative-config"
HAZARDS = {
    "--trust-remote-code": "trust-remote-code",
    # Their values are import paths, or files of Python (engine/arg_utils.py).
    "--middleware": "import-path",
    "--tool-parser-plugin": "import-path",
    "--reasoning-parser-plugin": "import-path",
    "--io-processor-plugin": "import-path",
    "--worker-extension-cls": "import-path",
    "--scheduler-cls": "import-path",
    "--logits-processors": "import-path",
    "--model-class-overrides": "import-path",
}


# -- values that name several --------------------------------------------------------------------


def lora_modules(case: Case, _item: Item) -> Sequence[Item]:
    """`name=path` or JSON, each word one (entrypoints/common/cli_args.py, LoRAParserAction)."""
    return [item for word in _values(case, "--lora-modules") if (item := _lora(word)) is not None]


def _lora(word: Token) -> Item | None:
    text = word.text
    if text in ("", "None"):
        return None
    if "=" in text and "," not in text:
        return Item(text.partition("=")[2], word, word.unread)
    if word.unread is not None:
        return Item(HOLE, word, word.unread)
    try:
        path = parse_json(text)["path"]
    except (ValueError, TypeError, LookupError) as error:
        raise Refuses(f"--lora-modules: {text[:60]!r} names no adapter", word.place) from error
    return Item(str(path), word)


def prompt_adapters(case: Case, _item: Item) -> Sequence[Item]:
    """`name=path`, each word one (0.8.5 entrypoints/openai/cli_args.py)."""
    words = _values(case, "--prompt-adapters")
    return [Item(word.text.partition("=")[2], word, word.unread) for word in words]


def _values(case: Case, option: str) -> Sequence[Token]:
    given = case.parsed.last(option)
    return given.values if given else ()


def mm_loras(case: Case, item: Item) -> Sequence[Item]:
    """`--default-mm-loras`: a JSON of modality and path (entrypoints/serve/utils/api_utils.py)."""
    paths = _mapping(case.json_of("--default-mm-loras")).values()
    return [Item(path, item.token, item.unread) for path in paths if isinstance(path, str)]


def local_path(_case: Case, item: Item) -> Sequence[Item]:
    """Only ever a file."""
    reference = Reference(Origin.LOCAL, pinnable=False)
    return (Item(item.text, item.token, item.unread, reference=reference),)


def not_builtin(_case: Case, item: Item) -> Sequence[Item]:
    """`auto` and `vllm` load nothing of their own (config/model.py:1825-1853)."""
    return () if item.text in ("auto", "vllm") else (item,)


# -- what no slot says ---------------------------------------------------------------------------


def quirk(case: Case) -> None:
    """Drafts, remote code, and models that --hf-overrides names."""
    _draft(case)
    _remote_code(case)
    hazards(case)
    _overrides(case)


_NO_DRAFT = frozenset({"ngram", "[ngram]", "ngram_gpu", "suffix", "extract_hidden_states"})
_OWN_WEIGHTS = frozenset({"mtp", "dspark"})  # and every older name that ends so


def _draft(case: Case) -> None:
    """The draft never inherits --revision (config/speculative.py:416, 1252-1276, 1406-1422)."""
    named = case.find(JsonKey(_SPECULATIVE, "model"))
    flag = case.find(Flag("--spec-model"))
    if named is not None and flag is not None:
        detail = "--spec-model and the model of --speculative-config exclude each other"
        raise Refuses(detail, flag.token.place)
    how = case.find(JsonKey(_SPECULATIVE, "method")) or case.find(Flag("--spec-method"))
    item = named or flag or _own_weights(case, how)
    if item is None or item.text in _NO_DRAFT or (how is not None and how.text in _NO_DRAFT):
        return
    if _is_import_path(item, how, case):
        case.hazard("import-path", item.token.place, f"speculative model {item.text}")
        return
    by = JsonKey(_SPECULATIVE, "revision")
    add(case, Kind.DRAFT, item, case.find(by), (by,))


def _own_weights(case: Case, how: Item | None) -> Item | None:
    """A method whose draft lies in the model's own repository, loaded without its revision."""
    if how is None or not (how.text in _OWN_WEIGHTS or how.text.endswith("_mtp")):
        return None
    model = case.first(MODEL_NAMES)
    return model and Item(model.text, how.token, model.unread, how.source, how.flag)


def _is_import_path(item: Item, how: Item | None, case: Case) -> bool:
    """A dotted name is a Python class to import (config/speculative.py:1215-1226)."""
    if how is not None:
        return how.text == "custom_class"
    parts = item.text.split(".")
    dotted = len(parts) > 1 and all(part.isidentifier() for part in parts)
    return dotted and case.table.numbers >= (0, 15, 0)


_CODE_REVISION = Flag("--code-revision")


def _remote_code(case: Case) -> None:
    """Code of another repository follows its main branch, unless --code-revision is given.

    Sources: models/registry.py:1273-1312; transformers dynamic_module_utils.py:603-621.
    """
    trust = case.parsed.last("--trust-remote-code")
    if trust is None or trust.off:
        return
    revision = case.find(_CODE_REVISION)
    draft, own = case.find(JsonKey(_SPECULATIVE, "model")), _code_key(case)
    if draft is not None and (of_draft := case.find(own)) is not None:
        item = Item(draft.text, of_draft.token, draft.unread, of_draft.source, of_draft.flag)
        add(case, Kind.CODE, item, of_draft, (own,))
    for word in _values(case, "--hf-overrides")[-1:]:
        for repository in _code_repositories(case.json_of("--hf-overrides")):
            add(case, Kind.CODE, Item(repository, word), revision, (_CODE_REVISION,))
    model = case.first(MODEL_NAMES)
    if revision is not None and model is not None:
        item = Item(model.text, revision.token, model.unread, revision.source, revision.flag)
        add(case, Kind.CODE, item, revision, (_CODE_REVISION,))


def _code_key(case: Case) -> JsonKey:
    """The key of the draft's code: a dash in it is an underscore, and the last of two counts.

    Source: engine/arg_utils.py, create_speculative_config.
    """
    keys = _mapping(case.json_of(_SPECULATIVE))
    spelt = [key for key in keys if key.replace("-", "_") == "code_revision"]
    return JsonKey(_SPECULATIVE, spelt[-1] if spelt else "code_revision")


def _code_repositories(overrides: Any) -> list[str]:
    """The repositories of `auto_map`: `other/repo--module.Class`."""
    flat: list[Any] = []
    for value in _mapping(_mapping(overrides).get("auto_map")).values():
        flat += value if isinstance(value, list) else [value]
    names = [name for name in flat if isinstance(name, str) and "--" in name]
    return list(dict.fromkeys(name.partition("--")[0] for name in names))


_SECONDARY = ("text_model_id", "audio_model_id")  # model_executor/models/ultravox.py:668-692


def _overrides(case: Case) -> None:
    """Models that a model's config names are loaded without any revision."""
    for word in _values(case, "--hf-overrides")[-1:]:
        overrides = _mapping(case.json_of("--hf-overrides"))
        for name in (overrides.get(key) for key in _SECONDARY):
            if isinstance(name, str) and is_repository(name):
                add(case, Kind.WEIGHTS, Item(name, word))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
