"""A name that is a path as well: what lies under the working directory comes before the hub."""

from typing import Any

import msgspec
import pytest

from pinfold.inspect.commands.files import slashed
from pinfold.inspect.commands.mounts import rooted
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.read import inspect_pods
from pinfold.inspect.workload import Workload
from tests.inspect.servers.reading import S1

DIGEST = f"sha256:{'0' * 64}"
SERVER = f"vllm/vllm-openai@{DIGEST}"
VOLUMES = [
    {"name": "claim", "persistentVolumeClaim": {"claimName": "w"}},
    {"name": "empty", "emptyDir": {}},
    {"name": "image", "image": {"reference": f"registry.example.com/m@{DIGEST}"}},
    {"name": "tagged", "image": {"reference": "registry.example.com/m:1"}},
    {"name": "config", "configMap": {"name": "c"}},
]


def mount(name: str, path: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "mountPath": path, **more}


def read(
    model: str, folder: str, *mounts: dict[str, Any], init: Any = (), command: Any = None
) -> Workload:
    server = {
        "name": "s",
        "image": SERVER,
        "command": command or ["vllm", "serve", model, f"--revision={S1}"],
        "workingDir": folder,
        "volumeMounts": list(mounts),
    }
    spec = {"initContainers": list(init), "containers": [server], "volumes": VOLUMES}
    return inspect_pods("Pod", "ml", "p", {"spec": msgspec.convert(spec, PodSpec)})


@pytest.mark.parametrize(("model", "folder", "mounts", "volumes"), [
    pytest.param("org/m", "/w", [mount("claim", "/w")], ["claim"], id="at the working directory"),
    pytest.param("org/m", "/w/", [mount("claim", "/w")], ["claim"], id="a slash behind it"),
    pytest.param("org/m", "/w/./x/..", [mount("claim", "/w")], ["claim"], id="a detour"),
    pytest.param("org/m", "/w", [mount("claim", "w")], ["claim"],
                 id="a mount without a slash is taken from the root"),
    pytest.param("org/m", "/w", [mount("claim", "//w")], ["claim"], id="two slashes are one"),
    pytest.param("org/m", "//w", [mount("claim", "/w")], ["claim"], id="in either"),
    pytest.param("org/m", "/w", [mount("claim", "/")], ["claim"], id="at the root"),
    pytest.param("org/m", "/w", [mount("claim", "/w", subPath="models")], ["claim"],
                 id="a folder of the volume"),
    pytest.param("org/m", "/w", [mount("claim", "/w/org/m", subPath="x/y")], ["claim"],
                 id="a folder of it at the very place"),
    pytest.param("org/m", "/w", [mount("claim", "/w", subPathExpr="$(POD)")], ["claim"],
                 id="a folder that only the pod knows"),
    pytest.param("org/m", "/w", [mount("config", "/w/org/m/config.json", subPath="a")], ["config"],
                 id="a file in a folder of that name"),
    pytest.param("gpt2", "/w", [mount("config", "/w/gpt2/config.json", subPath="a")], ["config"],
                 id="a file in a folder of a name of one word"),
    pytest.param("gpt2", "/w", [mount("claim", "/w/gpt2")], ["claim"], id="one word"),
    pytest.param("gpt2", "/w", [mount("claim", "/w/gpt2-large")], [], id="another word"),
    pytest.param("gpt2", "/w/", [mount("claim", "/w/other")], [], id="another word, with a slash"),
    pytest.param("org/m", "/w", [mount("claim", "/w/other")], [], id="another folder"),
    pytest.param("org/m", "/w/a", [mount("claim", "/w/b")], [], id="a neighbour of it"),
    pytest.param("org/m", "/", [mount("claim", "/org")], ["claim"], id="the root itself"),
    pytest.param("org/m", "/", [mount("claim", "/data")], [], id="elsewhere below the root"),
    pytest.param("org/m", "/w", [mount("claim", "/w"), mount("image", "/w/org")], ["image"],
                 id="a nearer mount hides the volume around it"),
    pytest.param("org/m", "/w", [mount("image", "/w/org"), mount("claim", "/w")], ["image"],
                 id="in whichever order they are written"),
    pytest.param("org/m", "/w", [mount("claim", "/w"), mount("image", "/w/org/m")], ["image"],
                 id="at the very place as well"),
    pytest.param("org/m", "/w", [mount("claim", "/w"), mount("image", "/w/other")], ["claim"],
                 id="a mount beside it hides nothing"),
    pytest.param("org/m", "/w", [mount("claim", "/w"), mount("image", "/w/")], ["claim"],
                 id="of two at one place either may be it"),
])  # fmt: skip
def test_what_may_hide_a_name(
    model: str, folder: str, mounts: list[dict[str, Any]], volumes: list[str]
) -> None:
    facts = read(model, folder, *mounts)
    (row,) = facts.artefacts
    assert str(row.state) == ("opaque" if volumes else "pinned")
    assert [(str(one.code), one.detail) for one in facts.opaque] == [
        ("volume", f"{model} is loaded from volume {volume} if it has a folder of that name")
        for volume in volumes
    ]


