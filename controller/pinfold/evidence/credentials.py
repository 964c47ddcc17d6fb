"""The user's own logins at registries: docker's and podman's files, and their helpers.

Sources: docker/cli cli/config (config.json, credsStore, credHelpers), docker-credential-helpers
(the protocol of `get`), containers-auth.json(5).
"""

import base64
import binascii
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

_DOCKER_HUB = ("https://index.docker.io/v1/", "index.docker.io", "docker.io")
_TOKEN_USER = "<token>"  # noqa: S105 - how helpers say that the secret is an identity token
_HELPER_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Login:
    """Who the user is at a registry; an identity token is exchanged, not sent as a password."""

    source: str
    user: str = ""
    password: str = ""
    identity_token: str = ""


@dataclass(frozen=True, slots=True)
class Logins:
    """What the files say, and the programs that know more."""

    files: tuple[Path, ...]
    environ: Mapping[str, str]

    @classmethod
    def of_user(cls, environ: Mapping[str, str] = os.environ) -> "Logins":
        """Docker's file first, then podman's."""
        home = Path(environ.get("HOME") or Path.home())
        files = [Path(environ.get("DOCKER_CONFIG") or home / ".docker") / "config.json"]
        if named := environ.get("REGISTRY_AUTH_FILE"):
            files.append(Path(named))
        elif runtime := environ.get("XDG_RUNTIME_DIR"):
            files.append(Path(runtime) / "containers" / "auth.json")
        return cls(tuple(files), environ)

    def find(self, registry: str) -> tuple[Login | None, tuple[str, ...]]:
        """The login at a registry, and what was asked for it, for a message."""
        tried: list[str] = []
        for path in self.files:
            config = _read(path)
            if isinstance(config, str):
                tried.append(config)
                continue
            login = self._from(config, registry, path, tried)
            if login is not None:
                return login, tuple(tried)
        return None, tuple(tried)

    def _from(
        self, config: Mapping[str, Any], registry: str, path: Path, tried: list[str]
    ) -> Login | None:
        for helper, key in _helpers(config, registry):
            answer = self._ask(helper, key)
            if isinstance(answer, Login):
                return answer
            tried.append(answer)
        auths = config.get("auths")
        for name, entry in (auths if isinstance(auths, dict) else {}).items():
            if _host(name) in _hosts(registry) and isinstance(entry, dict):
                login = _decoded(entry, str(path))
                if login is not None:
                    return login
        tried.append(f"{path} has no login for {registry}")
        return None

    def _ask(self, helper: str, key: str) -> Login | str:
        program = f"docker-credential-{helper}"
        try:
            done = subprocess.run(
                [program, "get"],
                input=key,
                capture_output=True,
                text=True,
                timeout=_HELPER_SECONDS,
                check=False,
                env=dict(self.environ),
            )
        except FileNotFoundError:
            return f"{program} is not installed"
        except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
            return f"{program} failed: {type(error).__name__}"
        if done.returncode != 0:
            said = (done.stdout or done.stderr).strip().splitlines()
            return f"{program}: {said[0][:200] if said else f'exit code {done.returncode}'}"
        return _of_helper(done.stdout, program)


def _read(path: Path) -> Mapping[str, Any] | str:
    try:
        config = json.loads(path.read_bytes())
    except FileNotFoundError:
        return f"there is no {path}"
    except (OSError, ValueError) as error:
        return f"{path} cannot be read: {error}"
    return config if isinstance(config, dict) else f"{path} cannot be read: it is no mapping"


def _helpers(config: Mapping[str, Any], registry: str) -> Iterator[tuple[str, str]]:
    """Helpers to ask, each with the name under which it knows the registry."""
    key = _DOCKER_HUB[0] if registry == "docker.io" else registry
    by_host = config.get("credHelpers")
    for name, helper in (by_host if isinstance(by_host, dict) else {}).items():
        if _host(name) in _hosts(registry) and _is_program(helper):
            yield helper, key
            return
    store = config.get("credsStore")
    if _is_program(store):
        yield store, key


def _is_program(name: Any) -> TypeGuard[str]:
    return isinstance(name, str) and bool(name) and "/" not in name


def _of_helper(text: str, program: str) -> Login | str:
    try:
        answer = json.loads(text)
        user, secret = str(answer["Username"]), str(answer["Secret"])
    except (ValueError, KeyError, TypeError):
        return f"{program} gave no login"
    if user == _TOKEN_USER:
        return Login(program, identity_token=secret)
    return Login(program, user, secret) if secret else f"{program} gave no login"


def _decoded(entry: Mapping[str, Any], source: str) -> Login | None:
    if token := entry.get("identitytoken"):
        return Login(source, identity_token=str(token))
    if entry.get("username") and entry.get("password"):
        return Login(source, str(entry["username"]), str(entry["password"]))
    try:
        text = base64.b64decode(str(entry.get("auth") or ""), validate=False).decode()
    except (binascii.Error, ValueError):
        return None
    user, colon, password = text.partition(":")
    return Login(source, user, password.rstrip("\0")) if colon else None


def _hosts(registry: str) -> tuple[str, ...]:
    return tuple(map(_host, _DOCKER_HUB)) if registry == "docker.io" else (registry,)


def _host(name: str) -> str:
    """`https://index.docker.io/v1/` is index.docker.io."""
    return name.partition("://")[2].partition("/")[0] if "://" in name else name.partition("/")[0]
