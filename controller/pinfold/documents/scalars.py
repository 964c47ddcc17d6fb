"""What a plain YAML scalar means to kubectl: sigs.k8s.io/yaml v1.6, which is go.yaml.in/yaml v2.

YAML 1.1 booleans (`yes`, `n`, `off`) count, also as keys; dates and base-60 numbers are text.
Source: resolve.go there; PyYAML's own resolver differs in all three.
"""

import base64
import binascii
import math
import re

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE"), True),
    **dict.fromkeys(("on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE"), False),
    **dict.fromkeys(("off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", re.ASCII)
_INTEGER = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))", re.ASCII
)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_STRAY = re.compile(r"(?<![0-9])_|_(?![0-9])", re.ASCII)  # an underscore not between digits
_BASES = (16, 2, 8, 10)
_DIGITS_MAX = 400  # more digits than any float has; int() of thousands is slow or refused
_YAML = "tag:yaml.org,2002:"

Scalar = str | int | float | bool | None


class NotInJson(ValueError):
    """The scalar has no counterpart in JSON, or is not of the type that its tag says."""


def plain(text: str) -> Scalar:
    """The value of an untagged scalar without quotes; raises NotInJson for `.inf` and `.nan`."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _NOT_FINITE.fullmatch(text):
        raise NotInJson(f"{text} is a number that JSON cannot write")
    return _number(text)


def tagged(text: str, tag: str) -> Scalar:
    """The value of a scalar with a tag, written out (`tag:yaml.org,2002:int`) or its own (`!x`)."""
    kind = tag.removeprefix(_YAML)
    if kind == tag or kind in ("str", "timestamp"):
        return text  # a tag of somebody else's makes text, as kubectl reads it
    if kind == "binary":
        return _decoded(text)
    value = plain(text)
    if _is_a(kind, value):
        return float(value) if kind == "float" and isinstance(value, int) else value
    raise NotInJson(f'"{text[:80]}" is no !!{kind}')


def key_text(key: Scalar) -> str:
    """A mapping's key as JSON has it: always text. Raises NotInJson for null, which has none."""
    if key is None:
        raise NotInJson("a key is null: JSON has none such")
    if isinstance(key, bool):
        return "true" if key else "false"
    return f"{key:g}" if isinstance(key, float) else str(key)


def _number(text: str) -> str | int | float:
    """Digits may be grouped by underscores; what is no number after all stays text."""
    digits = text.replace("_", "")
    if len(digits) > _DIGITS_MAX or (text[0] == "." and _STRAY.search(text)):
        return text
    if match := _INTEGER.fullmatch(digits):
        base, found = next((b, g) for b, g in zip(_BASES, match.groups()[1:], strict=True) if g)
        value = int(match[1] + found, base)
        if -(2**63) <= value < 2**64:
            return value
    if _FLOAT.fullmatch(digits) and math.isfinite(number := float(digits)):
        return number
    return text


def _is_a(kind: str, value: Scalar) -> bool:
    match kind:
        case "null":
            return value is None
        case "bool":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return False


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise NotInJson("a !!binary value is not base64") from error
