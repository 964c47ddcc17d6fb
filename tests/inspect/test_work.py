"""What takes work, beside scripts: files at hand, code of Python, and arguments."""

import pytest

from tests.inspect.servers.reading import codes, facts_of

VOLUMES = [{"name": "v", "configMap": {"name": "conf"}}]
MOUNTED = {"volumeMounts": [{"name": "v", "mountPath": "/c"}]}


@pytest.mark.parametrize(("command", "text"), [
    pytest.param(["vllm", "serve", "org/m", "--config", "/c/f.yaml"], "a: " + "x" * 32_760,
                 id="a config file"),
    pytest.param(["sh", "-c", "sh /c/f.yaml\n" * 60 + "vllm serve org/m"], "# " + "x" * 60_000,
                 id="a script that runs often"),
    pytest.param(["sh", "-c", "python3 /c/f.yaml\n" * 30], "x" * 100_000,
                 id="Python, looked at often"),
    pytest.param(["python3", "-c", "snapshot_download('a/b')\n" + "x=1\n" * 4_000], "",
                 id="code of Python"),
    pytest.param(["sh", "-c", "vllm serve org/m " + "x " * 300 + "\n" * 2 + "vllm serve org/n "
                  + "y " * 1_900], "", id="arguments in every version"),
])  # fmt: skip
def test_what_takes_more_than_a_pod_may_is_too_large(command: list[str], text: str) -> None:
    container = {"image": "vllm/vllm-openai", "command": command, **MOUNTED}
    found = facts_of(container, volumes=VOLUMES, files={"conf": {"f.yaml": text}})
    assert "too-large" in codes(found)


def test_a_config_file_of_common_length_is_read_by_every_version() -> None:
    text = "".join(f"# what option {i} is for, and why it is set\n" for i in range(100))
    container = {"image": "vllm/vllm-openai", "args": ["--config", "/c/f.yaml"], **MOUNTED}
    files = {"conf": {"f.yaml": f"{text}model: org/m\n"}}
    found = facts_of(container, volumes=VOLUMES, files=files)
    assert codes(found) == []
    assert {row.id for row in found.artefacts} == {"org/m"}
