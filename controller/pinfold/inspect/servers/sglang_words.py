"""What SGLang does to a command line before argparse reads it.

Sources are of sglang 0.5.23: sglang/cli/serve.py, srt/utils/server_args_config_parser.py.
"""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.config_file import (
    ReadFile,
    as_json,
    as_text,
    is_unknown,
    mapping_of_file,
)
from pinfold.inspect.dialects.parsed import Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown, may_be_option
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.workload import Code, Where

PREFIX = "SM_SGLANG_"
_PLAIN = Plain()
_OURS = ("auto", "llm")


@dataclass(frozen=True, slots=True)
class Launch:
    """`python -m sglang.launch_server`."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        if any(word.many for word in words):
            raise Unclear.because(next(word for word in words if word.many))
        if any(word.text == "--config" for word in words) and "--config" in table.by_name:
            words = _configured(words, table, read_file)
        return _PLAIN.read(words, table, unknown, environment, read_file)


@dataclass(frozen=True, slots=True)
class Serve:
    """`sglang serve`: a first word without a dash is the model; --model-type picks the server."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        if table.numbers < (0, 5, 0):
            raise Refuses("this version has no `sglang serve`", words[0].place if words else "")
        words = _without_type(words)
        if words and may_be_option(words[0]):
            raise Unclear.because(words[0])
        takes_model = table.numbers > (0, 5, 5)
        if takes_model and words and not words[0].text.startswith("-"):
            words = [words[0].saying("--model-path"), *words]
        return Launch().read(words, table, unknown, environment, read_file)


def _without_type(words: Sequence[Token]) -> Sequence[Token]:
    """`--model-type TYPE`, the exact word, is taken off; the last of two counts."""
    rest: list[Token] = []
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        name, equals, value = word.text.partition("=")
        if name != "--model-type":
            rest.append(word)
            continue
        if not equals:
            if index == len(words):
                raise Refuses("--model-type needs a value", word.place)
            value = words[index].text
            index += 1
        if value not in _OURS:
            detail = f"what a server of type {value[:60]!r} loads is not read"
            raise Unclear(Code.UNKNOWN_SERVER, detail, word.place)
    return rest


def _configured(words: Sequence[Token], table: Table, read_file: ReadFile) -> Sequence[Token]:
    """`--config FILE`: the file's words come first, so the others win."""
    index = next(i for i, word in enumerate(words) if word.text == "--config")
    if sum(word.text == "--config" for word in words) > 1:
        raise Refuses("more than one --config", words[index].place)
    if index == len(words) - 1:
        raise Refuses("--config needs a file", words[index].place)
    file = words[index + 1]
    if is_unknown(file):
        raise Unclear.because(file)
    if posixpath.splitext(file.text)[1].lower() not in (".yaml", ".yml"):
        raise Refuses(f"{file.text!r} is no .yaml or .yml file", file.place)
    config, via = mapping_of_file(file, read_file, empty=True)
    words_of = _old_words if table.numbers <= (0, 5, 5) else _words
    found = [text for key, value in config.items() for text in words_of(key, value, table, file)]
    tokens = [Token(text, file.place, Where.CONFIG, via) for text in found]
    return [*tokens, *words[:index], *words[index + 2 :]]


def _old_words(key: Any, value: Any, _table: Table, file: Token) -> list[str]:
    """0.5.5: a switch by any name, and no JSON (srt/server_args_config_parser.py)."""
    flag = f"--{key}"
    if isinstance(value, bool):
        return [flag] if value else []
    if isinstance(value, list):
        return [flag, *(as_text(item, file) for item in value)] if value else []
    return [flag, as_text(value, file)]


def _words(key: Any, value: Any, table: Table, file: Token) -> list[str]:
    if not isinstance(key, str):
        raise Refuses(f"{file.text!r} has a key that is no text", file.place)
    flag = f"--{key}"
    option = table.by_name.get(flag.replace("_", "-"))
    if option is not None and (option.no or option.name == "--lora-paths"):
        raise Refuses(f"{key} cannot stand in a config file", file.place)
    if isinstance(value, bool):
        if option is None or option.arity != "0":
            return [flag, str(value).lower()]
        return [flag] if value else []
    if isinstance(value, list):
        return [flag, *(as_text(item, file) for item in value)] if value else []
    if isinstance(value, dict):
        return [flag, as_json(value, file, str)]
    return [flag, as_text(value, file)]


@dataclass(frozen=True, slots=True)
class SagemakerScript:
    """Each SM_SGLANG_NAME becomes --name; the model is /opt/ml/model where none is named."""

    def read(
        self,
        words: Sequence[Token],  # noqa: ARG002
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        found: list[Token] = []
        for name, value in environment.values.items():
            if not name.startswith(PREFIX):
                continue
            if "\n" in value.text:
                detail = f"the image's script takes ${name} for several variables"
                raise Unclear(Code.SHELL_SYNTAX, detail, value.place)
            flag = "--" + name.removeprefix(PREFIX).lower().replace("_", "-")
            via = (*value.via, f"${name}")
            found.append(Token(flag, value.place, value.where, via))
            if value.text:
                found.append(Token(value.text, value.place, value.where, via, value.unread))
        if not any(word.text == "--model-path" for word in found):
            texts = ("--model-path", "/opt/ml/model")
            found += [Token(text, found[0].place, Where.ENV) for text in texts]
        return Launch().read(found, table, unknown, environment, read_file)
