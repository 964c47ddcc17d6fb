"""How a violation is told to the person who meets it: what, where, why, and what to type.

A text depends on the workload's template alone, never on a generated name: Kubernetes aggregates
events by their text, and ten replicas must tell one story.
"""

from collections.abc import Sequence

from pinfold.policy.evaluate import Finding

MESSAGE_BYTES = 1024  # what an event of the ReplicaSet controller can carry whole
WARNING_CHARACTERS = 256  # the API server cuts longer ones (apiserver/pkg/warning)
_SHOWN = 120  # longest quotation of a user's own text


def denial(findings: Sequence[Finding], note: str = "") -> str:
    """The message of a refusal: every finding that fits into 1,024 bytes, then "+N more".

    `note` is a line for the end, kept whatever the findings need.
    """
    groups = _by_violation(findings)
    header = _header(groups)
    room = MESSAGE_BYTES - _bytes(header) - (_bytes(note) + 1 if note else 0)
    lines = [header, *_fit([_entry(group[0]) for group in groups], room)]
    return "\n".join([*lines, note] if note else lines)


def warnings(findings: Sequence[Finding], lead: str) -> list[str]:
    """One warning a violation, at most 256 characters each; `lead` says what it means here."""
    return [_warning(group[0], lead) for group in _by_violation(findings)]


def _by_violation(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings of several policies about one thing are one group, in order of first mention."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        violation = finding.violation
        groups.setdefault((violation.rule, violation.place, violation.found), []).append(finding)
    return list(groups.values())


def _header(groups: Sequence[Sequence[Finding]]) -> str:
    names = sorted({finding.policy for group in groups for finding in group})
    quoted = ", ".join(f'"{name}"' for name in names)
    return (
        f"{'policy' if len(names) == 1 else 'policies'} {quoted}: "
        f"{len(groups)} violation{'' if len(groups) == 1 else 's'}"
    )


def _entry(finding: Finding) -> str:
    violation = finding.violation
    fix = f"  Fix: {violation.fix}"
    if violation.find:
        fix += f"   Print it: {violation.find}"
    return (
        f'[{violation.rule}] container "{violation.container}", {violation.place}: '
        f"{_clip(violation.found, 2 * _SHOWN)}; {violation.why}.\n{_clip(fix, 4 * _SHOWN)}"
    )


def _fit(entries: Sequence[str], room: int) -> list[str]:
    """As many entries as fit, and how many do not."""
    shown: list[str] = []
    for index, entry in enumerate(entries):
        left = len(entries) - index - 1
        tail = len(f"\n+{left} more") if left else 0
        if _bytes(entry) + 1 + tail > room:
            return [*shown, f"+{left + 1} more"]
        shown.append(entry)
        room -= _bytes(entry) + 1
    return shown


def _warning(finding: Finding, lead: str) -> str:
    violation = finding.violation
    head = f'{lead} [{violation.rule}] container "{violation.container}": '
    fix = _clip(f"; {violation.fix}", _SHOWN)
    return head + _clip(violation.found, WARNING_CHARACTERS - len(head) - len(fix)) + fix


def _clip(text: str, most: int) -> str:
    """`text` in one printable line, its middle left out where it is longer than `most`."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    if len(text) <= most:
        return text
    half = (most - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def _bytes(text: str) -> int:
    return len(text.encode())
