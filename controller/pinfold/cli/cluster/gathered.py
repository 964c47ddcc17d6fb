"""From pods and templates to the workloads at the top of them."""

from dataclasses import dataclass, field

from pinfold.cli.scanned import Found
from pinfold.kube.owners import Held, Ref
from pinfold.kube.pods import Owner


@dataclass(slots=True)
class _Group:
    """The pods of one controller, before it is known who stands above it."""

    pod: Ref
    controller: Owner | None
    found: Found


@dataclass(slots=True)
class Gathered:
    """Pods come first, then what may stand above them."""

    _groups: dict[str, _Group] = field(default_factory=dict)
    _held: dict[str, Held] = field(default_factory=dict)
    _templates: list[tuple[Ref, Found]] = field(default_factory=list)

    def pod(self, ref: Ref, controller: Owner | None, found: Found) -> None:
        """One more pod."""
        key = ref.uid if controller is None else controller.uid
        group = self._groups.get(key)
        if group is None:
            self._groups[key] = _Group(ref, controller, found)
        else:
            group.found.merge(found)

    def above(self, held: Held) -> None:
        """An object that may stand above pods."""
        self._held[held.ref.uid] = held

    def template(self, ref: Ref, found: Found) -> None:
        """What is said of the template of such an object."""
        self._templates.append((ref, found))

    def workloads(self) -> tuple[Found, ...]:
        """By namespace, kind and name."""
        tops: dict[str, Found] = {}
        for group in self._groups.values():
            top = self._top(group.pod, group.controller)
            tops.setdefault(top.uid, _empty(top)).merge(group.found)
        for ref, template in self._templates:
            tops.setdefault(ref.uid, _empty(ref)).merge(template)
        return tuple(sorted(tops.values(), key=lambda one: (one.namespace, one.kind, one.name)))

    def _top(self, ref: Ref, controller: Owner | None) -> Ref:
        """As far up as can be seen; who is in no list stands there by name."""
        seen = {ref.uid}
        while controller is not None and controller.uid not in seen:
            seen.add(controller.uid)
            held = self._held.get(controller.uid)
            if held is None:
                return _named(controller, ref.namespace)
            ref, controller = held.ref, held.controller
        return ref


def _empty(ref: Ref) -> Found:
    return Found(ref.kind, ref.namespace, ref.name)


def _named(owner: Owner, namespace: str) -> Ref:
    return Ref(owner.api_version, owner.kind, namespace, owner.name, owner.uid)
