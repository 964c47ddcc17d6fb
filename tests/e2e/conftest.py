"""A cluster of its own with Pinfold installed: the other cluster tests install what they need."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.cluster.control_plane import Cluster
from tests.e2e.rescanned import Place, rescanned
from tests.installation import Installation


@pytest.fixture(scope="session")
def pinfold() -> Iterator[Installation]:
    with Cluster() as cluster, Installation(cluster) as installation:
        yield installation


_NUMBERS = count(1)


@pytest.fixture
def namespace(pinfold: Installation) -> Callable[..., str]:
    """Makes a fresh namespace, enforced or not, with a ServiceAccount so that Pods can be made."""

    def make(*, enforced: bool) -> str:
        name = f"e2e-{next(_NUMBERS)}"
        pinfold.cluster.kubectl("create", "namespace", name)
        if enforced:
            enforce(pinfold.cluster, name)
        return name

    return make


def enforce(cluster: Cluster, namespace: str) -> None:
    cluster.kubectl("label", "namespace", namespace, "pinfold.dev/enforce=true")


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    """Another cluster, in which something ran before Pinfold was installed."""
    with rescanned() as found:
        yield found
