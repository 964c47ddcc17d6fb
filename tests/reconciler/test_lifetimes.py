"""An overlap that fits into the lives of the certificates, or a message that says so."""

import pytest

from pinfold.settings import InvalidSetting, ReconcilerSettings

HOUR = 3600.0


@pytest.mark.parametrize("seconds", [0.0, 300.0, HOUR / 6])
def test_an_overlap_that_fits(seconds: float) -> None:
    settings = ReconcilerSettings(serving_lifetime_seconds=HOUR, ca_overlap_seconds=seconds)
    assert settings.ca_overlap_seconds == seconds


@pytest.mark.parametrize("seconds", [-1.0, HOUR / 6 + 1, HOUR])
def test_an_overlap_that_outlasts_the_serving_certificate_is_refused(seconds: float) -> None:
    """It would run out while a new authority may not sign yet."""
    with pytest.raises(InvalidSetting, match=r"ca_overlap_seconds=.*a sixth of serving_lifetime"):
        ReconcilerSettings(serving_lifetime_seconds=HOUR, ca_overlap_seconds=seconds)
