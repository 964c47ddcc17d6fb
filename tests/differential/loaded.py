"""What vLLM loads with the arguments that its parser has read, written apart from our slots.

The facts are those of vllm 0.33.0 (config/model.py, config/speculative.py, lora/utils.py): an
adapter and a draft know nothing of `--revision`, a tokenizer falls back to it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_COMMIT = re.compile(r"[0-9a-f]{40}")
_PART = r"[a-zA-Z0-9]([\w.-]*[a-zA-Z0-9])?"
_NAME = re.compile(rf"{_PART}(/{_PART})?", re.ASCII)
_CLASS = re.compile(r"[a-zA-Z_]\w*(\.[a-zA-Z_]\w*)+", re.ASCII)
_DEFAULTS = {"0.8.5": "facebook/opt-125m"}
_NONE = (None, "", "None")
_JSON = ("speculative_config", "default_mm_loras", "kv_transfer_config", "compilation_config")


class NotServedError(Exception):
    """The server ends when it makes something of its arguments."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """An artefact, and whether what is loaded under its name can never change."""

    kind: str
    name: str
    is_pinned: bool


def loaded(version: str, entry: str, given: Mapping[str, Any]) -> set[Loaded]:
    """What is loaded. Raises NotServedError."""
    keys = (*_JSON, "hf_overrides") if version == "0.8.5" else _JSON  # else any text will do
    values = {key: _object(key, given.get(key)) for key in keys}
    return set(_of_the_model(version, entry, given)) | set(_of_others(version, given, values))


def _object(key: str, value: Any) -> dict[str, Any]:
    if value in _NONE:
        return {}
    try:
        found = json.loads(value)
    except ValueError as error:
        raise NotServedError(f"{key}: {value}") from error
    return found if isinstance(found, dict) else {}


def _of_the_model(version: str, entry: str, given: Mapping[str, Any]) -> Iterator[Loaded]:
    revision = _text(given, "revision")
    model = given.get("model", _DEFAULTS.get(version, "Qwen/Qwen3-0.6B"))
    if entry == "serve":  # the module ignores it
        model = given.get("model_tag", model)
    yield _row("model", model, revision)
    of_tokenizer = _text(given, "tokenizer_revision")
    tokenizer = _text(given, "tokenizer")
    if tokenizer is not None or of_tokenizer is not None:
        yield _row("tokenizer", tokenizer or model, of_tokenizer or revision)
    if (config := _text(given, "hf_config_path")) is not None:
        yield _row("config", config, revision)
    for key in ("generation_config", "mm_encoder_fp8_scale_path"):
        if (path := _text(given, key)) not in (None, "auto", "vllm"):
            yield _row("config", path, None)


def _of_others(
    version: str, given: Mapping[str, Any], values: Mapping[str, Any]
) -> Iterator[Loaded]:
    for path in _adapters(given, values):
        yield _row("adapter", path, None)
    draft = values["speculative_config"]
    named, flag = draft.get("model"), _text(given, "spec_model")
    if not isinstance(named, str | None) or (named is not None and flag is not None):
        raise NotServedError("no draft, or two")
    name = flag if named is None else named
    is_class = version == "0.33.0" and _CLASS.fullmatch(name or "") is not None
    if name is not None and not is_class:
        yield _row("draft", name, draft.get("revision"))


def _adapters(given: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[str]:
    yield from (_path_of(word) for word in given.get("lora_modules", ()) if word not in _NONE)
    yield from (path for path in values["default_mm_loras"].values() if isinstance(path, str))
    single = (_text(given, key) for key in ("qlora_adapter_name_or_path", "lora_path"))
    yield from (path for path in single if path is not None)
    yield from (word.partition("=")[2] for word in given.get("prompt_adapters", ()))


def _path_of(word: str) -> str:
    if "=" in word and "," not in word:
        return word.partition("=")[2]
    try:
        return str(json.loads(word)["path"])
    except (ValueError, LookupError, TypeError) as error:
        raise NotServedError(word) from error


def _text(given: Mapping[str, Any], key: str) -> str | None:
    value = given.get(key)
    return None if value in _NONE else str(value)


def _row(kind: str, name: Any, revision: str | None) -> Loaded:
    return Loaded(kind, str(name), is_pinned(name, revision))


def is_pinned(name: Any, revision: Any) -> bool:
    """Whether a repository is named, and a full commit of it."""
    is_commit = isinstance(revision, str) and _COMMIT.fullmatch(revision) is not None
    return is_commit and _NAME.fullmatch(str(name)) is not None and name is not None
