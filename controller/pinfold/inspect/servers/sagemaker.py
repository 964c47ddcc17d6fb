"""The images for SageMaker: a script of theirs turns variables into a server's arguments.

Arguments of the container are ignored by both scripts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import Environment, Token, Value
from pinfold.inspect.dialects import clap, flexible
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.workload import Code, Where

VLLM_PREFIX = "SM_VLLM_"


@dataclass(frozen=True, slots=True)
class VllmScript:
    """Each SM_VLLM_NAME, of which there is one at least, becomes --name; `vllm serve` runs.

    Source: vLLM examples/online_serving/sagemaker-entrypoint.sh.
    """

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
            if f"\n{VLLM_PREFIX}" in value.text or (
                name.startswith(VLLM_PREFIX) and ("\n" in value.text or value.text.endswith("="))
            ):
                detail = f"the image's script takes ${name} for several variables"
                raise Unclear(Code.SHELL_SYNTAX, detail, value.place)
            if name.startswith(VLLM_PREFIX):
                found += _words(name, value)
        port = [Token(word, found[0].place, Where.ENV) for word in ("--port", "8080")]
        return flexible.HOISTED.read([*port, *found], table, unknown, environment, read_file)


def _words(name: str, value: Value) -> list[Token]:
    """`--name value`; no value where the variable is empty."""
    flag = name.removeprefix(VLLM_PREFIX).lower().replace("_", "-")
    via = (*value.via, f"${name}")
    words = [Token(f"--{flag}", value.place, value.where, via)]
    if value.text:
        words.append(Token(value.text, value.place, value.where, via, value.unread))
    return words


@dataclass(frozen=True, slots=True)
class TgiScript:
    """HF_MODEL_ID and its kin become the launcher's own variables.

    Source: text-generation-inference sagemaker-entrypoint.sh.
    """

    def read(
        self,
        words: Sequence[Token],  # noqa: ARG002
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        model = environment.told("HF_MODEL_ID")
        if model is None or not model.text:
            raise Refuses("HF_MODEL_ID is not set", "")
        mapped = {
            variable: value
            for name, variable in _TGI_VARIABLES.items()
            if (value := environment.told(name)) is not None and value.text
        }
        return clap.read((), table, environment.having(mapped), unknown)


_TGI_VARIABLES = {
    "HF_MODEL_ID": "MODEL_ID",
    "HF_MODEL_REVISION": "REVISION",
    "HF_MODEL_TRUST_REMOTE_CODE": "TRUST_REMOTE_CODE",
}
