"""Documents of which workloads are only made are not passed over in silence."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pinfold.cli.main import main

POD = "spec: {containers: [{name: a, image: 'x:1'}]}"
FLUX = "kustomize.toolkit.fluxcd.io/v1"


def shown(command: str, name: str, text: str, folder: Path) -> str:
    path = folder / name
    path.write_text(text)
    result = CliRunner().invoke(main, [command, str(path)])
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.parametrize("command", ["check", "inspect"])
@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        pytest.param(
            "a.yaml",
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [x]",
            "Kustomization passed over: build it first, kustomize build FOLDER | pinfold check -.",
            id="Kustomization",
        ),
        pytest.param(
            "kustomization.yaml",
            "resources: [x]",
            "Kustomization passed over: build it first, kustomize build FOLDER | pinfold check -.",
            id="Kustomization, which needs no kind",
        ),
        pytest.param(
            "a.yaml",
            "\n---\n".join([f"apiVersion: {FLUX}\nkind: Kustomization"] * 3),
            "Kustomization of Flux (3 times) passed over: build it first, flux build kustomization"
            " NAME --path FOLDER | pinfold check -.",
            id="three of Flux's",
        ),
        pytest.param(
            "a.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {values: {image: x}}",
            "HelmRelease passed over: build it first,"
            " helm template RELEASE CHART | pinfold check -.",
            id="HelmRelease",
        ),
        pytest.param(
            "a.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {helm: {}}}",
            "Application of Argo CD passed over: build it first,"
            " argocd app manifests NAME | pinfold check -.",
            id="Application",
        ),
        pytest.param(
            "values-prod.yaml",
            "image: {repository: x, tag: y}",
            "Values of a chart passed over: render it first,"
            " helm template RELEASE CHART --values FILE | pinfold check -.",
            id="values",
        ),
        pytest.param(
            "docker-compose.yml",
            "services: {vllm: {image: x}}",
            "Compose file passed over: it is none of Kubernetes' manifests.",
            id="compose",
        ),
        pytest.param(
            "a.yaml",
            POD,
            "Containers without a kind passed over:"
            " write apiVersion and kind, as kubectl asks for them.",
            id="no kind",
        ),
        pytest.param(
            "a.yaml",
            f"- {{apiVersion: v1, kind: Pod, {POD}}}",
            "Objects in a bare list passed over:"
            " write each as a document of its own, or use kind: List.",
            id="a list",
        ),
    ],
)
def test_what_is_to_be_built_is_named(
    command: str, name: str, text: str, line: str, tmp_path: Path
) -> None:
    first, last = shown(command, name, text, tmp_path).splitlines()
    assert first == line
    assert last.startswith("Nothing to ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("a.yaml", "apiVersion: v1\nkind: Service", id="an object without pods"),
        pytest.param("a.yaml", "apiVersion: v1\nresources: [x]", id="a version without a kind"),
        pytest.param("a.yaml", "services: [a]\nspec: [b]", id="something else"),
        pytest.param("a.yaml", "- {name: x}", id="a list of something else"),
        pytest.param("a.yaml", "just text", id="text"),
    ],
)
def test_what_stands_for_no_workload_is_passed_over(name: str, text: str, tmp_path: Path) -> None:
    (line,) = shown("check", name, text, tmp_path).splitlines()
    assert line == "Nothing to check: no workload among 1 document."


def test_a_program_is_told_nothing_new(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [x]")
    result = CliRunner().invoke(main, ["check", str(tmp_path), "-o", "json"])
    assert "unbuilt" not in json.loads(result.stdout)
