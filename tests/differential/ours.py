"""Our reading of a command line, in the shape of argparse's namespace."""

import json
from typing import Any

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Given, Option, Parsed, Refuses
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.model import Dialect


def _no_file(token: Token) -> tuple[str, str]:
    raise Refuses("there is no such file", token.place)


def read(
    dialect: Dialect,
    table: Table,
    words: list[str],
    variables: dict[str, Any] | None = None,
    read_file: ReadFile = _no_file,
) -> Parsed | None:
    """None where the program would end with an error."""
    tokens = [Token(word, "") for word in words]
    environment = Environment(variables or {})
    try:
        return dialect.read(tokens, table, Unknown.REFUSE, environment, read_file)
    except Refuses:
        return None


def namespace(parsed: Parsed, table: Table) -> dict[str, Any]:
    """The values by the names that argparse gives them; what is off is left out."""
    found = {}
    for name, given in parsed.options.items():
        option = table.by_name[name]
        long = next((n for n in option.names if n.startswith("--")), name)
        found[long.lstrip("-").replace("-", "_")] = value_of(option, given)
    if parsed.positionals:
        found["model_tag"] = parsed.positionals[0].text
    return {name: value for name, value in found.items() if value is not False}


def value_of(option: Option, given: list[Given]) -> Any:
    last = given[-1]
    if option.append:
        return [token.text for one in given for token in one.values]
    if option.arity == "0":
        return not last.off
    if option.arity == "1":
        return last.values[0].text
    if option.arity == "?":
        return last.values[0].text if last.values else True
    return [token.text for token in last.values]


def plain(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """JSON compares by what it means."""
    return found and {name: _meaning(value) for name, value in found.items()}


def _meaning(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
