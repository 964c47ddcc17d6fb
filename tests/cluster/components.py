"""What each component of the control plane is started with, and the files that it reads."""

import base64
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from tests.cluster.processes import free_port
from tests.cluster.programs import HERE, Programs

# The P-256 group's order: a private key is a number from 1 to this, exclusive (SEC 2, 2.4.2).
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

_PEM_BEGIN = "-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Ports:
    etcd: int = field(default_factory=free_port)
    etcd_peer: int = field(default_factory=free_port)
    api: int = field(default_factory=free_port)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the files of one cluster are; all below `folder`, which only its owner can read."""

    folder: Path

    @property
    def certificates(self) -> Path:
        return self.folder / "certificates"

    @property
    def authority(self) -> Path:
        return self.certificates / "authority.crt"

    def write_authority(self) -> bool:
        """False while the API server has not made it.

        Its file holds the server's certificate and then the authority that signed it; as the root
        of trust, only the latter is valid.
        """
        made = self.certificates / "apiserver.crt"
        begin = made.read_text("ascii").rpartition(_PEM_BEGIN) if made.exists() else None
        if not begin or not begin[0]:
            return False
        self.authority.write_text(begin[1] + begin[2], "ascii")
        return True

    @property
    def signing_key(self) -> Path:
        return self.folder / "service-accounts.key"

    @property
    def tokens(self) -> Path:
        return self.folder / "tokens.csv"

    @property
    def kubeconfig(self) -> Path:
        return self.folder / "kubeconfigs" / "admin.yaml"

    @property
    def audit_log(self) -> Path:
        return self.folder / "audit.jsonl"

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"


@dataclass(frozen=True, slots=True)
class Tokens:
    admin: str = field(default_factory=secrets.token_hex)
    alice: str = field(default_factory=secrets.token_hex)

    def csv(self) -> str:
        """Lines of token, name, id and groups: the API server's --token-auth-file."""
        return f"{self.admin},admin,admin,system:masters\n{self.alice},alice,alice,ml-engineers\n"


def write_secrets(layout: Layout, tokens: Tokens) -> None:
    layout.log("any").parent.mkdir()
    (layout.folder / "home").mkdir()
    layout.tokens.write_text(tokens.csv(), "ascii")
    layout.signing_key.write_text(_signing_key(), "ascii")


def _signing_key() -> str:
    """A new P-256 private key as PEM. Its public half may be left out (RFC 5915, section 3)."""
    number = 1 + secrets.randbelow(_P256_ORDER - 1)
    curve = bytes.fromhex("a00a06082a8648ce3d030107")
    body = bytes.fromhex("0201010420") + number.to_bytes(32, "big") + curve
    text = base64.b64encode(b"\x30" + bytes([len(body)]) + body).decode("ascii")
    return f"-----BEGIN EC PRIVATE KEY-----\n{text}\n-----END EC PRIVATE KEY-----\n"


def etcd(programs: Programs, layout: Layout, ports: Ports) -> list[str]:
    client = f"http://127.0.0.1:{ports.etcd}"
    peer = f"http://127.0.0.1:{ports.etcd_peer}"
    return [
        str(programs.etcd),
        f"--data-dir={layout.folder / 'etcd'}",
        "--unsafe-no-fsync",  # the data are thrown away, and disks are slow
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
    ]


def api_server(programs: Programs, layout: Layout, ports: Ports) -> list[str]:
    return [
        str(programs.kube_apiserver),
        f"--etcd-servers=http://127.0.0.1:{ports.etcd}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={layout.signing_key}",
        f"--service-account-signing-key-file={layout.signing_key}",
        f"--token-auth-file={layout.tokens}",
        "--authorization-mode=RBAC",
        "--bind-address=127.0.0.1",
        "--endpoint-reconciler-type=none",  # it refuses to advertise 127.0.0.1
        f"--secure-port={ports.api}",
        f"--cert-dir={layout.certificates}",
        "--service-cluster-ip-range=10.0.0.0/24",
        f"--audit-policy-file={HERE / 'audit.yaml'}",
        f"--audit-log-path={layout.audit_log}",
    ]


def controller_manager(programs: Programs, layout: Layout) -> list[str]:
    return [
        str(programs.kube_controller_manager),
        f"--kubeconfig={layout.kubeconfig}",
        "--secure-port=0",
        f"--service-account-private-key-file={layout.signing_key}",
        f"--root-ca-file={layout.authority}",
        "--use-service-account-credentials",
        "--leader-elect=false",
        "--controllers=*,-node-ipam-controller",
        # At the usual 20 a second, making the accounts of its controllers takes 5 s.
        "--kube-api-qps=1000",
        "--kube-api-burst=1000",
        # A test may stop the API server for minutes; its nodes must not be drained for that.
        "--node-monitor-grace-period=15m",
    ]


def scheduler(programs: Programs, layout: Layout) -> list[str]:
    return [
        str(programs.kube_scheduler),
        f"--kubeconfig={layout.kubeconfig}",
        "--secure-port=0",
        "--leader-elect=false",
    ]


def kwok(programs: Programs, layout: Layout) -> list[str]:
    return [
        str(programs.kwok),
        f"--kubeconfig={layout.kubeconfig}",
        f"--config={HERE / 'stages.yaml'}",
        "--manage-all-nodes",
        "--node-lease-duration-seconds=40",
        "--cidr=10.1.0.0/16",
        "--node-ip=10.2.0.1",
        "--server-address=127.0.0.1:0",
    ]
