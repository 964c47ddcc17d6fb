"""The manifests of this folder, what a person expects of each, and what our reader says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pinfold.cli.judge import check_documents
from pinfold.cli.output import check_text
from pinfold.cli.output import json as inspect_json
from pinfold.cli.output.style import Style
from pinfold.cli.policies import read_policies
from pinfold.cli.report import Report, report_on
from pinfold.documents.model import BrokenDocument, Document
from pinfold.documents.read import read_documents
from pinfold.inspect.workload import Artefact, Code, Kind, State
from pinfold.policy.policy_set import PolicySet

HERE = Path(__file__).parent
DISAGREEMENTS = HERE / "disagreements.txt"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
_EXPECT = re.compile(r"# Expect: (.+)")
_PLAIN = Style(rich=False)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A file; `name` is its path from this folder, with slashes."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(HERE).as_posix()

    @property
    def expected(self) -> frozenset[str]:
        """What a person reads in it: the first line, taken apart at semicolons."""
        first = self.path.read_text("utf-8").partition("\n")[0]
        match = _EXPECT.fullmatch(first)
        assert match, f"{self.name} does not begin with '# Expect: '"
        facts = frozenset(fact.strip() for fact in match[1].split(";"))
        for fact in facts:
            assert _is_a_fact(fact), f"{self.name}: {fact!r} is no fact (see README.md)"
        return facts - {"nothing"}

    def documents(self) -> tuple[Document | BrokenDocument, ...]:
        return tuple(read_documents(self.path.read_bytes(), self.name))

    def inspected(self) -> str:
        """What `pinfold inspect --output json` prints."""
        return inspect_json.as_json(report_on(self.documents())) + "\n"

    def checked(self) -> str:
        """What `pinfold check` prints."""
        check = check_documents(self.documents(), policies(), NOW)
        return check_text.as_text(check, _PLAIN) + "\n"

    def outputs(self) -> Iterator[tuple[Path, str]]:
        """Each file of what is printed, and its text as it is now."""
        yield self.path.with_suffix(".inspect.json"), self.inspected()
        yield self.path.with_suffix(".check.txt"), self.checked()


def manifests() -> list[Manifest]:
    """All of them, by name."""
    found = (Manifest(path) for path in sorted(HERE.rglob("*.yaml")))
    return [manifest for manifest in found if manifest.path.parent != HERE]


@cache
def policies() -> PolicySet:
    """What is checked by."""
    path = HERE / "policies.yaml"
    return read_policies(read_documents(path.read_bytes(), path.name), NOW)


def told(report: Report) -> frozenset[str]:
    """What the reader says, in the words of an expectation."""
    facts = {_told(artefact) for read in report.workloads for artefact in read.workload.artefacts}
    facts |= {f"opaque {row.code}" for read in report.workloads for row in read.workload.opaque}
    facts |= {"unreadable" for _ in report.errors}
    return frozenset(facts)


def _told(artefact: Artefact) -> str:
    state = str(artefact.state)
    if artefact.provenance is not None:
        state += f":{artefact.provenance.state}"
    return f"{artefact.kind} {artefact.id or '-'} {state}"


def _is_a_fact(text: str) -> bool:
    match text.split(" "):
        case ["nothing"] | ["unreadable"]:
            return True
        case ["opaque", code]:
            return code in set(Code)
        case [kind, _identifier, state]:
            name, colon, source = state.partition(":")
            sources = {*State, "unknown"} if colon else {""}
            return kind in set(Kind) and name in set(State) and source in sources
    return False


def disagreements() -> dict[str, frozenset[str]]:
    """Where our reader is known to be wrong: what it says, by the manifest's name."""
    rows: dict[str, frozenset[str]] = {}
    for line in DISAGREEMENTS.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, facts = line.partition(": ")
            assert name not in rows, f"{name} is there twice"
            rows[name] = frozenset(facts.split("; ")) - {"nothing"}
    return rows


def facts_of(outputs: Any) -> str:
    """Facts as a line of text."""
    return "; ".join(sorted(outputs)) or "nothing"
