"""llama-cpp-python: `python -m llama_cpp.server`, its options, variables and file.

Source: llama_cpp_python 0.3, llama_cpp/server (settings.py, model.py, __main__.py). What comes from
a hub is downloaded without any revision. The settings are variables too, in any case of letters.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pinfold.inspect.commands.model import Token
from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.config_file import as_text, is_unknown, mapping_of_text
from pinfold.inspect.dialects.parsed import Refuses, Unclear
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference
from pinfold.inspect.servers.model import Entrypoint, Flag, Module, Server
from pinfold.inspect.servers.rows import add
from pinfold.inspect.workload import Code, Kind, Origin, Where

Settings = Callable[[str], Item | None]
_PATHS = (
    ("lora_base", Kind.WEIGHTS),
    ("lora_path", Kind.ADAPTER),
    ("hf_tokenizer_config_path", Kind.CONFIG),
)
_MOST_MODELS = 100


def quirk(case: Case) -> None:
    """The models of the file, or the one of options and variables."""
    file = _variable(case, "config_file") or case.find(Flag("--config_file", null=False))
    if file is not None and file.text:
        _of_file(case, file.token)
        return
    model = _given(case, "model")
    if model is None or not model.text:
        source = next(iter(case.environment.sources), None)
        if source is not None:
            raise Unclear(source.code, source.detail, source.place)
        raise Refuses("no model is named", f"{case.container.place}.image")
    _model(case, model, lambda name: _given(case, name))


def _given(case: Case, name: str) -> Item | None:
    return case.find(Flag(f"--{name}", null=False)) or _variable(case, name)


def _variable(case: Case, name: str) -> Item | None:
    for variable, value in case.environment.values.items():
        if variable.lower() == name:
            token = Token(value.text, value.place, value.where, value.via, value.unread)
            return Item(value.text, token, value.unread)
    return None


def _of_file(case: Case, file: Token) -> None:
    if is_unknown(file):
        raise Unclear.because(file)
    text, step = case.container.mounts.config(file.text, case.home)
    if isinstance(text, Code):
        raise Unclear(text, step, file.place)
    place = Token(file.text, file.place, Where.CONFIG, (*file.via, step))
    models = mapping_of_text(text, place).get("models")
    if not isinstance(models, list) or not all(isinstance(one, dict) for one in models):
        raise Refuses("the file lists no models", file.place)
    if len(models) > _MOST_MODELS:
        raise Unclear(Code.TOO_LARGE, f"more than {_MOST_MODELS} models", file.place)
    for one in models:
        settings = _settings(one, place)
        model = settings("model")
        if model is None:
            raise Refuses("a model of the file has no path", file.place)
        _model(case, model, settings)


def _settings(values: Mapping[Any, Any], place: Token) -> Settings:
    def setting(name: str) -> Item | None:
        if values.get(name) is None:
            return None
        text = as_text(values[name], place)
        return Item(text, place.saying(text))

    return setting


def _model(case: Case, model: Item, setting: Settings) -> None:
    """One model: a path, or a pattern of files in a repository."""
    repository, clip = setting("hf_model_repo_id"), setting("clip_model_path")
    add(case, Kind.MODEL, _local(model) if repository is None else _hub(repository))
    if clip is not None and repository is None:
        add(case, Kind.WEIGHTS, _local(clip))
    tokenizer = setting("hf_pretrained_model_name_or_path")
    if tokenizer is not None:
        add(case, Kind.TOKENIZER, tokenizer)
    for name, kind in _PATHS:
        item = setting(name)
        if item is not None:
            add(case, kind, _local(item))


def _hub(item: Item) -> Item:
    reference = Reference(Origin.HUB, pinnable=False)
    return Item(item.text, item.token, item.unread, reference=reference)


def _local(item: Item) -> Item:
    reference = Reference(Origin.LOCAL, pinnable=False)
    return Item(item.text, item.token, item.unread, reference=reference)


SERVE = Module("llama_cpp.server", Plain(), name="llama_cpp.server")
SERVER = Server(
    name="llama-cpp-python",
    commands=(SERVE,),
    image_names=("llama-cpp-python*",),
    entrypoints=(Entrypoint(SERVE),),
    tables=(Table.load("llama-cpp-python-0.3.36"),),
    slots=(),
    model_variables=("HF_MODEL_REPO_ID",),
    env_names_model=True,
    paths_first=False,
    quirk=quirk,
)
