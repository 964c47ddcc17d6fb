"""`pinfold pin` as a person runs it. The files in golden/ are read as documentation, too."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from huggingface_hub import close_session, constants

from pinfold.cli.main import main
from tests.alerts.debian import NoPackages
from tests.cli.pin.debian import registry_program
from tests.cli.pin.hubs import MAIN, V2, Hub, a_hub
from tests.cli.pin.registries import registry, that_hangs

GOLDEN = Path(__file__).with_name("golden")
OTHER = "sha256:" + "cd" * 32


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with one manifest, and what was looked up before."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chat.yaml").write_bytes((GOLDEN / "before.yaml").read_bytes())
    return tmp_path


def run(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["pin", *words], input=stdin)


def use_lock(folder: Path) -> None:
    (folder / "pinfold.lock").write_bytes((GOLDEN / "pinfold.lock").read_bytes())


def test_what_is_told_and_what_is_written(folder: Path) -> None:
    use_lock(folder)
    result = run("chat.yaml", "--offline")
    assert result.stdout == (GOLDEN / "output.txt").read_text("utf-8")
    assert (folder / "chat.yaml").read_text("utf-8") == (GOLDEN / "after.yaml").read_text("utf-8")
    assert (folder / "pinfold.lock").read_bytes() == (GOLDEN / "pinfold.lock").read_bytes()
    assert result.exit_code == 1
    assert sorted(path.name for path in folder.iterdir()) == ["chat.yaml", "pinfold.lock"]


def test_what_is_pinned_is_what_the_webhook_lets_in(folder: Path) -> None:
    use_lock(folder)
    check = CliRunner().invoke(main, ["check", "chat.yaml"])
    assert check.stdout.splitlines()[-1] == "1 workload, 6 violations (6 refused)."
    assert run("chat.yaml", "--offline", "--init-container").exit_code == 0
    check = CliRunner().invoke(main, ["check", "chat.yaml"])
    assert (check.exit_code, check.stdout.splitlines()[-1]) == (0, "1 workload, no violation.")
    assert run("chat.yaml", "--offline", "--check").exit_code == 0


def test_a_diff_can_be_applied(folder: Path) -> None:
    use_lock(folder)
    result = run("chat.yaml", "--offline", "--diff")
    assert result.stdout == (GOLDEN / "diff.txt").read_text("utf-8")
    assert "nothing is written" in result.stderr
    assert (folder / "chat.yaml").read_bytes() == (GOLDEN / "before.yaml").read_bytes()
    patch = ["git", "apply", "--unidiff-zero", "-"]
    subprocess.run(patch, input=result.stdout, text=True, check=True, cwd=folder)
    assert (folder / "chat.yaml").read_bytes() == (GOLDEN / "after.yaml").read_bytes()


def test_a_check_fails_where_something_would_be_written(folder: Path) -> None:
    use_lock(folder)
    text = (GOLDEN / "before.yaml").read_text("utf-8").replace("        - --enable-lora\n", "")
    (folder / "chat.yaml").write_text(
        text.replace("        - --lora-modules\n        - sql=acme/sql-lora\n", ""), "utf-8"
    )
    before = (folder / "chat.yaml").read_bytes()
    assert run("chat.yaml", "--offline", "--check").exit_code == 1
    assert (folder / "chat.yaml").read_bytes() == before
    assert run("chat.yaml", "--offline").exit_code == 0
    result = run("chat.yaml", "--offline", "--check")
    assert (result.exit_code, result.stdout) == (0, "Nothing to pin\n")


def test_standard_input_becomes_standard_output(folder: Path) -> None:
    use_lock(folder)
    result = run("-", "--offline", stdin=(GOLDEN / "before.yaml").read_text("utf-8"))
    assert result.stdout == (GOLDEN / "after.yaml").read_text("utf-8")
    assert "[+] 12:16 image vllm/vllm-openai:v0.33.0" in result.stderr


def test_without_a_lock_nothing_is_known_offline(folder: Path) -> None:
    result = run("chat.yaml", "--offline")
    assert result.stdout.count("it is not in the lock file (--offline)") == 6
    assert result.exit_code == 1
    assert (folder / "chat.yaml").read_bytes() == (GOLDEN / "before.yaml").read_bytes()
    assert not (folder / "pinfold.lock").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(("x.yaml", "--update", "--offline"), "--offline asks nobody", id="both"),
        pytest.param(("x.yaml", "--lock", "bad"), "--lock: bad is no lock file", id="no lock"),
        pytest.param(("x.yaml", "--timeout", "0"), "--timeout", id="no time"),
        pytest.param((), "Missing argument", id="no file"),
    ],
)
def test_wrong_use_is_told(folder: Path, words: tuple[str, ...], says: str) -> None:
    (folder / "bad").write_text("{}[", "utf-8")
    result = run(*words)
    assert result.exit_code == 2
    assert says in result.stderr


def test_what_cannot_be_read_or_written_is_told(folder: Path) -> None:
    use_lock(folder)
    (folder / "broken.yaml").write_text("a: [\n", "utf-8")
    result = run("broken.yaml", "none.yaml", "chat.yaml", "--offline")
    assert result.exit_code == 2
    assert "none.yaml:1: it cannot be opened: No such file or directory" in result.stdout
    assert "2 documents could not be read" in result.stdout
    assert "5 pinned" in result.stdout


def test_what_is_not_understood_is_told(folder: Path) -> None:
    use_lock(folder)
    image = "{name: c, image: 'prom/pushgateway:v1.11.0', command: [vllm, serve, $(M)]"
    env = "env: [{name: M, valueFrom: {secretKeyRef: {name: s, key: k}}}]}"
    pod = f"{{apiVersion: v1, kind: Pod, spec: {{containers: [{image}, {env}]}}}}"
    (folder / "pod.yaml").write_text(pod, "utf-8")
    result = run("pod.yaml", "--offline")
    assert result.stdout.splitlines()[-2:] == [
        "1 pinned in 1 file",
        "1 thing could not be understood, and may load more: pinfold explain tells",
    ]


def test_links_and_permissions_stay(folder: Path) -> None:
    use_lock(folder)
    (folder / "real").mkdir()
    real = (folder / "chat.yaml").rename(folder / "real" / "chat.yaml")
    real.chmod(0o640)
    (folder / "chat.yaml").symlink_to("real/chat.yaml")
    run("chat.yaml", "--offline")
    assert (folder / "chat.yaml").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert real.read_bytes() == (GOLDEN / "after.yaml").read_bytes()


def test_registry_and_hub_are_asked_once_and_then_the_lock(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        registry_program()
    except NoPackages as error:
        pytest.skip(str(error))
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    store = folder / "registry"
    store.mkdir()
    own = Hub(branches={"org/m": {"main": MAIN}})
    with registry(store) as images, a_hub(own) as hub:
        monkeypatch.setattr(constants, "ENDPOINT", hub.endpoint)
        image = f"{images.host}/team/vllm-openai:v0.33.0"
        old = images.push("team/vllm-openai", "v0.33.0")

        def manifest(digest: str = "", commit: str = "") -> str:
            flag = f", --revision={commit}" if commit else ""
            container = f"{{name: c, image: {image}{digest}, args: [--model, org/m{flag}]}}"
            return f"{{apiVersion: v1, kind: Pod, spec: {{containers: [{container}]}}}}\n"

        file = folder / "pod.yaml"
        file.write_text(manifest(), "utf-8")
        assert run("pod.yaml").exit_code == 0
        assert file.read_text("utf-8") == manifest(f"@{old}", MAIN)
        lock = json.loads((folder / "pinfold.lock").read_bytes())
        assert lock["images"][image]["digest"] == old
        assert lock["models"][0]["commit"] == MAIN
        assert lock["models"][0]["files"]["model.safetensors"]["sha256"] == "d" * 64

        new = images.push("team/vllm-openai", "v0.33.0", "built anew")
        own.branches["org/m"]["main"] = V2
        file.write_text(manifest(), "utf-8")
        asked = len(own.asked)
        assert run("pod.yaml").exit_code == 0
        assert file.read_text("utf-8") == manifest(f"@{old}", MAIN)
        assert len(own.asked) == asked

        result = run("pod.yaml", "--update")
        assert file.read_text("utf-8") == manifest(f"@{new}", V2)
        assert f"from {old}\n      to   @{new}\n" in result.stdout
        assert f"from {MAIN}\n      to   --revision={V2}\n" in result.stdout
    close_session()


def test_one_host_that_hangs_does_not_keep_the_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    with that_hangs() as host:
        rows = [f"{{name: c{n}, image: '{host}/a:{n}'}}" for n in range(3)]
        text = f"{{apiVersion: v1, kind: Pod, spec: {{containers: [{', '.join(rows)}]}}}}"
        (folder / "pod.yaml").write_text(text, "utf-8")
        result = run("pod.yaml", "--timeout", "0.2")
    assert result.exit_code == 1
    assert result.stdout.count(f"{host} did not answer within 0.2 s (3 attempts)") == 3
    assert (folder / "pod.yaml").read_text("utf-8") == text


def test_no_client_is_loaded_before_somebody_must_be_asked(folder: Path) -> None:
    use_lock(folder)
    code = (
        "import sys; from click.testing import CliRunner; from pinfold.cli.main import main\n"
        "for words in (['check', 'chat.yaml'], ['pin', 'chat.yaml', '--offline']):\n"
        "    CliRunner().invoke(main, words)\n"
        "print([n for n in ('huggingface_hub', 'httpx2', 'tqdm') if n in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_without_the_extra_it_says_what_to_type(folder: Path) -> None:
    code = (
        "import sys; sys.modules['huggingface_hub'] = None\n"
        "from pinfold.cli.main import main; main(['pin', 'chat.yaml'])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "huggingface_hub, which is not installed; type: pip install 'pinfold[pin]'" in (
        " ".join(done.stderr.split())
    )
