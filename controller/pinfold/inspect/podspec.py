"""The part of a PodSpec that decides what a pod runs and loads, decoded strictly by msgspec.

Field names and types are those of k8s.io/api/core/v1; a field that nothing here reads is left out
and costs nothing to skip. Structs are frozen, so a container can be the key of a cache.
A value of another type than the API's raises msgspec.ValidationError: the caller refuses it.
"""

from typing import Any

import msgspec


class _Read(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A struct of strings and tuples: it can hold no cycle, so the garbage collector skips it."""


class KeyRef(_Read, frozen=True, rename="camel", gc=False):
    """configMapKeyRef, secretKeyRef."""

    name: str = ""
    key: str = ""
    optional: bool | None = None


class FieldRef(_Read, frozen=True, rename="camel", gc=False):
    """fieldRef: a value of the pod itself, such as metadata.name or status.podIP."""

    field_path: str = ""


class ResourceFieldRef(_Read, frozen=True, rename="camel", gc=False):
    """resourceFieldRef: a number."""

    resource: str = ""


class FileKeyRef(_Read, frozen=True, rename="camel", gc=False):
    """fileKeyRef: a variable out of a file that an init container writes."""

    volume_name: str = ""
    path: str = ""


class ValueFrom(_Read, frozen=True, rename="camel", gc=False):
    """valueFrom of a variable; an unknown source leaves all of them None."""

    config_map_key_ref: KeyRef | None = None
    secret_key_ref: KeyRef | None = None
    field_ref: FieldRef | None = None
    resource_field_ref: ResourceFieldRef | None = None
    file_key_ref: FileKeyRef | None = None


class EnvVar(_Read, frozen=True, rename="camel", gc=False):
    """One entry of env; `value` counts as "" where both are absent."""

    name: str
    value: str | None = None
    value_from: ValueFrom | None = None


class SourceRef(_Read, frozen=True, rename="camel", gc=False):
    """configMapRef, secretRef."""

    name: str = ""
    optional: bool | None = None


class EnvFrom(_Read, frozen=True, rename="camel", gc=False):
    """One entry of envFrom: all keys of a ConfigMap or Secret."""

    prefix: str = ""
    config_map_ref: SourceRef | None = None
    secret_ref: SourceRef | None = None


class VolumeMount(_Read, frozen=True, rename="camel", gc=False):
    """One entry of volumeMounts."""

    name: str
    mount_path: str = ""
    sub_path: str = ""
    sub_path_expr: str = ""
    read_only: bool | None = None


class ExecAction(_Read, frozen=True, rename="camel", gc=False):
    """exec of a hook or a probe."""

    command: tuple[str, ...] | None = None


class Handler(_Read, frozen=True, rename="camel", gc=False):
    """A lifecycle hook or a probe, as far as it runs a command."""

    exec: ExecAction | None = None


class Lifecycle(_Read, frozen=True, rename="camel", gc=False):
    """lifecycle of a container."""

    post_start: Handler | None = None
    pre_stop: Handler | None = None


class Resources(_Read, frozen=True, rename="camel", gc=False):
    """resources of a container: quantities by resource name, such as {"nvidia.com/gpu": "1"}."""

    limits: dict[str, Any] | None = None
    requests: dict[str, Any] | None = None

    def __hash__(self) -> int:  # dicts have no hash; equality still compares the quantities
        return hash((frozenset(self.limits or ()), frozenset(self.requests or ())))


class Container(_Read, frozen=True, rename="camel", gc=False):
    """A container, an init container or an ephemeral container."""

    name: str = ""
    image: str = ""
    command: tuple[str, ...] | None = None
    args: tuple[str, ...] | None = None
    working_dir: str = ""
    env: tuple[EnvVar, ...] | None = None
    env_from: tuple[EnvFrom, ...] | None = None
    volume_mounts: tuple[VolumeMount, ...] | None = None
    resources: Resources | None = None
    restart_policy: str | None = None
    lifecycle: Lifecycle | None = None
    liveness_probe: Handler | None = None
    readiness_probe: Handler | None = None
    startup_probe: Handler | None = None


class ImageVolume(_Read, frozen=True, rename="camel", gc=False):
    """image of a volume: an OCI artefact that is mounted."""

    reference: str = ""


class KeyToPath(_Read, frozen=True, rename="camel", gc=False):
    """One entry of items of a ConfigMap or Secret in a volume."""

    key: str
    path: str


class ConfigMapVolume(_Read, frozen=True, rename="camel", gc=False):
    """configMap of a volume."""

    name: str = ""
    items: tuple[KeyToPath, ...] | None = None


class SecretVolume(_Read, frozen=True, rename="camel", gc=False):
    """secret of a volume, or of a source of a projected one; its name says nothing here."""

    items: tuple[KeyToPath, ...] | None = None


class FieldToPath(_Read, frozen=True, rename="camel", gc=False):
    """One entry of items of downwardAPI, and serviceAccountToken."""

    path: str = ""


class FieldsVolume(_Read, frozen=True, rename="camel", gc=False):
    """downwardAPI of a volume or a source."""

    items: tuple[FieldToPath, ...] | None = None


class ProjectedSource(_Read, frozen=True, rename="camel", gc=False):
    """One entry of sources; one that is not listed (clusterTrustBundle …) leaves all None."""

    config_map: ConfigMapVolume | None = None
    secret: SecretVolume | None = None
    downward_api: FieldsVolume | None = msgspec.field(name="downwardAPI", default=None)
    service_account_token: FieldToPath | None = None


class ProjectedVolume(_Read, frozen=True, rename="camel", gc=False):
    """projected of a volume."""

    sources: tuple[ProjectedSource, ...] | None = None


class Present(_Read, frozen=True, rename="camel", gc=False):
    """A volume source of which only its presence matters here."""


class ClaimVolume(_Read, frozen=True, rename="camel", gc=False):
    """persistentVolumeClaim of a volume."""

    claim_name: str = ""


class ClaimSpec(_Read, frozen=True, rename="camel", gc=False):
    """spec of a claim: whether something is copied into it when it is made."""

    data_source: Present | None = None
    data_source_ref: Present | None = None


class ClaimTemplate(_Read, frozen=True, rename="camel", gc=False):
    """volumeClaimTemplate of an ephemeral volume."""

    spec: ClaimSpec | None = None


class EphemeralVolume(_Read, frozen=True, rename="camel", gc=False):
    """ephemeral of a volume: a claim of its own for each pod."""

    volume_claim_template: ClaimTemplate | None = None


class Volume(_Read, frozen=True, rename="camel", gc=False):
    """A volume; a source that is not listed (csi, hostPath, nfs …) leaves all of them None."""

    name: str
    image: ImageVolume | None = None
    empty_dir: Present | None = None
    ephemeral: EphemeralVolume | None = None
    config_map: ConfigMapVolume | None = None
    secret: SecretVolume | None = None
    projected: ProjectedVolume | None = None
    downward_api: Present | None = msgspec.field(name="downwardAPI", default=None)
    persistent_volume_claim: ClaimVolume | None = None

    @property
    def begins_empty(self) -> bool:
        """Whether nothing lies on it when the pod starts: an emptyDir, or a claim made for it."""
        if self.ephemeral is None:
            return self.empty_dir is not None
        template = self.ephemeral.volume_claim_template
        spec = template.spec if template is not None else None
        return spec is None or (spec.data_source is None and spec.data_source_ref is None)


class PodSpec(_Read, frozen=True, rename="camel", gc=False):
    """A PodSpec."""

    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] | None = None
    ephemeral_containers: tuple[Container, ...] | None = None
    volumes: tuple[Volume, ...] | None = None
