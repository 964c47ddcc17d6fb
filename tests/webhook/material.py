"""Reviews, policies and certificates for tests of the webhook, in few words."""

import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pinfold.policy.policy_set import PolicySet, read_policy_set
from pinfold.webhook.judgement import Endpoint
from pinfold.webhook.review import Answer, Reviewer

Object = dict[str, Any]
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
DIGEST = "sha256:" + "ab" * 32
COMMIT = "9f3c" * 10
PINNED_IMAGE = f"docker.io/vllm/vllm-openai:v0.33.0@{DIGEST}"
UID = "705ab4f5-6393-11e8-b7cc-42010a800002"
BREAK_GLASS = "kubectl delete validatingwebhookconfiguration pinfold"

UNPINNED: Object = {
    "name": "vllm",
    "image": "vllm/vllm-openai:latest",
    "args": ["--model", "meta-llama/Llama-3.1-8B-Instruct"],
}
PINNED: Object = {
    "name": "vllm",
    "image": PINNED_IMAGE,
    "args": ["--model", "meta-llama/Llama-3.1-8B-Instruct", f"--revision={COMMIT}"],
}
DEBUG: Object = {"name": "debug", "image": "busybox:latest"}
CONTROLLED: list[Object] = [
    {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "x", "controller": True}
]
GROUPS = {"Pod": "", "ReplicationController": "", "CronJob": "batch", "Job": "batch"}
TEMPLATE_KINDS = (
    "ReplicationController",
    "DaemonSet",
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
    "CronJob",
    "Job",
)


def policies(mode: str = "Enforce") -> PolicySet:
    spec = {
        "mode": mode,
        "rules": {"imageDigest": {}, "modelRevision": {}, "commandUnderstood": {}},
    }
    policy = {
        "apiVersion": "pinfold.dev/v1alpha1",
        "kind": "SupplyChainPolicy",
        "metadata": {"name": "default", "uid": "1"},
        "spec": spec,
    }
    return read_policy_set([policy], [], PolicySet())


def pod(*containers: Object, owners: list[Object] | None = None, **spec: Any) -> Object:
    metadata: Object = {"name": "llama", "namespace": "ml"}
    if owners is not None:
        metadata["ownerReferences"] = owners
    spec = {"containers": list(containers or (UNPINNED,)), **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def workload(kind: str, *containers: Object, owners: list[Object] | None = None) -> Object:
    made = pod(*containers, owners=owners)
    spec: Object = {"replicas": 1, "template": {"metadata": {}, "spec": made["spec"]}}
    if kind == "CronJob":
        spec = {"schedule": "@daily", "jobTemplate": {"spec": spec}}
    version = "/".join(part for part in (GROUPS.get(kind, "apps"), "v1") if part)
    return {**made, "apiVersion": version, "kind": kind, "spec": spec}


def review(new: Object | None, old: Object | None = None, **fields: Any) -> Object:
    """A CREATE of `new`, or an UPDATE where `old` is given; `fields` replace what a request has."""
    kind = (new or old or {}).get("kind", "Pod")
    request: Object = {
        "uid": UID,
        "kind": {"group": GROUPS.get(kind, "apps"), "version": "v1", "kind": kind},
        "operation": "CREATE" if old is None else "UPDATE",
        "namespace": "ml",
        "name": "llama",
        "object": new,
        "oldObject": old,
    }
    return {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": request | fields,
    }


def as_bytes(value: Any) -> bytes:
    return json.dumps(value).encode()


def answer_to(
    value: Any,
    endpoint: Endpoint = "enforce",
    loaded: PolicySet | None = policies(),  # noqa: B008 - frozen
    reviewer: Reviewer | None = None,
) -> Answer:
    body = value if isinstance(value, bytes) else as_bytes(value)
    return (reviewer or Reviewer(BREAK_GLASS)).review(endpoint, body, loaded, NOON)


def response(answer: Answer) -> Object:
    """The response in an answer; the whole must be an AdmissionReview v1."""
    whole = json.loads(answer.body)
    assert answer.status == 200
    assert set(whole) == {"apiVersion", "kind", "response"}
    assert whole["apiVersion"] == "admission.k8s.io/v1"
    assert whole["kind"] == "AdmissionReview"
    found: Object = whole["response"]
    return found


def write_pair(folder: Path, common_name: str, *, lifetime: timedelta = timedelta(days=1)) -> None:
    """Writes a self-signed tls.crt and tls.key for 127.0.0.1."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    end = datetime.now(UTC) + lifetime
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=30))
        .not_valid_after(end)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "tls.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


class MountedSecret:
    """A folder that changes as the kubelet changes a Secret's volume: by renaming `..data`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._versions = 0
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("tls.crt", "tls.key"):
            (folder / name).symlink_to(f"..data/{name}")

    def update(self, common_name: str, *, lifetime: timedelta = timedelta(days=1)) -> Path:
        """A new pair; the folder of this version, for those who want to break it."""
        version = self.prepare(common_name, lifetime=lifetime)
        self.switch_to(version)
        return version

    def prepare(self, common_name: str, *, lifetime: timedelta = timedelta(days=1)) -> Path:
        self._versions += 1
        version = self.folder / f"..{self._versions}"
        write_pair(version, common_name, lifetime=lifetime)
        return version

    def switch_to(self, version: Path) -> None:
        link = self.folder / "..data_tmp"
        link.symlink_to(version.name)
        link.rename(self.folder / "..data")
