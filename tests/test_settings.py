"""Settings are read from flags and variables, and a bad one is named."""

from pathlib import Path

import pytest

from pinfold.settings import (
    InvalidSetting,
    ReconcilerSettings,
    WebhookSettings,
    read_settings,
    settings_or_exit,
)


def test_without_any_the_defaults_hold() -> None:
    assert read_settings(WebhookSettings, [], {}) == WebhookSettings()
    assert read_settings(ReconcilerSettings, [], {}) == ReconcilerSettings()


def test_a_flag_wins_over_a_variable_and_a_variable_over_the_default() -> None:
    found = read_settings(
        WebhookSettings,
        ["--port=9443", "--certificate-folder", "/tls"],
        {"PINFOLD_PORT": "1", "PINFOLD_SHUTDOWN_DELAY_SECONDS": "0.5", "PINFOLD_SERVICE_X": "y"},
    )
    assert (found.port, found.shutdown_delay_seconds) == (9443, 0.5)
    assert found.certificate_folder == Path("/tls")


def test_a_list_is_written_with_commas() -> None:
    found = read_settings(ReconcilerSettings, [], {"PINFOLD_WEBHOOK_HOSTS": "127.0.0.1, a.b,"})
    assert found.webhook_hosts == ("127.0.0.1", "a.b")


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        pytest.param(
            [], {"PINFOLD_PORT": "x"}, "PINFOLD_PORT=x: a whole number is needed", id="no number"
        ),
        pytest.param(
            ["--port=8443.5"], {}, "--port=8443.5: a whole number is needed", id="half a port"
        ),
        pytest.param(["--port=70000"], {}, "port=70000: a port, 0 to 65535", id="no such port"),
        pytest.param(
            ["--enforce-deadline-seconds=nan"],
            {},
            "--enforce-deadline-seconds=nan: a number is needed",
            id="not a number",
        ),
        pytest.param(
            ["--idle-timeout-seconds=-1"],
            {},
            "idle_timeout_seconds=-1.0: seconds, 0 or more",
            id="less than no time",
        ),
        pytest.param(
            ["--max-connections=0"], {}, "max_connections=0: more than 0 is needed", id="nobody"
        ),
        pytest.param(["--prot=1"], {}, "unrecognized arguments: --prot=1", id="a typing error"),
        pytest.param(
            ["--log-level=loud"],
            {},
            "log_level=loud: one of ('debug', 'info', 'warning', 'error')",
            id="no such level",
        ),
    ],
)
def test_a_bad_one_is_named(
    arguments: list[str], environment: dict[str, str], message: str
) -> None:
    with pytest.raises(InvalidSetting) as caught:
        read_settings(WebhookSettings, arguments, environment)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({"PINFOLD_SERVING_LIFETIME_SECONDS": "60"}, id="too short to be renewed"),
        pytest.param(
            {"PINFOLD_SERVING_LIFETIME_SECONDS": "7200", "PINFOLD_CA_LIFETIME_SECONDS": "3600"},
            id="longer than its CA",
        ),
    ],
)
def test_certificate_lifetimes_fit_together(environment: dict[str, str]) -> None:
    with pytest.raises(InvalidSetting, match=r"serving_lifetime_seconds=.*at least 3600"):
        read_settings(ReconcilerSettings, [], environment)


def test_a_program_says_what_is_wrong_and_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        settings_or_exit(WebhookSettings, [], {"PINFOLD_PORT": "x"})
    assert caught.value.code == 2
    assert capsys.readouterr().err == "pinfold: PINFOLD_PORT=x: a whole number is needed\n"


def test_help_tells_every_flag_and_its_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        read_settings(WebhookSettings, ["--help"], {})
    assert caught.value.code == 0
    text = capsys.readouterr().out
    for flag in ("--port PORT", "default: 8443", "--max-review-bytes", "--log-level"):
        assert flag in text
