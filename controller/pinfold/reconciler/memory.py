"""What was last written on each object, so that an annotation need not be believed."""

from collections.abc import Iterable
from functools import lru_cache

from pinfold.kube.pods import UNMARKED, Annotations
from pinfold.reconciler.drift import Outcome, Status

_STATUSES = {status.value: status for status in Status}


@lru_cache(maxsize=1024)
def marks_of(status: Status, rules: tuple[str, ...]) -> Annotations:
    """The annotations that tell an outcome; the same object each time."""
    return Annotations(status.value, ",".join(rules) or None)


def wanted(outcome: Outcome) -> Annotations:
    """The annotations that tell `outcome`."""
    return marks_of(outcome.status, outcome.rules)


def status_in(marks: Annotations) -> Status | None:
    """The status that annotations tell, if they tell one."""
    return _STATUSES.get(marks.scan_status or "")


class Memory:
    """By uid, what stands there by our own hand.

    After a start it is empty, and what stands there is taken for ours; once all was seen, what is
    not in it is not ours.
    """

    def __init__(self) -> None:
        self._written: dict[str, Annotations] = {}
        self._told: dict[str, Status] = {}
        self._is_whole = False

    def before(self, uid: str, found: Annotations) -> Status | None:
        """What was last said of the object that carries `found`."""
        return status_in(self._ours(uid, found))

    def last_told(self, uid: str, found: Annotations) -> Status | None:
        """What events last told of a workload, whether or not it could be marked."""
        return self._told.get(uid) or self.before(uid, found)

    def told(self, uid: str, status: Status) -> None:
        """Events need not tell this again."""
        self._told[uid] = status

    def is_forged(self, uid: str, found: Annotations) -> bool:
        """Whether somebody changed what we wrote, or wrote in our name."""
        return self._ours(uid, found) != found

    def written(self, uid: str, marks: Annotations) -> None:
        """It stands there now."""
        if marks == UNMARKED:
            self._written.pop(uid, None)
        else:
            self._written[uid] = marks

    def found(self, uid: str, marks: Annotations) -> None:
        """It stands there still, for we could not write; whose it is we know no better than before.

        Of what was never ours it is assumed that it is: an earlier leader wrote it.
        """
        if not self._is_whole:
            self._written.setdefault(uid, marks)

    def keep(self, marked: Iterable[str], workloads: Iterable[str]) -> None:
        """These uids are all that there are."""
        written, told = self._written, self._told
        self._written = {uid: written[uid] for uid in marked if uid in written}
        self._told = {uid: told[uid] for uid in workloads if uid in told}
        self._is_whole = True

    def _ours(self, uid: str, found: Annotations) -> Annotations:
        return self._written.get(uid, UNMARKED if self._is_whole else found)
