"""The five commands of README.md, as a new user types them: in an empty folder, with one manifest.

All but the first and the last, which install and need a cluster.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from hack.render_manifests import MANIFESTS
from tests.alerts.debian import NoPackages
from tests.cli.pin.debian import registry_program
from tests.cli.pin.hubs import MAIN, Hub, a_hub
from tests.cli.pin.registries import registry

README = (MANIFESTS.parent / "README.md").read_text("utf-8")
MODEL = "meta-llama/Llama-3.1-8B-Instruct"
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: llama, namespace: ml}
spec:
  selector: {matchLabels: {app: llama}}
  template:
    metadata: {labels: {app: llama}}
    spec:
      containers:
        - name: vllm
          image: HOST/vllm/vllm-openai:v0.33.0  # tested in June
          args: [--model, MODEL]
"""


def commands() -> list[str]:
    """What a person types, without the remarks."""
    block = re.search(r"<!-- walk -->\n```sh\n([^`]*)```", README)
    assert block
    return [line.partition("  #")[0].strip() for line in block[1].splitlines()]


def typed(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """In a shell that knows nothing but where pinfold is."""
    known = {"HOME": str(folder / "home"), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder / "empty",
        env=known | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_there_are_five_commands() -> None:
    install, check, pin, again, apply = commands()
    assert install.startswith("pipx install")
    assert check == again == "pinfold check deploy.yaml"
    assert pin == "pinfold pin deploy.yaml"
    assert apply == "kubectl apply -f deploy.yaml"


def test_a_new_user_comes_to_a_manifest_that_is_admitted(tmp_path: Path) -> None:
    try:
        registry_program()
    except NoPackages as error:
        pytest.skip(str(error))
    for name in ("empty", "home", "store"):
        (tmp_path / name).mkdir()
    file = tmp_path / "empty" / "deploy.yaml"
    _, check, pin, again, _ = commands()
    hub = Hub(branches={MODEL: {"main": MAIN}})
    with registry(tmp_path / "store") as images, a_hub(hub):
        digest = images.push("vllm/vllm-openai", "v0.33.0")
        manifest = MANIFEST.replace("HOST", images.host)
        file.write_text(manifest.replace("MODEL", MODEL), "utf-8")
        first = typed(check, tmp_path)
        assert (first.returncode, first.stderr) == (1, "")
        assert re.findall(r"refused \[([a-z-]+)\]", first.stdout) == [
            "image-digest",
            "model-revision",
        ]
        pinned = typed(pin, tmp_path, HF_ENDPOINT=hub.endpoint)
        assert pinned.returncode == 0, pinned.stderr
        second = typed(again, tmp_path)
    assert (second.returncode, second.stderr) == (0, "")
    image = f"{images.host}/vllm/vllm-openai:v0.33.0"
    assert f"image: {image}@{digest}  # tested in June\n" in file.read_text("utf-8")
    (container,) = yaml.safe_load(file.read_text("utf-8"))["spec"]["template"]["spec"]["containers"]
    assert container["image"] == f"{image}@{digest}"
    assert MAIN in " ".join(container["args"])
    assert sorted(path.name for path in file.parent.iterdir()) == ["deploy.yaml", "pinfold.lock"]
