"""Benchmarks and routers: they load no model, but a tokenizer that they are given.

The model that they name is that of the server which they call; only a tokenizer of their own is
listed. Read from vllm 0.33.0 (benchmarks/serve.py), sglang 0.5.23 (bench_serving.py), genai-perf
0.0.16 (parser.py), aiperf 0.13.0 (config/flags/cli_config.py), guidellm 0.8.1 (cli/__init__.py) and
sglang-router 0.3.2 (router_args.py).
"""

from collections.abc import Sequence

from pinfold.inspect.commands.model import HOLE
from pinfold.inspect.dialects.loose import Loose
from pinfold.inspect.dialects.parsed import Option
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.model import Each, Flag, Module, Program, Server, Slot
from pinfold.inspect.workload import Kind

_TRUST = "--trust-remote-code"
_READ = Loose()


def _client(
    name: str,
    commands: tuple[Program | Module, ...],
    tokenizer: tuple[str, ...],
    *,
    revision: str | None = None,
    trust: str = _TRUST,
    each: Each | None = None,
) -> Server:
    """A program that loads a tokenizer; `revision`: the option that pins it."""
    known = (*tokenizer, revision) if revision else tokenizer
    options = (*(Option((option,), "1") for option in known), Option((trust,), "0"))
    slot = Slot(
        Kind.TOKENIZER,
        named_by=tuple(Flag(option) for option in tokenizer),
        pinned_by=(Flag(revision),) if revision else (),
        each=each,
    )
    return Server(
        name=name,
        commands=commands,
        image_names=(),
        entrypoints=(),
        tables=(Table(name, "1.0", options),),
        slots=(slot,),
        hazards={trust: "trust-remote-code"},
    )


def _program(*names: str, words: tuple[str, ...] = ()) -> Program:
    return Program(" ".join((names[0], *words)), _READ, names=names, words=words)


def _module(name: str) -> Module:
    return Module(name, _READ, name=name)


def guidellm(_case: Case, item: Item) -> Sequence[Item]:
    """A name, or `kind=huggingface_auto,model=NAME`; JSON is an object of the same keys."""
    text = item.text
    if "=" not in text or HOLE in text:
        return (item,)
    pairs = dict(part.strip().partition("=")[::2] for part in text.split(","))
    found = pairs.get("model")
    return () if found is None else (Item(found, item.token, item.unread),)


def _nvidia(name: str) -> Server:
    revision, trust = "--tokenizer-revision", "--tokenizer-trust-remote-code"
    return _client(name, (_program(name),), ("--tokenizer",), revision=revision, trust=trust)


_SCRIPTS = ("benchmark_serving.py", "benchmark_serving_structured_output.py")
_SGLANG = ("sglang.bench_serving", "sglang.benchmark.serving")
CLIENTS: tuple[Server, ...] = (
    _client(
        "vllm-bench",
        (_program("vllm", words=("bench", "serve")), _program(*_SCRIPTS)),
        ("--tokenizer",),
    ),
    _client(
        "sglang-bench",
        (*map(_module, _SGLANG), _program("bench_serving.py")),
        ("--tokenizer",),
    ),
    _nvidia("genai-perf"),
    _nvidia("aiperf"),
    _client("guidellm", (_program("guidellm"),), ("--tokenizer", "--processor"), each=guidellm),
    _client(
        "sglang-router",
        (
            _module("sglang_router"),
            _module("sglang_router.launch_router"),
            _program("sglang-router", "smg", "amg"),
        ),
        ("--tokenizer-path", "--model-path"),
    ),
)
