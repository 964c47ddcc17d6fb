"""What a person may set: read once, at the edge, from flags and PINFOLD_* variables.

A setting `max_review_bytes` is the flag `--max-review-bytes` and the variable
`PINFOLD_MAX_REVIEW_BYTES`; a flag wins. Sizes are in bytes, times in seconds.
"""

import argparse
import dataclasses
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar, get_type_hints

from pinfold.inspect.accelerators import DEFAULT_ACCELERATORS

_S = TypeVar("_S")
PREFIX = "PINFOLD_"
DAY = 86_400
REPORT_APIS = ("auto", "openreports.io", "wgpolicyk8s.io", "none")


class InvalidSetting(ValueError):
    """A flag or a variable has a value that cannot be used; the message names it."""


def _check(*, holds: bool, name: str, value: object, expected: str) -> None:
    if not holds:
        raise InvalidSetting(f"{name}={value}: {expected}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Settings of the webhook. Raises InvalidSetting for values that cannot work together."""

    host: str = ""  # all addresses
    port: int = 8443
    health_host: str = ""
    health_port: int = 8080  # /livez, /readyz, /metrics; plain HTTP
    certificate_folder: Path = Path("/etc/pinfold/tls")  # tls.crt and tls.key
    certificate_poll_seconds: float = 5.0
    max_review_bytes: int = 8 * 2**20  # an UPDATE carries old and new; etcd allows 1.5 MiB each
    max_connections: int = 256  # an idle TLS connection costs 281 KiB under asyncio
    enforce_deadline_seconds: float = 4.0  # below timeoutSeconds (5), so that we answer first
    observe_deadline_seconds: float = 1.5  # below timeoutSeconds (2)
    header_timeout_seconds: float = 10.0  # from the handshake to the first whole header
    idle_timeout_seconds: float = 120.0  # above the 90 s after which the API server lets go
    shutdown_delay_seconds: float = 5.0  # still serving, until no Service sends us anything
    denials_logged_per_second: float = 20.0  # the others are counted
    policies_stale_seconds: float = 600.0  # /readyz says so from this age on, and stays ready
    webhook_configuration: str = "pinfold"  # named in messages that tell how to break the glass
    log_level: str = "info"

    def __post_init__(self) -> None:
        for name in ("port", "health_port"):
            port = getattr(self, name)
            _check(holds=0 <= port < 65536, name=name, value=port, expected="a port, 0 to 65535")
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if field.name.endswith("_seconds"):
                _check(
                    holds=value >= 0, name=field.name, value=value, expected="seconds, 0 or more"
                )
        _positive(self, "max_review_bytes", "max_connections", "certificate_poll_seconds")
        _positive(self, "enforce_deadline_seconds", "observe_deadline_seconds")
        _positive(self, "header_timeout_seconds", "idle_timeout_seconds")
        _known_level(self.log_level)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    """Settings of the rescan. Raises InvalidSetting for values that cannot work."""

    rescan_interval_seconds: float = 600.0
    scan_budget_seconds: float = 60.0  # one full scan in this time on average; three may follow
    accelerators: tuple[str, ...] = DEFAULT_ACCELERATORS  # resources; * is any run of characters
    reports_api: str = "auto"
    webhook_configuration: str = "pinfold"  # its selectors tell what is enforced
    writes_per_second: float = 50.0  # patches of annotations, reports and events
    settling_seconds: float = 30.0  # after a change, until which pods may be judged by the old rule

    def __post_init__(self) -> None:
        names = self.accelerators
        _check(holds=all(names), name="accelerators", value=names, expected="names of resources")
        api, apis = self.reports_api, ", ".join(REPORT_APIS)
        _check(holds=api in REPORT_APIS, name="reports_api", value=api, expected=f"one of {apis}")
        _positive(self, "writes_per_second", "scan_budget_seconds")
        interval = self.rescan_interval_seconds
        _check(
            holds=interval >= 10,
            name="rescan_interval_seconds",
            value=interval,
            expected="at least 10",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcilerSettings(ScanSettings):
    """Settings of the reconciler. Raises InvalidSetting for values that cannot work together."""

    namespace: str = "pinfold"  # its own: Lease and Secrets are there
    health_host: str = ""
    health_port: int = 8080
    lease_name: str = "pinfold-reconciler"
    lease_seconds: float = 15.0  # another replica goes on this long after the leader was last seen
    service_name: str = "pinfold-webhook"  # its DNS names stand in the serving certificate
    webhook_hosts: tuple[str, ...] = ()  # more of them: the host of clientConfig.url
    ca_secret: str = "pinfold-ca"  # noqa: S105 - a Secret's name
    serving_secret: str = "pinfold-webhook-tls"  # noqa: S105 - a Secret's name
    ca_lifetime_seconds: float = 365 * DAY
    serving_lifetime_seconds: float = 90 * DAY
    # A new CA is published this long before it signs, and an old one stays this long after: the
    # kubelet brings a changed Secret within two minutes (its sync and its cache's time to live).
    ca_overlap_seconds: float = 300.0
    certificate_check_seconds: float = 60.0
    log_level: str = "info"

    def __post_init__(self) -> None:
        ScanSettings.__post_init__(self)  # not super(): a class with slots is made anew
        port = self.health_port
        _check(holds=0 <= port < 65536, name="health_port", value=port, expected="0 to 65535")
        _positive(self, "lease_seconds", "ca_lifetime_seconds", "certificate_check_seconds")
        _check(
            holds=3600 <= self.serving_lifetime_seconds <= self.ca_lifetime_seconds,
            name="serving_lifetime_seconds",
            value=self.serving_lifetime_seconds,
            expected="at least 3600, and no more than ca_lifetime_seconds",
        )
        _check(  # what is renewed at two thirds of its life must last until a new CA may sign
            holds=0 <= self.ca_overlap_seconds <= self.serving_lifetime_seconds / 6,
            name="ca_overlap_seconds",
            value=self.ca_overlap_seconds,
            expected="0 or more, and no more than a sixth of serving_lifetime_seconds",
        )
        _known_level(self.log_level)


def _positive(settings: object, *names: str) -> None:
    for name in names:
        value = getattr(settings, name)
        _check(holds=value > 0, name=name, value=value, expected="more than 0 is needed")


def _known_level(level: str) -> None:
    known = ("debug", "info", "warning", "error")
    _check(holds=level in known, name="log_level", value=level, expected=f"one of {known}")


def read_settings(kind: type[_S], arguments: Sequence[str], environment: Mapping[str, str]) -> _S:
    """Settings from flags, else variables, else defaults.

    Raises InvalidSetting, which names the flag or the variable. A variable PINFOLD_… that is no
    setting is passed over: a pod's environment has more than ours.
    """
    flags = vars(_parser(kind).parse_args(arguments))
    types = get_type_hints(kind)
    values: dict[str, Any] = {}
    for name, hint in types.items():
        variable = PREFIX + name.upper()
        if flags[name] is not None:
            values[name] = _parsed(hint, flags[name], _flag(name))
        elif variable in environment:
            values[name] = _parsed(hint, environment[variable], variable)
    return kind(**values)


def settings_or_exit(
    kind: type[_S], arguments: Sequence[str], environment: Mapping[str, str]
) -> _S:
    """As read_settings; says what is wrong on standard error and exits with 2."""
    try:
        return read_settings(kind, arguments, environment)
    except InvalidSetting as error:
        print(f"pinfold: {error}", file=sys.stderr)
        sys.exit(2)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InvalidSetting(message)


def _parser(kind: type[Any]) -> argparse.ArgumentParser:
    parser = _Parser(
        allow_abbrev=False,
        description=(kind.__doc__ or "").partition(".")[0] + ".",
        epilog=f"Each flag is also a variable: --port is {PREFIX}PORT. Sizes are in bytes.",
    )
    for field in dataclasses.fields(kind):
        shown = ",".join(field.default) if isinstance(field.default, tuple) else field.default
        parser.add_argument(_flag(field.name), dest=field.name, help=f"default: {shown!s}")
    return parser


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _parsed(hint: Any, text: str, source: str) -> Any:
    """`text` as a value of the type `hint`; numbers are plain decimals."""
    if hint is int or hint is float:
        try:
            number = hint(text)
        except ValueError:
            number = float("nan")
        words = "a whole number" if hint is int else "a number"
        _check(holds=abs(number) < 1e15, name=source, value=text, expected=f"{words} is needed")
        return number
    if hint is str or hint is Path:
        return hint(text)
    return tuple(part for part in (part.strip() for part in text.split(",")) if part)
