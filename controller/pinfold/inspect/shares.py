"""The work that one Pod may take, shared by its containers.

Each gets a first share, which is enough for any that is written by hand; what is left goes to those
that need more, in equal parts. So nobody's container keeps another one from being read.
"""

from collections.abc import Iterator
from itertools import islice

from pinfold.inspect.commands.expansion import MAX_WORK, Budget
from pinfold.inspect.containers import PodContext, Row, read_container, unread
from pinfold.inspect.limits import (
    FIRST_WORK,
    KEPT_BACK,
    MOST_CONTAINERS,
    MOST_ITEMS,
    MOST_VOLUMES,
    items_of,
)
from pinfold.inspect.podspec import Container, PodSpec

_MANY = f"a Pod of more than {MOST_CONTAINERS} containers is not read"
_VOLUMES = f"a Pod of more than {MOST_VOLUMES} volumes, or {MOST_ITEMS} files in them, is not read"


def rows_of(spec: PodSpec, context: PodContext) -> tuple[list[Row], Budget]:
    """Each container, and what was read of it alone; and the work that is left."""
    places = list(islice(containers_of(spec, context.path), MOST_CONTAINERS + 1))
    if len(places) > MOST_CONTAINERS:
        place, container = places[-1]
        return [unread(container, context, place, _MANY)], Budget(0)
    if len(context.volumes) > MOST_VOLUMES or sum(map(items_of, context.volumes)) > MOST_ITEMS:
        return [unread(one, context, place, _VOLUMES) for place, one in places], Budget(0)
    left = Budget(MAX_WORK)
    first = FIRST_WORK if len(places) > 1 else MAX_WORK
    rows: list[Row] = []
    for place, container in places:
        row = read_container(container, context, place, min(first, left.left))
        rows.append(row)
        left.spend(row.work)
    if len(places) > 1:
        _with_more(rows, context, left)
    return rows, left


def _with_more(rows: list[Row], context: PodContext, left: Budget) -> None:
    """Those that a first share did not do for are read again, with what is left."""
    waiting = [index for index, row in enumerate(rows) if not row.whole]
    for done, index in enumerate(waiting):
        share = (left.left - KEPT_BACK) // (len(waiting) - done)
        if share > FIRST_WORK:
            before = rows[index]
            rows[index] = read_container(before.container, context, before.place, share)
            left.spend(rows[index].work)


def containers_of(spec: PodSpec, path: str) -> Iterator[tuple[str, Container]]:
    """Every container of a PodSpec with its place, in the order in which they start."""
    for field, containers in (
        ("initContainers", spec.init_containers),
        ("containers", spec.containers),
        ("ephemeralContainers", spec.ephemeral_containers),
    ):
        for index, container in enumerate(containers or ()):
            yield f"{path}.{field}[{index}]", container
