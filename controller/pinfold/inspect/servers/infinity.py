"""Infinity: `infinity_emb v2`. Source lines are of infinity_emb 0.0.78."""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects import click
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.model import Entrypoint, Flag, Program, Server
from pinfold.inspect.servers.rows import add
from pinfold.inspect.workload import Kind, Where

_DEFAULT = "michaelfeil/bge-small-en-v1.5"  # env.py:96
_REVISION = Flag("--revision", null=False)
_TRUE = ("true", "1")  # env.py, _to_bool_multiple


@dataclass(frozen=True, slots=True)
class Commands:
    """`v2`, or the deprecated `v1`; neither is v2 (cli.py, cli())."""

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        if words and words[0].text in ("v1", "v2"):
            words = words[1:]
        return click.read(words, table, unknown, most=0)


def quirk(case: Case) -> None:
    """Models and revisions by their position; one revision is that of all (cli.py:38-60)."""
    models = _items(case, "--model-id", "INFINITY_MODEL_ID") or [_default(case)]
    revisions = _items(case, "--revision", "INFINITY_REVISION")
    if len(revisions) > 1 and len(revisions) != len(models):
        detail = f"{len(models)} models and {len(revisions)} revisions"
        raise Refuses(detail, revisions[0].token.place)
    for index, model in enumerate(models):
        revision = revisions[index % len(revisions)] if revisions else None
        named = revision if revision is not None and revision.text else None
        add(case, Kind.MODEL, model, named, (_REVISION,))
    _trust(case)


def _items(case: Case, option: str, variable: str) -> list[Item]:
    """What an option names each time, or its variable at semicolons (env.py:68-80)."""
    words = [given.values[0] for given in case.parsed.options.get(option, ())]
    if words:
        return [Item(word.text, word, word.unread, flag=option) for word in words]
    value = case.environment.told(variable)
    if value is None:
        return []
    token = Token(value.text, value.place, value.where, value.via, value.unread)
    return [
        Item(text, token, value.unread, flag=option)
        for text in value.text.removesuffix(";").split(";")
    ]


def _default(case: Case) -> Item:
    if case.environment.sources:
        source = case.environment.settings or case.environment.sources[-1]
        raise Unclear(source.code, source.detail, source.place)
    return Item(_DEFAULT, Token("", f"{case.container.place}.image", Where.IMAGE))


def _trust(case: Case) -> None:
    """Remote code is trusted, unless that is switched off (env.py:115-118)."""
    given = case.parsed.options.get("--trust-remote-code", [])
    value = case.environment.told("INFINITY_TRUST_REMOTE_CODE")
    if given:
        places = [one.flag.place for one in given if not one.off]
    elif value is not None:
        trusts = any(word.lower() in _TRUE for word in value.text.split(";")) or value.unread
        places = [value.place] if trusts else []
    else:
        places = [f"{case.container.place}.image"]
    for place in places[:1]:
        case.remote_code(place, "trust_remote_code")


EMB = Program("infinity_emb", Commands(), variables="INFINITY_", names=("infinity_emb",))
SERVER = Server(
    name="infinity",
    commands=(EMB,),
    image_names=("infinity", "infinity-emb*"),
    entrypoints=(Entrypoint(EMB),),
    tables=(Table.load("infinity-0.0.78"),),
    slots=(),
    model_variables=("INFINITY_MODEL_ID",),
    env_names_model=True,
    folder="/app",
    quirk=quirk,
)