def fetch(target: str, *mounts: dict[str, Any], pinned: bool = True) -> dict[str, Any]:
    revision = ["--revision", S1] if pinned else []
    command = ["hf", "download", "org/m", *revision, "--local-dir", target]
    return {"name": "f", "image": "x/hf:1", "command": command, "volumeMounts": list(mounts)}


EMPTY = mount("empty", "/w")
OTHER = fetch("/w/b/m", EMPTY, pinned=False)
MOVED = ["sh", "-c", "cd /w/b; vllm serve ./m"]


@pytest.mark.parametrize(("model", "folder", "mounts", "init", "found"), [
    pytest.param("./m", "/w", [mount("claim", "/w")], [], ("claim", "unknown"), id="a claim"),
    pytest.param("./m", "/w", [mount("image", "/w")], [], ("image", "pinned"), id="an image"),
    pytest.param("./m", "/w", [], [], (None, "pinned"), id="the server's image"),
    pytest.param("./m", "/w", [mount("claim", "w")], [], ("claim", "unknown"),
                 id="a mount without a slash"),
    pytest.param("/w/m", "", [mount("claim", "//w")], [], ("claim", "unknown"),
                 id="a mount with two"),
    pytest.param("//w/m", "", [mount("claim", "/w")], [], ("claim", "unknown"),
                 id="a path with two"),
    pytest.param("../w/m", "/", [mount("claim", "/w")], [], ("claim", "unknown"),
                 id="above the root is the root"),
    pytest.param("./m", "/w", [mount("claim", "/w"), mount("image", "/w/m")], [],
                 ("image", "pinned"), id="the nearest mount"),
    pytest.param("./m", "/w", [mount("image", "/w", subPath="a"), mount("claim", "/w/m/x")], [],
                 ("claim", "unknown"), id="a claim below it is a part of it"),
    pytest.param("./m", "/w", [mount("claim", "/w/m/x", subPath="f")], [], ("claim", "unknown"),
                 id="a single file of a claim as well"),
    pytest.param("./m", "/w", [mount("claim", "/w"), mount("image", "/w/m/x")], [],
                 ("claim", "unknown"), id="an image below a claim makes nothing surer"),
    pytest.param("./m", "/w", [mount("image", "/w"), mount("image", "/w/m/x")], [],
                 ("image", "pinned"), id="an image below an image"),
    pytest.param("./m", "/w", [mount("image", "/w"), mount("tagged", "/w/m/x")], [],
                 ("tagged", "unpinned"), id="an image without a digest below one with it"),
    pytest.param("./m", "/w", [mount("image", "/w"), mount("empty", "/w/m/x")], [],
                 (None, "unknown"), id="an emptyDir below it, which is not traced"),
    pytest.param("./m", "/w", [EMPTY, mount("claim", "/w/m/x")], [fetch("/w/m", EMPTY)],
                 ("claim", "unknown"), id="a claim below what the pod downloads"),
    pytest.param("./m", "/w", [EMPTY, mount("tagged", "/w/m/x")], [fetch("/w/m", EMPTY)],
                 ("tagged", "unpinned"), id="an image without a digest below that"),
    pytest.param("./m", "/w", [mount("image", "/w"), mount("config", "/w/m/a.jinja", subPath="a")],
                 [], ("image", "pinned"), id="a ConfigMap below it holds no weights"),
    pytest.param("./m", "/w", [mount("image", "/w"), mount("gone", "/w/m/x")], [],
                 ("gone", "unknown"), id="a volume that is not there below it"),
    pytest.param("./m", "/w", [EMPTY], [fetch("/w/m", EMPTY)], ("empty", "pinned"),
                 id="what the pod downloads at a commit"),
    pytest.param("./m", "/w", [EMPTY], [fetch("/w/m", EMPTY, pinned=False)], ("empty", "unpinned"),
                 id="what it downloads at none"),
    pytest.param("/w/m", "", [mount("empty", "/w", subPath="s")], [fetch("/w/s/m", EMPTY)],
                 ("empty", "pinned"), id="a folder of the volume that the download fills"),
    pytest.param("/w/m", "", [mount("empty", "/w", subPath="t")], [fetch("/w/s/m", EMPTY)],
                 ("empty", "unknown"), id="another folder of it"),
    pytest.param("/w/m", "", [mount("empty", "/w", subPathExpr="$(X)")],
                 [fetch("/w/a/m", EMPTY), OTHER], ("empty", "unknown"),
                 id="a folder that only the pod knows"),
    pytest.param("./m", "/w/a", [EMPTY], [fetch("/w/a/m", EMPTY), OTHER], ("empty", "unpinned"),
                 id="a relative path may be any, as a script can leave the directory"),
])  # fmt: skip
def test_where_a_path_leads(
    model: str, folder: str, mounts: list[Any], init: list[Any], found: tuple[str | None, str]
) -> None:
    facts = read(model, folder, *mounts, init=init)
    (row,) = (one for one in facts.artefacts if one.container == "s")
    assert row.provenance is not None
    assert (row.provenance.volume, str(row.provenance.state)) == found


