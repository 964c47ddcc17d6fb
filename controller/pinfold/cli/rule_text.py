"""What is said of a rule: its part of docs/rules.md, which comes with the package, and its options.

`rules.md` beside this file is docs/rules.md, byte for byte: an image holds the package alone.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from pinfold.cli.output.style import Style
from pinfold.policy.rules import RULES

IDS = tuple(rule.ID for rule in RULES)
_TEXTS = Path(__file__).with_name("rules.md")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def rule_list(style: Style) -> str:
    """Every rule with its sentence."""
    width = max(map(len, IDS))
    rows = [f"  {style.strong(rule.ID.ljust(width))}  {rule.SUMMARY}" for rule in RULES]
    return "\n".join(["Rules", *rows, "", "pinfold explain RULE tells more of one."])


def rule_text(identifier: str, style: Style) -> str:
    """Why the rule exists, what to do, and what can be set."""
    rule = next(rule for rule in RULES if identifier == rule.ID)
    lines = [
        f"{style.strong(rule.ID)}: {rule.SUMMARY}",
        "",
        *_plain(section_of(_TEXTS.read_text("utf-8"), identifier)),
        "",
        f"Options, below spec.rules.{rule.FIELD} of a SupplyChainPolicy",
        *_options(rule.Options),
    ]
    return "\n".join(lines)


def section_of(texts: str, identifier: str) -> str:
    """The part of docs/rules.md about a rule; "" where there is none."""
    parts = _HEADING.split(texts)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    return sections.get(identifier, "").strip()


def _plain(section: str) -> Iterator[str]:
    """Markdown as a terminal shows it: code indented, emphasis and links as their words."""
    code = False
    for line in section.splitlines():
        if line.startswith("```"):
            code = not code
        elif code:
            yield f"    {line}"
        else:
            yield _EMPHASIS.sub(r"\1", _LINK.sub(r"\1", line)).replace("`", "")


def _options(options: type[Any]) -> Iterator[str]:
    """Each option with what the CRD says of it."""
    schema = msgspec.json.schema(options)
    properties = schema["$defs"][options.__name__]["properties"]
    width = max(map(len, properties))
    for name, option in properties.items():
        yield f"  {name.ljust(width)}  {option['description']}"
