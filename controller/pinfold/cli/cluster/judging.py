"""What the policies say of one pod or template, with the ConfigMaps that it reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pinfold.cli.notes import Note
from pinfold.cli.scanned import Found, Judge, found_in
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.read import NO_FILES, Files, inspect_pods
from pinfold.inspect.workload import Code, Workload
from pinfold.kube.client import Api
from pinfold.kube.config_map_names import config_maps_of
from pinfold.kube.config_maps import read_config_map
from pinfold.kube.errors import Forbidden, Invalid
from pinfold.kube.owners import Ref


@dataclass(slots=True)
class Judging:
    """ConfigMaps that may not be read are noted: the webhook has none at hand either."""

    api: Api
    judge: Judge
    notes: list[Note]
    _texts: dict[tuple[str, str], Mapping[str, str] | None] = field(default_factory=dict)

    async def of(self, ref: Ref, pods: Mapping[str, PodSpec], *, is_pod: bool) -> Found:
        """Raises ApiError."""
        seen = self._inspect(ref, pods, NO_FILES)
        whole = None
        if any(opaque.code is Code.CONFIGMAP for opaque in seen.opaque):
            files = await self._files(ref.namespace, pods)
            whole = self._inspect(ref, pods, files) if files else None
        entries = self.judge.entries(seen, whole)
        return found_in(ref.kind, ref.namespace, ref.name, entries, is_pod=is_pod)

    def _inspect(self, ref: Ref, pods: Mapping[str, PodSpec], files: Files) -> Workload:
        hints = self.judge.policies.hints(ref.namespace)
        return inspect_pods(ref.kind, ref.namespace, "", pods, files=files, hints=hints)

    async def _files(self, namespace: str, pods: Mapping[str, PodSpec]) -> Files:
        names = {name for spec in pods.values() for name in config_maps_of(spec)}
        texts = [(name, await self._text(namespace, name)) for name in sorted(names)]
        return {name: text for name, text in texts if text is not None}

    async def _text(self, namespace: str, name: str) -> Mapping[str, str] | None:
        key = namespace, name
        if key not in self._texts:
            try:
                self._texts[key] = await read_config_map(self.api, namespace, name)
            except (Forbidden, Invalid):
                self._texts[key] = None
                text = f"you may not read ConfigMap {namespace}/{name}, which a model server reads"
                self.notes.append(Note(text, is_gap=False))
        return self._texts[key]
