"""Scripts that come over the network and run at once."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspect.servers.reading import S1
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
        f'. /dev/stdin <<< "$(curl {URL})"',
        f"bash < <(curl {URL})",
        f"bash -s < <(curl {URL})",
        f"busybox wget -qO- {URL} | sh",
        f"curl {URL} | xargs -I{{}} sh -c {{}}",
        f"curl {URL} | tee a | xargs bash",
        f"curl {URL} | while read l; do eval $l; done",
        f'curl {URL} | while read l; do sh -c "$l"; done',
        f"http {URL} | sh",
        "nc h 80 | bash",
        "aws s3 cp s3://b/a.sh - | bash",
        "gsutil cat gs://b/a.sh | sh",
        f"echo $(curl {URL}) | sh",
    ],
)
def test_what_runs_at_once(script: str) -> None:
    assert on_a_gpu(script) == [(REMOTE, script)]


@pytest.mark.parametrize(
    ("before", "statement"),
    [
        pytest.param(f"X=$(curl {URL}); ", 'eval "$X"', id="a variable"),
        pytest.param(f"X=`curl {URL}`; ", 'bash -c "${X}"', id="its text by a shell"),
        pytest.param(f"X=$(curl {URL}); Y=$X; ", "$Y", id="by another variable"),
        pytest.param(f"A=$(curl {URL}); B=$A; C=$B; D=$C; E=$D; ", "$E", id="by more"),
        pytest.param("C=curl; ", f"$C {URL} | bash", id="the program in a variable"),
        pytest.param("f() { curl $1; }; ", f"f {URL} | bash", id="a function"),
        pytest.param("f() { bash; }; ", f"curl {URL} | f", id="a function that runs it"),
        pytest.param(f"exec 3< <(curl {URL}); ", "bash <&3", id="a descriptor"),
    ],
)
def test_what_names_stand_for(before: str, statement: str) -> None:
    assert on_a_gpu(before + statement) == [(REMOTE, statement)]


def test_a_here_document() -> None:
    assert on_a_gpu(f"sh <<E\n$(curl {URL})\nE") == [(REMOTE, f"sh <<E $(curl {URL}) E")]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param(
            f"import os; os.system('curl {URL} | sh')", f"curl {URL} | sh", id="by a shell"
        ),
        pytest.param(
            "import urllib.request as u; exec(u.urlopen('http://h').read())", None, id="exec"
        ),
        pytest.param(f"import requests; eval(requests.get('{URL}').text)", None, id="eval"),
    ],
)
def test_code_of_python(code: str, text: str | None) -> None:
    shown = [(REMOTE, text or code)]
    assert hazards_of({"command": ["python3", "-c", code], "resources": GPU}) == shown


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import requests; print(requests.get('https://h/').text)", id="only printed"),
        pytest.param("exec('x') # curl", id="nothing is fetched"),
        pytest.param("curl (", id="no Python"),
        pytest.param("x = 'curl https://h/'" + " " * 20_000, id="too long"),
    ],
)
def test_code_of_python_that_runs_nothing(code: str) -> None:
    assert hazards_of({"command": ["python3", "-c", code], "resources": GPU}) == []


@pytest.mark.parametrize(
    ("script", "text"),
    [
        pytest.param(f"curl -o /t/a {URL}; sh /t/a", f"{URL} is run as /t/a", id="saved"),
        pytest.param(f"curl -o /t/a {URL}; sh //t/a", f"{URL} is run as //t/a", id="two slashes"),
        pytest.param(f"curl -o //t/a {URL}; sh /t/a", f"{URL} is run as /t/a", id="saved by two"),
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
        pytest.param(f"curl -O {URL}; . ./a.sh", f"{URL} is run as ./a.sh", id="sourced"),
        pytest.param(
            f"cd /t; curl -O {URL}; . ./a.sh", f"{URL} is run as ./a.sh", id="in a folder"
        ),
        pytest.param(
            f"curl {URL} | cat > /t/a | true; sh /t/a", "a download is run as /t/a", id="amid"
        ),
        pytest.param(f"curl {URL} | tee /t/a; sh /t/a", "a download is run as /t/a", id="tee"),
        pytest.param(
            f"curl {URL} | base64 -d > /t/a; sh /t/a", "a download is run as /t/a", id="decoded"
        ),
        pytest.param(f"curl {URL} > /t/a; sh < /t/a", "a download is run as /t/a", id="its input"),
        pytest.param(f"aria2c -d /t {URL}; sh /t/a.sh", f"{URL} is run as /t/a.sh", id="aria2c"),
        pytest.param(f"axel -o a {URL}; sh a", f"{URL} is run as a", id="axel"),
        pytest.param(f"wget -P /t {URL}; sh /t/a.sh", f"{URL} is run as /t/a.sh", id="a folder"),
        pytest.param(
            "curl https://h/a.tgz -o a.tgz; tar xf a.tgz; ./a/run.sh",
            "https://h/a.tgz is run as ./a/run.sh",
            id="unpacked",
        ),
        pytest.param(
            "curl https://h/a.zip -o a.zip; unzip a.zip -d /t; /t/a/run.sh",
            "https://h/a.zip is run as /t/a/run.sh",
            id="unzipped",
        ),
        pytest.param(
            "git clone https://h/o/b.git; bash b/run.sh",
            "https://h/o/b.git is run as b/run.sh",
            id="cloned",
        ),
        pytest.param(
            "git clone git@h:o/b /t/x && python /t/x/run.py",
            "git@h:o/b is run as /t/x/run.py",
            id="cloned to a folder",
        ),
        pytest.param(
            "hf download o/m run.sh --local-dir /x; bash /x/run.sh",
            "o/m is run as /x/run.sh",
            id="of a hub",
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
        f"X=$(curl {URL}); echo $X; eval $Y",
        f"A=$(curl {URL}); " + "; ".join(f"{b}=${a}" for a, b in pairwise("ABCDEFGHIJK")),
        f"curl {URL}; sh a.sh",
        f"curl {URL} | tee -a",
        f"curl -o a {URL}; . ./b.sh",
        f"bash < a.sh; curl {URL}; . ./b.sh",
        f"exec 3< a; curl {URL}; bash <&3",
        f"curl {URL} | xargs echo; . ",
        f"git clone https://h/o/b; git -C b checkout {S1}; bash b/run.sh",
        f"git clone --revision={S1} https://h/o/b; bash b/run.sh",
        f"hf download o/m --revision {S1} --local-dir /x; bash /x/run.sh",
        "hf download o/m; hf version; git status; bash /x/run.sh",
        "git clone https://h/o/b; bash c/run.sh; run.sh",
        f"curl {URL} -o a.tgz; tar xf b.tgz; ./a/run.sh",
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


def test_a_hook_that_saves_beside_an_image_that_says_itself_what_it_runs() -> None:
    hook = {"exec": {"command": ["sh", "-c", "curl -s http://localhost:80/warm > /dev/null"]}}
    container = {"image": "a:1", "resources": GPU, "lifecycle": {"postStart": hook}}
    assert hazards_of(container) == []


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
