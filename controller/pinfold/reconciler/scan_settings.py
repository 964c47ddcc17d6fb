"""What a person may set about the rescan."""

from dataclasses import dataclass

from pinfold.inspect.accelerators import DEFAULT, Accelerators
from pinfold.settings import InvalidSetting

REPORT_APIS = ("auto", "openreports.io", "wgpolicyk8s.io", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    """Settings of the rescan. Raises InvalidSetting for values that cannot work."""

    rescan_interval_seconds: float = 600.0
    scan_budget_seconds: float = 60.0  # one full scan in this time on average; three may follow
    accelerators: tuple[str, ...] = DEFAULT  # resource names; * stands for any run of characters
    reports_api: str = "auto"
    webhook_configuration: str = "pinfold"  # whose namespace selectors tell what is enforced
    writes_per_second: float = 50.0  # patches of annotations, reports and events
    settling_seconds: float = 30.0  # after a change, until which pods may be judged by the old rule

    def __post_init__(self) -> None:
        Accelerators(self.accelerators)
        if self.reports_api not in REPORT_APIS:
            raise InvalidSetting(f"reports_api={self.reports_api}: one of {', '.join(REPORT_APIS)}")
        if self.scan_budget_seconds < 1:
            raise InvalidSetting(f"scan_budget_seconds={self.scan_budget_seconds}: at least 1")
        if self.rescan_interval_seconds < 10 or self.writes_per_second <= 0:
            raise InvalidSetting("rescan_interval_seconds: at least 10; writes_per_second: above 0")
