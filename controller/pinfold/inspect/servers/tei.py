"""Hugging Face Text Embeddings Inference: its router, with every option also a variable.

Source lines are of version 1.9.3 (paths in its repository).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects import clap
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.model import Entrypoint, Flag, Program, Server, Slot
from pinfold.inspect.workload import Kind


@dataclass(frozen=True, slots=True)
class Router:
    """text-embeddings-router; the script of the CUDA images passes its arguments on as they are."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        return clap.read(words, table, environment, unknown)


ROUTER = Program(
    "text-embeddings-router",
    Router(),
    variables="",
    names=(
        "text-embeddings-router",
        *(
            f"text-embeddings-router-{capability}"
            for capability in ("75", "80", "90", "100", "120")
        ),
    ),
)
_MODEL = Flag("--model-id", null=False)


def quirk(case: Case) -> None:
    """The model that must be named, and code that a backend in Python runs."""
    if case.find(_MODEL) is None:
        source = case.environment.settings or next(iter(case.environment.sources), None)
        if source is not None:
            raise Unclear(source.code, source.detail, source.place)
        raise Refuses("--model-id is not given", f"{case.container.place}.image")


SERVER = Server(
    name="tei",
    commands=(ROUTER,),
    image_names=(
        "text-embeddings-inference*",
        "huggingface-text-embeddings-inference*",
        "tei-gaudi",
    ),
    entrypoints=(Entrypoint(ROUTER),),
    tables=(Table.load("tei-1.9.3"),),
    slots=(
        Slot(
            Kind.MODEL,
            named_by=(_MODEL,),
            pinned_by=(Flag("--revision", null=False),),  # router/src/lib.rs:74-101
        ),
    ),
    env_hazards={"TRUST_REMOTE_CODE": "trust-remote-code"},  # backends/python
    env_names_model=True,
    folder="/",
    quirk=quirk,
)
