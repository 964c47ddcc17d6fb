"""The real registry on loopback, with and without logins, and one that never answers."""

import base64
import hashlib
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from tests.cli.pin.debian import registry_program

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
# htpasswd -nbB user secret
HTPASSWD = "user:$2y$05$wCoCZdzqTLz6XKkjUJUs1OT3Ic0qZMObZ7RO.82g9xduvPpj0Fdzy\n"
USER, PASSWORD = "user", "secret"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        assert isinstance(port, int)
        return port


@dataclass(frozen=True)
class Registry:
    host: str
    headers: dict[str, str]

    def push(self, path: str, tag: str, note: str = "") -> str:
        """An index of two architectures; its digest."""
        manifests = []
        for architecture in ("amd64", "arm64"):
            config = json.dumps({"architecture": architecture, "os": "linux"}).encode()
            manifest = {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": self._blob(path, config),
                "layers": [],
            }
            row = self._manifest(path, architecture, MANIFEST, manifest)
            manifests.append({**row, "platform": {"architecture": architecture, "os": "linux"}})
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}
        digest = self._manifest(path, tag, INDEX, {**index, "annotations": {"note": note or tag}})[
            "digest"
        ]
        assert isinstance(digest, str)
        return digest

    def _blob(self, path: str, data: bytes) -> dict[str, Any]:
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        answer = self._send("POST", f"http://{self.host}/v2/{path}/blobs/uploads/")
        place = answer.headers["location"]
        sign = "&" if "?" in place else "?"
        self._send("PUT", f"{place}{sign}digest={digest}", data, "application/octet-stream")
        kind = "application/vnd.oci.image.config.v1+json"
        return {"mediaType": kind, "digest": digest, "size": len(data)}

    def _manifest(self, path: str, tag: str, kind: str, value: Any) -> dict[str, Any]:
        data = json.dumps(value).encode()
        url = f"http://{self.host}/v2/{path}/manifests/{tag}"
        self._send("PUT", url, data, kind)
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        return {"mediaType": kind, "digest": digest, "size": len(data)}

    def _send(self, method: str, url: str, data: bytes = b"", kind: str = "") -> Any:
        request = urllib.request.Request(url, data=data, method=method, headers=self.headers)
        if kind:
            request.add_header("Content-Type", kind)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer


@contextmanager
def registry(
    folder: Path, auth: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> Iterator[Registry]:
    host = f"127.0.0.1:{free_port()}"
    config: dict[str, Any] = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "storage")}},
        "http": {"addr": host},
    }
    if auth is not None:
        config["auth"] = auth
    file = folder / "registry.yaml"
    file.write_text(yaml.safe_dump(config), "utf-8")
    with (folder / "registry.log").open("wb") as log:
        command = [str(registry_program()), "serve", str(file)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_for(host, process)
        yield Registry(host, headers or {})
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(host: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"http://{host}/v2/", timeout=5):
                return
        except urllib.error.HTTPError as error:
            error.close()
            return  # it wants a login
        except OSError:
            assert process.poll() is None, "the registry ended"
            assert time.monotonic() < end, "the registry does not answer"
            time.sleep(0.05)


@contextmanager
def with_password(folder: Path) -> Iterator[Registry]:
    (folder / "htpasswd").write_text(HTPASSWD, "utf-8")
    auth = {"htpasswd": {"realm": "here", "path": str(folder / "htpasswd")}}
    pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    with registry(folder, auth, {"Authorization": f"Basic {pair}"}) as running:
        yield running


class TokenService:
    """Gives tokens as docker's own service does, to who knows the password."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[dict[str, str]] = []
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tokens")])
        now = datetime.now(UTC)
        self._certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .sign(self._key, hashes.SHA256())
        )
        self.bundle = folder / "tokens.pem"
        self.bundle.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def token(self, scope: str) -> str:
        der = self._certificate.public_bytes(serialization.Encoding.DER)
        head = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(der).decode()]}
        now = int(time.time())
        access = []
        if scope:
            kind, path, actions = scope.split(":")
            access = [{"type": kind, "name": path, "actions": actions.split(",")}]
        body = {
            "iss": "tokens", "sub": "", "aud": "registry", "jti": "1", "access": access,
            "exp": now + 300, "nbf": now - 10, "iat": now,
        }  # fmt: skip
        text = ".".join(_base64(json.dumps(part).encode()) for part in (head, body))
        signature = self._key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{text}.{_base64(signature)}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def with_tokens(folder: Path) -> Iterator[tuple[Registry, TokenService]]:
    service = TokenService(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = {key: row[0] for key, row in parse_qs(urlsplit(self.path).query).items()}
            self._answer(query, self.headers.get("authorization", ""))

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {key: row[0] for key, row in parse_qs(data).items()}
            allowed = form.get("refresh_token") == "identity"
            self._answer(form, _basic() if allowed else "")

        def _answer(self, asked: dict[str, str], login: str) -> None:
            service.asked.append(asked)
            known = login == _basic()
            body: dict[str, Any] = (
                {"token": service.token(asked.get("scope", ""))} if known else {"errors": []}
            )
            data = json.dumps(body).encode()
            self.send_response(200 if known else 401)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    with serving(Handler) as host:
        auth = {
            "token": {
                "realm": f"http://{host}/token",
                "service": "registry",
                "issuer": "tokens",
                "rootcertbundle": str(service.bundle),
            }
        }
        pusher = {"Authorization": f"Bearer {service.token('repository:team/llm:push,pull')}"}
        with registry(folder, auth, pusher) as running:
            yield running, service


def _basic() -> str:
    return "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@contextmanager
def that_hangs() -> Iterator[str]:
    """Takes connections, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
