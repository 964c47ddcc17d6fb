"""OpenShift's Templates: objects with `${NAME}` in them, filled in as `oc process` does.

Source: github.com/openshift/library-go pkg/template/templateprocessing: values of text are searched
for the names of parameters; `${{NAME}}` alone is replaced by JSON.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

_TEMPLATES = ("template.openshift.io/v1", "v1")
_TEXT = re.compile(r"\$\{([a-zA-Z0-9_]+)\}")
_JSON = re.compile(r"\$\{\{([a-zA-Z0-9_]+)\}\}")


def is_template(value: Any) -> bool:
    """Whether a document is a Template with objects."""
    return (
        isinstance(value, dict)
        and value.get("kind") == "Template"
        and value.get("apiVersion") in _TEMPLATES
        and isinstance(value.get("objects"), list)
    )


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a Template: those with a value, and those whose value somebody gives."""

    values: dict[str, str]
    unset: frozenset[str]

    @classmethod
    def of(cls, template: dict[str, Any]) -> "Parameters":
        """What a Template says of its parameters."""
        values: dict[str, str] = {}
        unset = set()
        parameters = template.get("parameters")
        for parameter in parameters if isinstance(parameters, list) else ():
            name = parameter.get("name") if isinstance(parameter, dict) else None
            if isinstance(name, str):
                value = parameter.get("value")
                if isinstance(value, str):
                    values[name] = value
                elif value is None:
                    unset.add(name)
                else:
                    values[name] = json.dumps(value)
        return cls(values, frozenset(unset - values.keys()))

    def filled_in(self, value: Any) -> Any:
        """A value of plain JSON types with the values that are known."""
        if isinstance(value, dict):
            return {key: self.filled_in(below) for key, below in value.items()}
        if isinstance(value, list):
            return [self.filled_in(below) for below in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> Any:
        whole = _JSON.fullmatch(text)
        if whole is not None and whole[1] in self.values:
            return _parsed(self.values[whole[1]])
        return _TEXT.sub(lambda match: self.values.get(match[1], match[0]), text)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
