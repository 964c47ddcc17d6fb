"""A check as a JUnit report: a suite a file, a test case a workload.

Without times: a check of the same files is the same report, byte for byte.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from pinfold.cli.judge import Check, Judged, Objection, is_as_strict
from pinfold.cli.output.check_text import name_of, objection_lines
from pinfold.cli.output.style import Style
from pinfold.documents.model import BrokenDocument
from pinfold.policy.violation import Mode

_PLAIN = Style(rich=False)


@dataclass(slots=True)
class _Suite:
    cases: list[ET.Element] = field(default_factory=list)
    failures: int = 0
    errors: int = 0


def as_junit(check: Check, least: Mode) -> str:
    """`least` is the mode from which on an objection is a failure; milder ones are told."""
    suites: dict[str, _Suite] = {}
    for judged in check.workloads:
        suite = suites.setdefault(judged.read.document.source, _Suite())
        case = _case_of(judged, least)
        suite.cases.append(case)
        suite.failures += case.find("failure") is not None
    for broken in check.errors:
        suite = suites.setdefault(broken.source, _Suite())
        suite.cases.append(_case_of_broken(broken))
        suite.errors += 1
    root = ET.Element("testsuites", {"name": "pinfold check", **_totals(suites.values())})
    for source, suite in suites.items():
        attributes = {"name": _name(source), **_totals([suite])}
        ET.SubElement(root, "testsuite", attributes).extend(suite.cases)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _totals(suites: Iterable[_Suite]) -> dict[str, str]:
    rows = list(suites)
    return {
        "tests": str(sum(len(suite.cases) for suite in rows)),
        "failures": str(sum(suite.failures for suite in rows)),
        "errors": str(sum(suite.errors for suite in rows)),
    }


def _case_of(judged: Judged, least: Mode) -> ET.Element:
    source = judged.read.document.source
    names = {"name": _PLAIN.quote(name_of(judged)), "classname": _name(source)}
    case = ET.Element("testcase", names)
    failing = [o for o in judged.objections if is_as_strict(o, least)]
    milder = [o for o in judged.objections if o not in failing]
    if failing:
        rules = dict.fromkeys(objection.violation.rule for objection in failing)
        told = {"type": "violation", "message": ", ".join(rules)}
        ET.SubElement(case, "failure", told).text = _told(judged, failing)
    if milder:
        ET.SubElement(case, "system-out").text = _told(judged, milder)
    return case


def _told(judged: Judged, objections: list[Objection]) -> str:
    blocks = ("\n".join(objection_lines(judged, each, _PLAIN)) for each in objections)
    return "\n" + "\n\n".join(blocks) + "\n"


def _case_of_broken(broken: BrokenDocument) -> ET.Element:
    names = {"name": f"document {broken.index}", "classname": _name(broken.source)}
    case = ET.Element("testcase", names)
    told = {"type": "unreadable", "message": _PLAIN.quote(f"line {broken.line}: {broken.message}")}
    ET.SubElement(case, "error", told)
    return case


def _name(source: str) -> str:
    return "stdin" if source == "-" else _PLAIN.quote(source)
