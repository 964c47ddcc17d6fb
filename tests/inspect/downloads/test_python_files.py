"""Files of Python that are run, where their text is at hand."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, rows

PINNED = ("model", "org/m", S1, "pinned")
CODE = f"from huggingface_hub import snapshot_download\nsnapshot_download('org/m', revision='{S1}')"
VOLUMES = [{"name": "s", "configMap": {"name": "s"}}]
MOUNTS = [{"name": "s", "mountPath": "/s"}]
GPU = {"limits": {"nvidia.com/gpu": 1}}
FILES = {"s": {"get.py": CODE, "other.py": "print(1)", "odd.py": "snapshot_download(x)"}}


def run(*command: str, files: Any = FILES) -> tuple[list[Any], list[str]]:
    container = {"command": list(command), "volumeMounts": MOUNTS, "resources": GPU}
    facts = facts_of({**container, "env": env(X=SECRET)}, volumes=VOLUMES, files=files)
    return rows(facts), codes(facts)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param(("python", "/s/get.py"), ([PINNED], []), id="in a ConfigMap"),
        pytest.param(("python3", "-u", "/s/get.py", "--x"), ([PINNED], []), id="with words"),
        pytest.param(("sh", "-c", "python /s/get.py && sleep 1"), ([PINNED], []), id="by a script"),
        pytest.param(("python", "/s/odd.py"), ([], ["unknown-server"]), id="not known"),
        pytest.param(("python", "/s/other.py"), ([], ["configmap"]), id="without a download"),
        pytest.param(("python", "/s/$(X).py"), ([], ["secret"]), id="a file that is not known"),
        pytest.param(("python", "/app/get.py"), ([], ["script-in-image"]), id="in the image"),
        pytest.param(
            ("sh", "-c", f"cat > /t.py <<'E'\n{CODE}\nE\npython /t.py"),
            ([PINNED], []),
            id="written",
        ),
    ],
)
def test_a_file(command: tuple[str, ...], said: tuple[list[Any], list[str]]) -> None:
    assert run(*command) == said


def test_a_file_that_is_not_at_hand() -> None:
    assert run("python", "/s/get.py", files={"other": {}}) == ([], ["configmap"])
