"""By what names nodes know their images."""

from collections.abc import Sequence

import msgspec

from pinfold.kube.client import Api
from pinfold.kube.errors import ApiError


class _Image(msgspec.Struct, frozen=True):
    names: tuple[str, ...] | None = None


class _Status(msgspec.Struct, frozen=True):
    images: tuple[_Image, ...] | None = None


class _Node(msgspec.Struct, frozen=True):
    status: _Status = _Status()


class Nodes:
    """Asks each node once, and no more than `most` of them: a doubt is worth no flood of calls."""

    def __init__(self, api: Api, most: int = 100) -> None:
        self._api = api
        self._left = most
        self._known: dict[str, Sequence[Sequence[str]] | None] = {}

    async def images(self, name: str) -> Sequence[Sequence[str]] | None:
        """The names of each image; None where it cannot be had."""
        if name not in self._known and name and self._left > 0:
            self._left -= 1
            self._known[name] = await self._read(name)
        return self._known.get(name)

    async def _read(self, name: str) -> Sequence[Sequence[str]] | None:
        try:
            value = await self._api.get(f"/api/v1/nodes/{name}")
        except ApiError:
            return None
        images = msgspec.convert(value, _Node).status.images or ()
        return tuple(image.names or () for image in images)
