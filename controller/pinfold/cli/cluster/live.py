"""Everything that runs in a cluster, or is made from a template there, as the policies see it."""

from collections.abc import Sequence
from contextlib import aclosing

from pinfold.cli.cluster.gathered import Gathered
from pinfold.cli.cluster.judging import Judging
from pinfold.cli.cluster.reach import Reach, all_namespaces
from pinfold.cli.notes import Note
from pinfold.cli.scanned import Found, Judge
from pinfold.inspect.kinds import BUILT_IN, WorkloadKind
from pinfold.kube.client import Api
from pinfold.kube.errors import Forbidden
from pinfold.kube.owners import Ref
from pinfold.kube.pods import PAGE_SECONDS, RUNNING, Page, Pod, read_page
from pinfold.kube.templates import Template, collection_of, template_pages

_PODS = next(row for row in BUILT_IN if row.kind == "Pod")
# What other projects' objects run is seen in their pods; a PodTemplate runs nothing by itself.
_TEMPLATES = tuple(row for row in BUILT_IN if row.kind not in ("Pod", "PodTemplate"))


class NothingAllowed(Exception):
    """No pod may be listed anywhere."""


class Live:
    """Reads a cluster once; what may not be read is noted."""

    def __init__(self, api: Api, judge: Judge, reach: Reach) -> None:
        self.notes: list[Note] = []
        self._api = api
        self._reach = reach
        self._judging = Judging(api, judge, self.notes)
        self._gathered = Gathered()
        self._unjudged: set[str] = set()

    async def read(self, namespaces: Sequence[str]) -> tuple[Found, ...]:
        """All workloads, in all namespaces where none is given.

        Raises NothingAllowed, Gone (the list was forgotten in the midst of it) and ApiError.
        """
        for scope in await self._pods(namespaces):
            for row in _TEMPLATES:
                await self._templates_of(row, scope)
        return self._gathered.workloads()

    @property
    def unjudged(self) -> tuple[str, ...]:
        """Namespaces in which something runs and the webhook is never called."""
        return tuple(sorted(self._unjudged))

    async def _pods(self, namespaces: Sequence[str]) -> Sequence[str | None]:
        """The scopes in which they could be listed; None is the whole cluster."""
        if not namespaces:
            try:
                await self._pods_of(None)
            except Forbidden:
                namespaces = await self._each_namespace()
            else:
                return [None]
        allowed = [scope for scope in namespaces if await self._may_list(scope)]
        if not allowed:
            raise NothingAllowed("you may list the pods of none of these namespaces")
        return allowed

    async def _each_namespace(self) -> Sequence[str]:
        try:
            return await all_namespaces(self._api)
        except Forbidden as error:
            raise NothingAllowed(
                "you may list neither the pods of all namespaces nor the namespaces themselves:"
                " name yours with --namespace"
            ) from error

    async def _may_list(self, namespace: str) -> bool:
        try:
            await self._pods_of(namespace)
        except Forbidden:
            self.notes.append(Note(f"namespace {namespace}: you may not list its pods"))
            return False
        return True

    async def _pods_of(self, namespace: str | None) -> None:
        path = collection_of(_PODS, namespace)
        async with aclosing(self._api.pages(path, RUNNING, deadline_seconds=PAGE_SECONDS)) as pages:
            async for raw in pages:
                await self._take(read_page(raw))

    async def _take(self, page: Page) -> None:
        if page.unreadable:
            self.notes.append(Note(f"{page.unreadable} of the pods cannot be read"))
        for pod in page.pods:
            metadata = pod.metadata
            if self._is_judged(metadata.namespace) and not _is_of_a_node(pod):
                ref = Ref("v1", "Pod", metadata.namespace, metadata.name, metadata.uid)
                found = await self._judging.of(ref, {"spec": pod.spec}, is_pod=True)
                self._gathered.pod(ref, metadata.controller, found)

    async def _templates_of(self, row: WorkloadKind, scope: str | None) -> None:
        try:
            async with aclosing(template_pages(self._api, row, scope)) as pages:
                async for page in pages:
                    for template in page:
                        await self._take_template(template)
        except Forbidden:
            where = f"namespace {scope}: " if scope else ""
            text = f"{where}you may not list {row.resource}: those without a pod are not seen"
            self.notes.append(Note(text))

    async def _take_template(self, template: Template) -> None:
        held = template.held
        self._gathered.above(held)
        if held.controller is not None or not self._is_judged(held.ref.namespace):
            return
        if not template.is_readable:
            ref = held.ref
            self.notes.append(Note(f"{ref.kind} {ref.namespace}/{ref.name} cannot be read"))
        elif template.pods:
            found = await self._judging.of(held.ref, template.pods, is_pod=False)
            self._gathered.template(held.ref, found)

    def _is_judged(self, namespace: str) -> bool:
        if self._reach.is_judged(namespace):
            return True
        self._unjudged.add(namespace)
        return False


def _is_of_a_node(pod: Pod) -> bool:
    """The mirror of a static pod: the kubelet makes it, and the webhook is not called."""
    controller = pod.metadata.controller
    return controller is not None and (controller.api_version, controller.kind) == ("v1", "Node")
