"""What a scan reads of the API server, counted."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from pinfold.kube.client import Api
from pinfold.kube.config_maps import read_config_map
from pinfold.kube.errors import ApiError

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Read:
    """What a scan cost the API server."""

    pods: int = 0
    bytes: int = 0
    config_maps: int = 0
    unreadable: int = 0
    refusals: int = 0  # ConfigMaps that could not be had


class CountedConfigMaps:
    """Reads ConfigMaps, and counts; where one cannot be had it is as if it were not there."""

    def __init__(self, api: Api, read: Read) -> None:
        self._api, self._read = api, read

    async def read(self, namespace: str, name: str) -> Mapping[str, str] | None:
        """Key to text; None where it cannot be had."""
        self._read.config_maps += 1
        try:
            return await read_config_map(self._api, namespace, name)
        except ApiError as error:
            self._read.refusals += 1
            _log.warning("a ConfigMap that a model server reads: %s", error)
            return None
