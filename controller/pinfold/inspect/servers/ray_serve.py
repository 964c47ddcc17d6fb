"""Ray Serve: `serve run FILE`, and the same file as a RayService's serveConfigV2.

The models of Ray Serve LLM stand in the file. Any other application is Python code, and what it
loads stands there. Source: ray 2.60.0, ray/serve/scripts.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects import click
from pinfold.inspect.dialects.config_file import ReadFile, is_unknown, mapping_of_text
from pinfold.inspect.dialects.parsed import Option, Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case, Container
from pinfold.inspect.servers.model import Program, Server
from pinfold.inspect.servers.ray_config import read_config
from pinfold.inspect.servers.vllm_entries import SERVE_TABLES
from pinfold.inspect.workload import Code, ContainerFacts, Opaque, Where

_BUILDERS = "ray.serve.llm:"  # build_openai_app, build_pd_openai_app, build_dp_openai_app …
_LOADING = "model_loading_config"
# Keys of an application's arguments that hold a configuration, or the name of a file of one.
_CONFIGS = ("llm_configs", "llm_config", "prefill_config", "decode_config")
_MOST_APPLICATIONS = 100


@dataclass(frozen=True, slots=True)
class Files:
    """`serve run FILE_OR_IMPORT_PATH [NAME=VALUE…]`."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        return click.read(words, table, unknown, most=200)


def quirk(case: Case) -> None:
    """The applications of the file, or a module of the user's own."""
    if not case.parsed.positionals:
        raise Refuses("no application is named", f"{case.container.place}.image")
    target = case.parsed.positionals[0]
    if is_unknown(target):
        raise Unclear.because(target)
    if ":" in target.text and "/" not in target.text:
        detail = f"what {target.text[:60]} loads stands in its code"
        raise Unclear(Code.SCRIPT_IN_IMAGE, detail, target.place)
    text, step = case.container.mounts.config(target.text, case.home)
    if isinstance(text, Code):
        raise Unclear(text, step, target.place)
    place = Token(target.text, target.place, Where.CONFIG, (*target.via, step))
    _applications(case, mapping_of_text(text, place), place)


def read_text(
    text: str, container: Container, place: str, environment: Environment | None = None
) -> ContainerFacts:
    """What the text of a Serve configuration loads, such as a RayService's serveConfigV2."""
    where = Token("serveConfigV2", place, Where.CONFIG)
    known = environment or Environment({})
    case = Case(SERVER, RUN, SERVER.tables[0], Parsed(), known, None, container)
    try:
        _applications(case, mapping_of_text(text, where), where)
    except Refuses as refused:
        detail = f"{SERVER.name} would not start: {refused.detail}"
        return _opaque(container, Code.SERVER_REFUSES, detail, refused.place)
    except Unclear as unclear:
        return _opaque(container, unclear.code, unclear.detail, unclear.place)
    return ContainerFacts(tuple(case.artefacts), tuple(case.hazards), tuple(case.opaque))


def _opaque(container: Container, code: Code, detail: str, place: str) -> ContainerFacts:
    return ContainerFacts(opaque=(Opaque(container.name, code, detail, place),))


def _applications(case: Case, config: Mapping[Any, Any], place: Token) -> None:
    found = config.get("applications")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Refuses("it lists no applications", place.place)
    if len(found) > _MOST_APPLICATIONS:
        raise Unclear(Code.TOO_LARGE, f"more than {_MOST_APPLICATIONS} applications", place.place)
    for application in found:
        path = str(application.get("import_path"))
        configs = list(_configs(application.get("args")))
        if not path.startswith(_BUILDERS):
            detail = f"what {path[:60]} loads stands in its code"
            case.report(Code.SCRIPT_IN_IMAGE, detail, place.place)
        for one in configs:
            if isinstance(one, str):
                detail = f"{one[:60]} names models, and is not read here"
                case.report(Code.CONFIGMAP, detail, place.place)
            else:
                case.parsed.positionals[:] = [place]
                read_config(case, one, SERVE_TABLES)


def _configs(arguments: Any) -> Iterator[str | Mapping[Any, Any]]:
    """The configurations in an application's arguments, or the files that hold them."""
    if not isinstance(arguments, dict):
        return
    if _LOADING in arguments:  # build_llm_deployment
        yield arguments
    for key in _CONFIGS:
        value = arguments.get(key)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, (str, dict)):
                yield one


_VALUES = ("--runtime-env", "--runtime-env-json", "--working-dir", "--name", "--route-prefix")
_TABLE = Table(
    "ray-serve",
    "2.60",
    (
        *(Option((name,), "1") for name in _VALUES),
        Option(("--app-dir", "-d"), "1"),
        Option(("--address", "-a"), "1"),
        Option(("--blocking",), "0", no=("--non-blocking",)),
        Option(("--reload", "-r"), "0"),
    ),
)
RUN = Program("serve run", Files(), names=("serve",), words=("run",))
DEPLOY = Program("serve deploy", Files(), names=("serve",), words=("deploy",))
SERVER = Server(
    name="ray-serve",
    commands=(RUN, DEPLOY),
    image_names=(),
    entrypoints=(),
    tables=(_TABLE,),
    slots=(),
    modelscope="VLLM_USE_MODELSCOPE",
    folder="/home/ray",
    quirk=quirk,
)