def test_a_script_that_leaves_the_working_directory_finds_another_download() -> None:
    init = [fetch("/w/a/m", EMPTY), OTHER]
    facts = read("", "/w/a", EMPTY, init=init, command=MOVED)
    (row,) = (one for one in facts.artefacts if one.container == "s")
    assert row.provenance is not None
    assert str(row.provenance.state) == "unpinned"


def test_a_copy_from_a_folder_that_only_the_pod_knows_is_of_nobody_knows_what() -> None:
    src = mount("empty", "/src", subPathExpr="$(X)", readOnly=True)
    copy = {
        "name": "c",
        "image": f"x/tools@{DIGEST}",
        "command": ["cp", "-r", "/src/m", "/copy/m"],
        "volumeMounts": [src, mount("other", "/copy")],
    }
    server = {
        "name": "s",
        "image": SERVER,
        "command": ["vllm", "serve", "/copy/m"],
        "volumeMounts": [mount("other", "/copy")],
    }
    spec = {
        "initContainers": [fetch("/w/m", EMPTY), copy],
        "containers": [server],
        "volumes": [*VOLUMES, {"name": "other", "emptyDir": {}}],
    }
    facts = inspect_pods("Pod", "ml", "p", {"spec": msgspec.convert(spec, PodSpec)})
    (row,) = (one for one in facts.artefacts if one.container == "s")
    assert row.provenance is not None
    assert str(row.provenance.state) == "unknown"


@pytest.mark.parametrize(("path", "short", "at"), [
    ("/a/b", "/a/b", "/a/b"),
    ("a/b", "a/b", "/a/b"),
    ("//a//b/", "/a/b", "/a/b"),
    ("/a/../../b", "/b", "/b"),
    (".", ".", "/"),
    ("", ".", "/"),
    ("/", "/", "/"),
    ("//", "/", "/"),
])  # fmt: skip
def test_the_shortest_form_of_a_path(path: str, short: str, at: str) -> None:
    assert (slashed(path), rooted(path)) == (short, at)
