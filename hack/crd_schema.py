"""From msgspec structs to structural OpenAPI v3, the dialect of JSON Schema that CRDs are in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from hack.crd_validations import Check, validations

Schema = dict[str, Any]
_KEPT = (
    *("type", "format", "pattern", "enum", "minimum", "maximum"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
)


@dataclass(slots=True)
class Converter:
    """Inlines what is referred to, and adds what `checks` and `descriptions` hold by field path.

    A path is written from the struct: `rules.imageRegistry.allowed[]` is each item of a list.
    """

    components: Mapping[str, Schema]
    checks: Mapping[str, tuple[Check, ...]]
    descriptions: Mapping[str, str]
    used: set[str] = field(default_factory=set)

    def convert(self, schema: Schema, path: str) -> Schema:
        schema = self._resolved(schema)
        description = self._description(schema, path)
        converted: Schema = {"description": description} if description else {}
        converted |= {key: schema[key] for key in _KEPT if key in schema}
        if "enum" in schema:
            converted["type"] = "string"
        converted |= self._of_array(schema, path)
        converted |= self._of_object(schema, path)
        if path in self.checks:
            self.used.add(path)
            converted.pop("pattern", None)  # a check says the same in words
            converted["x-kubernetes-validations"] = validations(self.checks[path])
        return converted

    def _resolved(self, schema: Schema) -> Schema:
        """What is referred to, or the one alternative that is not null; the outer words win."""
        if "anyOf" in schema:
            (inner,) = (one for one in schema["anyOf"] if one != {"type": "null"})
        elif "$ref" in schema:
            inner = self.components[schema["$ref"]]
        else:
            return schema
        outer = {key: value for key, value in schema.items() if key not in ("anyOf", "$ref")}
        return self._resolved(inner) | outer

    def _description(self, schema: Schema, path: str) -> str:
        text: str = self.descriptions.get(path, schema.get("description", ""))
        default = schema.get("default")
        if isinstance(default, str):
            return f"{text} Default: {default}.".strip()
        if isinstance(default, list) and default:
            return f"{text} Default: [{', '.join(default)}].".strip()
        return text

    def _of_array(self, schema: Schema, path: str) -> Schema:
        if "items" not in schema:
            return {}
        items = self.convert(schema["items"], f"{path}[]")
        if items["type"] == "object":
            keys = {"x-kubernetes-list-map-keys": [items["required"][0]]}
            return {"items": items, "x-kubernetes-list-type": "map", **keys}
        return {"items": items, "x-kubernetes-list-type": "set"}

    def _of_object(self, schema: Schema, path: str) -> Schema:
        converted: Schema = {}
        if schema.get("required"):
            converted["required"] = schema["required"]
        if "properties" in schema:
            prefix = f"{path}." if path else ""
            converted["properties"] = {
                name: self.convert(below, prefix + name)
                for name, below in schema["properties"].items()
            }
        elif "additionalProperties" in schema:
            converted["additionalProperties"] = self.convert(
                schema["additionalProperties"], f"{path}{{}}"
            )
        return converted


def structural(
    struct: type[msgspec.Struct],
    checks: Mapping[str, tuple[Check, ...]],
    descriptions: Mapping[str, str],
) -> Schema:
    """The schema of `struct`. Raises ValueError for a check on a field that does not exist."""
    (root,), components = msgspec.json.schema_components([struct], ref_template="{name}")
    converter = Converter(components, checks, descriptions)
    schema = converter.convert(root, "")
    if unused := set(checks) - converter.used:
        raise ValueError(f"{struct.__name__} has no field {', '.join(sorted(unused))}")
    return schema


def plain(schema: Schema) -> Schema:
    """The same for a JSON Schema validator, which refuses unknown fields and knows no CEL."""
    converted: Schema = {
        key: value for key, value in schema.items() if not key.startswith("x-kubernetes-")
    }
    if schema.get("x-kubernetes-list-type") == "set":
        converted["uniqueItems"] = True
    if "properties" in schema:
        converted["additionalProperties"] = False
        converted["properties"] = {k: plain(v) for k, v in schema["properties"].items()}
    elif "additionalProperties" in schema:
        converted["additionalProperties"] = plain(schema["additionalProperties"])
    if "items" in schema:
        converted["items"] = plain(schema["items"])
    return converted
