"""Single files of a published wheel, by ranges of bytes: its hundreds of megabytes stay there.

A file is kept in the cache of the tests, and is used only if its hash is the one written here: it
is run afterwards.
"""

import hashlib
import io
import re
import urllib.parse
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cluster.cache import cache_folder

_INDEX = "https://pypi.org/simple"
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Published:
    """A file of a release, and what it must be."""

    package: str
    version: str
    path: str
    sha256: str
    wheel: str = "x86_64"  # how the name of its wheel ends


_IN_VLLM = "vllm/utils/argparse_utils.py"
_IN_SGLANG = "sglang/srt/utils/server_args_config_parser.py"
_IN_BRYTHON = "brython/data/brython_stdlib.js"
_ROWS = (
    Published(
        "vllm",
        "0.8.5",
        "vllm/utils.py",
        "3beb162b7a50f9df211cfeabcdd0ec423d03395ef230816a7fc3cffeffdb479d",
    ),
    Published(
        "vllm",
        "0.14.1",
        _IN_VLLM,
        "20e45bd4271730be4e9abb48da6edbc0d417e291cfa6a424e42a0fb152b276db",
    ),
    Published(
        "vllm",
        "0.33.0",
        _IN_VLLM,
        "f0ad2c5e6bac21e3b7369bcc92efcca624afd345e319d9fb367d8efbe72fbf71",
    ),
    Published(
        "lmdeploy",
        "0.18.0",
        "lmdeploy/cli/utils.py",
        "643584241eaf3482153b73a2ec69bd21bdb0406db1b95a8222437c481d2508ac",
    ),
    Published(
        "sglang",
        "0.5.5",
        "sglang/srt/server_args_config_parser.py",
        "356fed9c3fe2c6722912122e867d56ebba6700e25219628a37e8c772cb0a0fe4",
        "any",
    ),
    Published(
        "sglang",
        "0.5.23",
        _IN_SGLANG,
        "4dee1adca4184221d98d82fe2110188971cdf1a7c2db17826614e3f9acf86392",
    ),
    Published(
        "brython",
        "3.12.5",
        _IN_BRYTHON,
        "ea4c23b4b974f7f10f602cb56ca33058cc52ad06dba90c388493fe2ba2ed078b",
        "any",
    ),
    Published(
        "brython",
        "3.13.2",
        _IN_BRYTHON,
        "7219bcdb78dca0908ee9ffa306ad0fc7480983f7b0a9f3477c18a3951818aad8",
        "any",
    ),
)
FILES = {f"{row.package}-{row.version}": row for row in _ROWS}


def text_of(published: Published) -> str:
    """The file's text. Raises OSError without a network, ValueError if it is another one."""
    kept = cache_folder() / "published" / f"{published.sha256}{Path(published.path).suffix}"
    if not kept.exists():
        data = _read(published)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(data)
    data = kept.read_bytes()
    if hashlib.sha256(data).hexdigest() != published.sha256:
        kept.unlink()
        raise ValueError(f"{published.path} of {published.version} is not the one that was read")
    return data.decode("utf-8")


def _read(published: Published) -> bytes:
    with zipfile.ZipFile(_Remote(_wheel(published))) as wheel:
        return wheel.read(published.path)


def _wheel(published: Published) -> str:
    package, version = published.package, published.version
    index = f"{_INDEX}/{package}/"
    with urllib.request.urlopen(index, timeout=_SECONDS) as answer:
        page = answer.read().decode("utf-8")
    links: list[str] = re.findall(
        rf'href="([^"#]*/{package}-{re.escape(version)}-[^"#]*{published.wheel}\.whl)', page
    )
    if not links:
        raise OSError(f"{index} has no wheel of {version}")
    return urllib.parse.urljoin(index, str(links[0]))


class _Remote(io.RawIOBase):
    """A file of a web server that answers ranges, as much of it as is asked for."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._at = 0
        with self._ask("bytes=0-0") as answer:
            self._size = int(answer.headers["Content-Range"].rpartition("/")[2])

    def _ask(self, ranged: str) -> Any:
        request = urllib.request.Request(self._address, headers={"Range": ranged})
        return urllib.request.urlopen(request, timeout=_SECONDS)

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = self._size if size < 0 else min(self._at + size, self._size)
        if end <= self._at:
            return b""
        with self._ask(f"bytes={self._at}-{end - 1}") as answer:
            data: bytes = answer.read()
        self._at += len(data)
        return data
