"""What all tests share: the strictness of hypothesis, and one cluster for those that need one."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.cluster.control_plane import Cluster

settings.register_profile("ci", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running cluster without Pinfold; tests keep to namespaces of their own."""
    with Cluster() as running:
        yield running


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Under CI a skipped test is a failure: what cannot run must say so where it is seen."""
    skipped = call.excinfo is not None and call.excinfo.errisinstance(pytest.skip.Exception)
    if skipped and os.environ.get("CI") == "true":
        assert call.excinfo is not None
        pytest.fail(f"{item.nodeid} was skipped under CI: {call.excinfo.value}")
