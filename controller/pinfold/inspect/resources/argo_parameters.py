"""Parameters of Argo's workflows whose value the workflow itself says.

A workflow's own arguments, a template's defaults, and what each step that calls a template gives
it. Where those differ, or something that runs gives it, a parameter stays unknown. What a template
of workflows says holds only where nobody says otherwise, so that no commit is taken from it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

_REFERENCE = re.compile(r"\{\{\s*((?:workflow|inputs)\.parameters\.[\w-]{1,100})\s*\}\}")
_FIXED = re.compile(r"[0-9a-f]{40}|sha256:[0-9a-f]{64}")
_LONGEST = 200  # characters of a value: a short text can name it often
_Known = Callable[[re.Match[str]], str]


class Parameters:
    """The values that a workflow says, `root` being its specification, for all its templates."""

    def __init__(self, value: Mapping[str, Any], root: Any, templates: Sequence[Any]) -> None:
        self.is_template = str(value.get("kind", "")).endswith("Template")
        self.workflow: dict[str, str] = {}
        self.given: dict[str, dict[str, set[str]]] = {}  # by template and parameter
        spec = _mapping(root)
        for name, text in self._said(spec.get("arguments")):
            self.workflow[f"workflow.parameters.{name}"] = text
        self._give(spec.get("entrypoint"), spec.get("arguments"))
        for template in templates:
            self._give(_mapping(template).get("name"), _mapping(template).get("inputs"))
            for call in _calls(_mapping(template)):
                self._give(call.get("template"), call.get("arguments"))

    def filled(self, template: Any) -> Any:
        """A template with the values in the place of the references."""
        name = _mapping(template).get("name")
        given = self.given.get(name, {}) if isinstance(name, str) else {}

        def known(match: re.Match[str]) -> str:
            if match[1] in self.workflow:
                return self.workflow[match[1]]
            texts = given.get(match[1].removeprefix("inputs.parameters."), ())
            text = next(iter(texts)) if len(texts) == 1 else match[0]
            return match[0] if "{{" in text else text

        return _filled(template, known)

    def _give(self, template: Any, arguments: Any) -> None:
        if isinstance(template, str):
            for name, text in self._said(arguments):
                known = _REFERENCE.sub(lambda match: self.workflow.get(match[1], match[0]), text)
                self.given.setdefault(template, {}).setdefault(name, set()).add(known)

    def _said(self, node: Any) -> Iterator[tuple[str, str]]:
        for row in _rows(_mapping(node).get("parameters")):
            name, value = row.get("name"), row.get("value", row.get("default"))
            if isinstance(name, str) and isinstance(value, str | int):
                text = str(value)
                if len(text) <= _LONGEST and not (self.is_template and _FIXED.search(text)):
                    yield name, text


def _mapping(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}


def _rows(node: Any) -> Iterator[Mapping[str, Any]]:
    return (row for row in node if isinstance(row, Mapping)) if isinstance(node, list) else iter(())


def _calls(template: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The tasks of a template, and its steps, which are a list of lists."""
    yield from _rows(_mapping(template.get("dag")).get("tasks"))
    groups = template.get("steps")
    for group in groups if isinstance(groups, list) else ():
        yield from _rows(group)


def _filled(node: Any, known: _Known) -> Any:
    if isinstance(node, str):
        return _REFERENCE.sub(known, node)
    if isinstance(node, Mapping):
        return {key: _filled(below, known) for key, below in node.items()}
    if isinstance(node, list):
        return [_filled(below, known) for below in node]
    return node
