"""As much of XML Schema as junit-10.xsd is written in: which element may hold and have what."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from xml.etree import ElementTree as ET

_XS = "{http://www.w3.org/2001/XMLSchema}"


@dataclass(frozen=True, slots=True)
class Element:
    """What an element may hold and have; `text` says whether words may stand in it."""

    children: frozenset[str]
    attributes: frozenset[str]
    required: frozenset[str]
    text: bool

    @classmethod
    def read(cls, node: ET.Element) -> Self:
        attributes = list(node.iter(f"{_XS}attribute"))
        complex_type = node.find(f"{_XS}complexType")
        return cls(
            frozenset(
                child.attrib["ref"] for child in node.iter(f"{_XS}element") if "ref" in child.attrib
            ),
            frozenset(each.attrib["name"] for each in attributes),
            frozenset(each.attrib["name"] for each in attributes if each.get("use") == "required"),
            complex_type is None or complex_type.get("mixed") == "true",
        )


@dataclass(frozen=True, slots=True)
class Schema:
    """The elements of a schema; its order and patterns are not held to."""

    elements: dict[str, Element]

    @classmethod
    def read(cls, path: Path) -> Self:
        root = ET.parse(path).getroot()
        return cls(
            {node.attrib["name"]: Element.read(node) for node in root.findall(f"{_XS}element")}
        )

    def problems(self, node: ET.Element) -> list[str]:
        return list(self._problems(node))

    def _problems(self, node: ET.Element) -> Iterator[str]:
        known = self.elements.get(node.tag)
        if known is None:
            yield f"{node.tag} is unknown"
            return
        yield from (
            f"{node.tag} has {name}" for name in node.attrib if name not in known.attributes
        )
        yield from (
            f"{node.tag} lacks {name}" for name in sorted(known.required - node.attrib.keys())
        )
        if not known.text and (node.text or "").strip():
            yield f"{node.tag} holds text"
        for child in node:
            if child.tag not in known.children:
                yield f"{node.tag} holds {child.tag}"
            yield from self._problems(child)
