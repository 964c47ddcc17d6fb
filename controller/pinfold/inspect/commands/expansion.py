"""Kubernetes' own `$(NAME)` in command, args and env, letter by letter.

Source: k8s.io/kubernetes third_party/forked/golang/expansion/expand.go. What is not set stays as
it is written, `$$` is a dollar, and nothing else is special.
"""

import re
from collections.abc import Callable

from pinfold.inspect.commands.model import HOLE, Unread, Value
from pinfold.inspect.workload import Code

Lookup = Callable[[str], Value | None]

# A dollar and what follows it: another dollar, a name in parentheses, or nothing special.
_OPERATOR = re.compile(r"\$(?:\$|\(([^)]*)\))")

# Set by controllers when they create the pod, or by the kubelet: one word each.
_INJECTED = re.compile(
    r"LWS_[A-Z_]+|JOB_COMPLETION_INDEX|[A-Z0-9_]+_SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)"
    r"|[A-Z0-9_]+_PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?",
    re.ASCII,
)


def injected(name: str) -> Unread | None:
    """What is known of a variable that Kubernetes or a controller sets; None for any other name."""
    if _INJECTED.fullmatch(name):
        return Unread(Code.UNSET_VARIABLE, f"{name} is set when the pod runs", clean=True)
    return None


MAX_WORK = 4_000  # for all containers of a Pod, in pieces of a hundredth of a millisecond


class Budget:
    """How much text may still be made, or work be done: references grow without bound."""

    def __init__(self, left: int) -> None:
        self.begun = left
        self.left = left

    def spend(self, amount: int) -> bool:
        """Whether there was enough."""
        self.left -= amount
        return self.left >= 0

    @property
    def is_tired(self) -> bool:
        """Whether a quarter of a Pod's work was done, however much there was to begin with."""
        return self.begun - self.left > MAX_WORK // 4


def expand(
    text: str, lookup: Lookup, budget: Budget | None = None
) -> tuple[str, tuple[str, ...], Unread | None]:
    """The text with its references replaced; the references that were; and why a part is a hole."""
    if "$" not in text:
        return text, (), None
    parts: list[str] = []
    steps: list[str] = []
    unread: Unread | None = None
    end = 0
    # Behind the last parenthesis no reference ends, and each would be looked for to the end.
    for match in _OPERATOR.finditer(text, 0, text.rfind(")") + 1):
        parts.append(text[end : match.start()])
        end = match.end()
        name = match[1]
        value = None if name is None else lookup(name) or _hole(name)
        if value is None:
            parts.append("$" if name is None else match[0])
        else:
            parts.append(value.text)
            steps.append(f"$({name})")
            unread = worse(unread, value.unread)
    parts.append(text[end:].replace("$$", "$"))
    if budget is not None and not budget.spend(sum(map(len, parts))):
        return HOLE, (), Unread(Code.TOO_LARGE, "its variables make a text that is too large")
    return "".join(parts), tuple(steps), unread


def _hole(name: str) -> Value | None:
    unread = injected(name)
    return Value(HOLE, "", unread=unread) if unread else None


def worse(first: Unread | None, second: Unread | None) -> Unread | None:
    """Of two reasons the one that promises less."""
    if first is None or second is None:
        return first or second
    return second if _promised(first) > _promised(second) else first


def _promised(unread: Unread) -> int:
    return 2 if unread.clean else int(unread.empty)
