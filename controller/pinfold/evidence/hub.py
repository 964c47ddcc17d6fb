"""Commits and files of models, by the hub's own client. The only user of `huggingface_hub`.

The user's token goes to the hub that the user chose (HF_ENDPOINT, or huggingface.co) and to no
other: an endpoint that a manifest names is asked without it.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx2
from huggingface_hub import HfApi, ModelInfo, close_session, constants
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from pinfold.evidence.failures import LookupFailed, Patience, TryAgain, patiently

HUGGING_FACE = "https://huggingface.co"
_COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)
_BUSY = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a commit: a large one by its SHA-256, any other by its git blob id."""

    path: str
    sha256: str | None
    blob: str | None
    size: int | None


@dataclass(frozen=True, slots=True)
class HubModel:
    """What a branch stands for now."""

    commit: str
    files: tuple[HubFile, ...]


@dataclass(frozen=True, slots=True)
class Hubs:
    """Asks hubs as the user; used by many threads."""

    patience: Patience
    sleep: Callable[[float], None] = time.sleep

    def close(self) -> None:
        """End the connections, which all of this process share; a later question opens others."""
        close_session()

    def model(self, endpoint: str, identifier: str, asked: str | None) -> HubModel:
        """The commit that a branch, tag or the default branch points at. Raises LookupFailed."""
        own = endpoint == HUGGING_FACE
        asked_at = constants.ENDPOINT.rstrip("/") if own else endpoint
        api = HfApi(endpoint=asked_at, token=None if _is_users(asked_at) else False)
        return patiently(
            lambda: _ask(api, identifier, asked, self.patience), self.patience, self.sleep
        )


def _is_users(endpoint: str) -> bool:
    return endpoint in (HUGGING_FACE, constants.ENDPOINT.rstrip("/"))


def _ask(api: HfApi, identifier: str, asked: str | None, patience: Patience) -> HubModel:
    """Raises TryAgain and LookupFailed."""
    hub = api.endpoint
    try:
        info = api.model_info(
            identifier, revision=asked, files_metadata=True, timeout=patience.timeout_seconds
        )
    except GatedRepoError as error:
        raise LookupFailed(
            f"{identifier} is gated: accept its licence at {hub}/{identifier}, and {_log_in(api)}"
        ) from error
    except RevisionNotFoundError as error:
        raise LookupFailed(f"{identifier} has no branch, tag or commit {asked!r}") from error
    except RepositoryNotFoundError as error:
        raise LookupFailed(
            f"{hub} has no {identifier}, or it is private: then {_log_in(api)}"
        ) from error
    except OfflineModeIsEnabled as error:
        raise LookupFailed("HF_HUB_OFFLINE is set: unset it, or use --offline") from error
    except HFValidationError as error:
        raise LookupFailed(f"{identifier!r} is no name of a model") from error
    except HfHubHTTPError as error:
        raise _of_status(error, hub, identifier, api) from error
    except httpx2.TimeoutException as error:
        words = f"{hub} did not answer within {patience.timeout_seconds:g} s"
        raise TryAgain(words) from error
    except (httpx2.HTTPError, OSError) as error:
        raise TryAgain(f"{hub} cannot be reached: {error}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise LookupFailed(f"{hub} gave no answer about {identifier} that a hub gives") from error
    return _read(info, hub, identifier)


def _of_status(
    error: HfHubHTTPError, hub: str, identifier: str, api: HfApi
) -> TryAgain | LookupFailed:
    status = error.response.status_code
    if status in (401, 403):
        return LookupFailed(f"{hub} does not let you read {identifier}: {_log_in(api)}")
    if status in _BUSY:
        after = error.response.headers.get("retry-after", "")
        seconds = float(after) if after.isdecimal() and len(after) < 6 else 0.0
        return TryAgain(f"{hub} is busy ({status})", seconds)
    return LookupFailed(f"{hub} answered {status} about {identifier}")


def _log_in(api: HfApi) -> str:
    if api.token is False:
        return f"ask it yourself (no token is sent to {api.endpoint}, which a manifest names)"
    return "set HF_TOKEN or type: hf auth login"


def _read(info: ModelInfo, hub: str, identifier: str) -> HubModel:
    if not isinstance(info.sha, str) or not _COMMIT.fullmatch(info.sha):
        raise LookupFailed(f"{hub} gave no full commit id for {identifier}")
    return HubModel(info.sha, tuple(_files(info)))


def _files(info: ModelInfo) -> Iterator[HubFile]:
    for file in info.siblings or ():
        sha256 = file.lfs.sha256 if file.lfs else None
        yield HubFile(file.rfilename, sha256, None if sha256 else file.blob_id, file.size)
