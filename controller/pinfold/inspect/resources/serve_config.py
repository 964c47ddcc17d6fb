"""Ray Serve's configuration: which applications run, and the models of Ray Serve LLM.

Source: ray/llm/_internal/serve/core/configs/llm_config.py of Ray 2.60: `model_source`, or else
`model_id`, is what the engine loads, with `engine_kwargs` as the options of its command line.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pinfold.inspect.podspec import Container, EnvVar, PodSpec
from pinfold.inspect.resources import own_code
from pinfold.inspect.resources.own_code import INSTALLS, NAME, PLACE, said
from pinfold.inspect.resources.parts import Label, Move, Part
from pinfold.inspect.workload import Code, Hazard, Opaque, Where

PIP_INSTALL = "pip-install"
_SERVER = "ray-serve-llm"
# Options of the engine that name something to load, or decide how: all others load nothing.
_OPTIONS = (
    "revision", "code_revision", "tokenizer", "tokenizer_revision", "trust_remote_code",
    "load_format", "speculative_config", "hf_config_path", "generation_config", "lora_modules",
    "middleware", "worker_cls", "worker_extension_cls", "logits_processors",
    "tool_parser_plugin", "reasoning_parser_plugin", "io_processor_plugin",
)  # fmt: skip


def parts_of(config: Mapping[Any, Any]) -> Iterator[Part]:
    """What the applications load."""
    applications = config.get("applications")
    for application in applications if isinstance(applications, list) else [config]:
        if not isinstance(application, dict):
            yield said(opaque=(_unclear("an application that is no mapping"),))
            continue
        yield from _application(application)


def _application(application: Mapping[Any, Any]) -> Iterator[Part]:
    environment = _dict(application.get("runtime_env"))
    if any(environment.get(tool) for tool in INSTALLS):
        yield said(hazards=(Hazard(NAME, PIP_INSTALL, PLACE),))
    variables = _variables(environment)
    arguments = _dict(application.get("args"))
    models = arguments.get("llm_configs")
    if isinstance(models, list):
        for model in models:
            yield _model(model, variables)
    else:
        yield from own_code.parts_of(application, variables)


def _variables(environment: Mapping[Any, Any]) -> tuple[EnvVar, ...]:
    found = _dict(environment.get("env_vars"))
    return tuple(EnvVar(str(name), str(value)) for name, value in found.items())


def _dict(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}


# -- Ray Serve LLM -------------------------------------------------------------------------------


def _model(model: Any, variables: tuple[EnvVar, ...]) -> Part:
    """A model, as the command line that its engine stands for."""
    if not isinstance(model, dict):
        return said(opaque=(_unclear("a model's configuration in another file"),))
    loading = _dict(model.get("model_loading_config"))
    source = _source(loading.get("model_source")) or _source(loading.get("model_id"))
    options = _dict(model.get("engine_kwargs"))
    more = (*variables, *_variables(_dict(model.get("runtime_env"))))
    if source is None or "model" in options:
        return said(opaque=(_unclear("a model that is named in another way"),))
    tokenizer = _source(loading.get("tokenizer_source"))
    words = [f"--tokenizer={tokenizer}"] if tokenizer else []
    for name in _OPTIONS:
        words += _words(name, options.get(name))
    container = Container(NAME, "vllm-openai", ("vllm", "serve", source, *words), env=more or None)
    label = Label(where=Where.CONFIG, server=_SERVER, keys="engine_kwargs.")
    made = "spec.containers[0]"
    move = Move(made, PLACE, label, ends=True)
    return Part("spec", PodSpec((container,)), (move,), frozenset({made}))


def _source(value: Any) -> str | None:
    """A name or a path, or the bucket of a mirror."""
    value = value.get("bucket_uri") if isinstance(value, dict) else value
    return value if isinstance(value, str) and value and not value.startswith("-") else None


def _words(name: str, value: Any) -> list[str]:
    flag = f"--{name.replace('_', '-')}"
    if value is None or value is False:
        return []
    if value is True:
        return [flag]
    if isinstance(value, list):
        return [f"{flag}={_text(item)}" for item in value]
    return [f"{flag}={_text(value)}"]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _unclear(what: str) -> Opaque:
    return Opaque(NAME, Code.UNKNOWN_SERVER, f"{NAME} has {what}", PLACE)
