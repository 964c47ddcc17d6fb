"""A change of a document, and the proof that it changed nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pinfold.cli.pinning.written import Splice
from pinfold.documents.model import Document


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text that becomes another, wherever an alias repeats it."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Added:
    """A new item of a list."""

    item: Any


Effect = Rewritten | Added


@dataclass(frozen=True, slots=True)
class Change:
    """What is written into a document's file, and what its value is then."""

    document: Document
    splice: Splice
    effect: Effect


def changes_only(before: Any, after: Any, effects: Sequence[Effect]) -> bool:
    """Whether `after` is `before` with nothing but that done to it."""
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return list(before) == list(after) and all(
            changes_only(before[key], after[key], effects) for key in before
        )
    if isinstance(before, list):
        return _list_changes_only(before, after, effects)
    return bool(before == after) or Rewritten(before, after) in effects


def _list_changes_only(before: list[Any], after: list[Any], effects: Sequence[Effect]) -> bool:
    if len(before) == len(after):
        return all(changes_only(b, a, effects) for b, a in zip(before, after, strict=True))
    at = 0
    for item in after:
        if at < len(before) and changes_only(before[at], item, effects):
            at += 1
        elif Added(item) not in effects:
            return False
    return at == len(before)
