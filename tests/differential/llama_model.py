"""The rules of llama.cpp's common_params_parse, written apart from our reading.

A name counts as it is spelt, but that underscores behind two dashes are dashes. Values are the next
words whatever they are; `=` is part of a name. The last of two counts, unless an option adds up. A
variable counts where its option is absent, and never for two values.
"""

from collections.abc import Mapping, Sequence

from pinfold.inspect.dialects.tables import Table

Values = dict[str, list[str] | bool]
_PRINTS = {
    "-h", "--help", "--usage", "--version", "--cache-list", "-cl", "--list-devices",
}  # fmt: skip


class LlamaError(Exception):
    """The program ends at once."""


def parse(words: Sequence[str], table: Table, variables: Mapping[str, str]) -> Values:
    """What is kept by the first name of each option. Raises LlamaError."""
    found: Values = {}
    left = iter(words)
    for word in left:
        name = "--" + word[2:].replace("_", "-") if word[:2] == "--" else word
        if name in _PRINTS or name not in table.by_name:
            raise LlamaError(word)
        option = table.by_name[name]
        if option.arity == "0":
            found[option.name] = name not in option.no
            continue
        values = [value for _, value in zip(range(int(option.arity)), left, strict=False)]
        if len(values) < int(option.arity):
            raise LlamaError(f"{word} without a value")
        before = found.get(option.name)
        adds_up = option.append and isinstance(before, list)
        found[option.name] = [*before, *values] if adds_up else values  # type: ignore[misc]
    for option in table.options:
        text = variables.get(option.env or "")
        if text is not None and option.arity == "1" and option.name not in found:
            found[option.name] = [text]
    return found
