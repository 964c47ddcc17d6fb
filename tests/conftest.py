"""What all tests share: the strictness of hypothesis, and one cluster for those that need one."""

import os
from collections.abc import Generator, Iterator

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


# A connect that is cancelled just when TLS is agreed on says goodbye to the server for up to 30 s
# (asyncio's ssl_shutdown_timeout); a test's loop ends before. Seen once in five hundred tests.
_GOODBYES = ("ignore:unclosed transport:ResourceWarning", "ignore:unclosed <socket:ResourceWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Only where there is TLS to a real server may a socket be left to the collector."""
    for item in items:
        if item.get_closest_marker("cluster") is not None:
            for warning in _GOODBYES:
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI a skipped test is a failure: what cannot run must say so where it is seen."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped under CI: {report.longrepr}"
    return report
