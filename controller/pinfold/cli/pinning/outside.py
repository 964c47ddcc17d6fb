"""Registries and hubs, asked as the user. Imported only when something must be asked."""

from collections.abc import Mapping

from pinfold.cli.pinning.lock import LockedFile
from pinfold.cli.pinning.names import ImageName, ModelName
from pinfold.evidence.credentials import Logins
from pinfold.evidence.failures import Patience
from pinfold.evidence.hub import Hubs
from pinfold.evidence.registry import Registries


class AsUser:
    """With the user's own logins and tokens."""

    def __init__(self, patience: Patience, environ: Mapping[str, str]) -> None:
        self._registries = Registries(Logins.of_user(environ), patience)
        self._hubs = Hubs(patience)

    def image(self, name: ImageName) -> str:
        """Raises LookupFailed."""
        return self._registries.digest_of(name.repository, name.tag).text

    def model(self, name: ModelName) -> tuple[str, Mapping[str, LockedFile]]:
        """Raises LookupFailed."""
        found = self._hubs.model(name.endpoint, name.id, name.asked)
        files = {
            file.path: LockedFile(sha256=file.sha256, blob=file.blob, size=file.size)
            for file in found.files
        }
        return found.commit, files

    def close(self) -> None:
        """End the connections."""
        self._registries.close()
        self._hubs.close()
