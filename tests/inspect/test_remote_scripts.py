"""Scripts that come over the network and run at once."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspect.starting import GPU, hazards_of, on_a_gpu

REMOTE = "remote-script"
URL = "https://get.example.com/a.sh"


@pytest.mark.parametrize(
    "script",
    [
        f"curl -fsSL {URL} | sh",
        f"curl -fsSL {URL} | sudo -E bash -",
        f"curl {URL} | tee a | bash -eu -o pipefail -s -- x",
        f"wget -qO- {URL} | python3 -",
        f"wget -qO- {URL} | python3",
        f"/usr/bin/curl {URL} | env A=b bash",
        f"curl {URL} 2>/dev/null | (cd /tmp && sh)",
        f"bash <(curl -s {URL})",
        f"bash -eu <(curl -s {URL}) x",
        f'sh -c "$(curl -fsSL {URL})"',
        f'bash -ec "$(wget -qO- {URL})"',
        f'python3 -c "$(curl {URL})"',
        f'eval "$(curl {URL})"',
        f"source <(curl {URL})",
        f". <(curl {URL})",
        f"$(curl {URL})",
        f"A=b $(curl {URL})",
        f"perl <(curl {URL})",
    ],
)
def test_what_runs_at_once(script: str) -> None:
    assert on_a_gpu(script) == [(REMOTE, script)]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        pytest.param(f"curl -o /t/a {URL}; sh /t/a", f"{URL} is run as /t/a", id="saved"),
        pytest.param(f"curl -fsSLo a {URL} && bash ./a", f"{URL} is run as ./a", id="a cluster"),
        pytest.param(
            f"curl --output=/t/a {URL}; chmod +x /t/a; /t/a",
            f"{URL} is run as /t/a",
            id="a program",
        ),
        pytest.param(f"wget {URL}; bash a.sh", f"{URL} is run as a.sh", id="by its own name"),
        pytest.param(f"wget -qO /t/a {URL}; python3 -u /t/a", f"{URL} is run as /t/a", id="python"),
        pytest.param(
            "curl -o /t/a $U; sh /t/a", "a file of the network is run as /t/a", id="of nobody knows"
        ),
        pytest.param(
            f"curl {URL} > /t/a; sh /t/a", "a download is run as /t/a", id="a redirection"
        ),
        pytest.param(
            f"curl -o /t/a {URL}; gpg --dearmor k; sh /t/a", f"{URL} is run as /t/a", id="no check"
        ),
    ],
)
def test_what_runs_later(script: str, text: str) -> None:
    assert on_a_gpu(script) == [(REMOTE, text)]


@pytest.mark.parametrize(
    "script",
    [
        f"curl {URL}",
        f"curl {URL} | jq .",
        f"curl {URL} | python3 -c 'import sys'",
        f"curl {URL} | python3 -m json.tool",
        f"curl {URL} | bash read.sh",
        f"curl {URL} | sh -c 'cat'",
        f"sh | curl {URL}",
        f'echo "$(curl {URL})"',
        f"X=$(curl {URL})",
        f"python3 read.py <(curl {URL})",
        "bash <(cat a)",
        "eval x # curl",
        "sh -x # curl",
        f"while ! curl {URL}; do sleep 1; done",
        f"curl -o /t/m.bin {URL}; cat /t/m.bin",
        f"curl -o /t/a {URL}; echo 'ab  /t/a' | sha256sum -c -; sh /t/a",
        f"curl -o /t/a {URL}; cosign verify-blob --key k /t/a; sh /t/a",
        f"curl {URL} -o; sh a",
        f"curl {URL} > ; sh a",
        f"echo curl > a; sh b {URL}",
        "curl https://h/; sh a",
        f"env | sudo -n ; curl {URL}",
    ],
)
def test_what_does_not(script: str) -> None:
    assert on_a_gpu(script) == []


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(f"curl {URL} | sh\n" + "#" * 70_000, id="too long to be read"),
        pytest.param(f"curl {URL} | sh" + "\x01", id="a character of no script"),
        pytest.param("curl a\n" + "a b c d\n" * 6000, id="too much in it"),
        pytest.param("sh -c 'curl'; wget", id="nothing is fetched"),
    ],
)
def test_what_is_not_read_is_not_told_here(script: str) -> None:
    assert on_a_gpu(script) == []


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("$(" * 700 + "curl" + ")" * 700, id="nested"),
        pytest.param("curl a | sh\n" * 1400, id="many"),
        pytest.param("eval " + '"$(curl "a" | ' * 140 + "sh" + ')"' * 140, id="nested in quotes"),
    ],
)
def test_no_script_takes_long(script: str) -> None:
    begun = time.process_time()
    on_a_gpu(script)
    assert time.process_time() - begun < 1.0  # 0.05 on a machine that does nothing else


def test_a_script_in_a_script_is_read() -> None:
    assert on_a_gpu(f"bash -c 'curl {URL} | sh'") == [(REMOTE, f"curl {URL} | sh")]


def test_a_command_without_a_shell_pipes_nothing() -> None:
    assert hazards_of({"command": ["curl", URL, "|", "sh"], "resources": GPU}) == []


@given(
    st.lists(
        st.sampled_from(
            ["curl", "wget", "|", "sh", "bash", "-c", "<(", ")", "$(", '"', "'", ";", "&&", "-o",
             "a", "python3", "-", ">", "\n", "eval", "{", "}", "sudo", "sha256sum", "-O"]
        ),
        max_size=14,
    )
)  # fmt: skip
def test_any_script_is_read(words: list[str]) -> None:
    on_a_gpu(" ".join(words))
