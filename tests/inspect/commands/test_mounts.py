"""What lies behind a path of a container."""

from typing import Any

import msgspec
import pytest

from pinfold.inspect.commands.mounts import Mounts, is_within
from pinfold.inspect.podspec import Container, PodSpec
from pinfold.inspect.workload import Code

VOLUMES = [
    {"name": "cm", "configMap": {"name": "conf"}},
    {
        "name": "items",
        "configMap": {"name": "conf", "items": [{"key": "a.yaml", "path": "b.yaml"}]},
    },
    {"name": "secret", "secret": {}},
    {"name": "pvc", "persistentVolumeClaim": {"claimName": "w"}},
]
FILES = {"conf": {"a.yaml": "text"}}


def mounts(*pairs: tuple[str, str], files: Any = FILES, **more: Any) -> Mounts:
    rows = [{"name": name, "mountPath": path, **more} for name, path in pairs]
    spec = msgspec.convert({"volumes": VOLUMES}, PodSpec)
    container = msgspec.convert({"name": "c", "volumeMounts": rows}, Container)
    return Mounts(container, spec.volumes or (), files)


@pytest.mark.parametrize(
    ("path", "folder", "inside"),
    [
        pytest.param("/a", "/a", True, id="itself"),
        pytest.param("/a/b", "/a", True, id="below"),
        pytest.param("/a/b", "/a/", True, id="a slash at the end says nothing"),
        pytest.param("/ab", "/a", False, id="a name that only begins so"),
        pytest.param("/a", "/", True, id="all is below the root"),
        pytest.param("/a", "/a/b", False, id="above"),
    ],
)
def test_a_path_is_within_a_folder_on_a_boundary(path: str, folder: str, inside: bool) -> None:
    assert is_within(path, folder) is inside


def test_the_longest_mount_wins() -> None:
    found = mounts(("pvc", "/a"), ("cm", "/a/b")).at("/a/b/../b/c")
    assert found is not None
    assert (found.mount.name, found.inside, found.index) == ("cm", "c", 0)


def test_a_mount_of_no_volume() -> None:
    found = mounts(("gone", "/a")).at("/a")
    assert found is not None
    assert (found.volume, found.index) == (None, -1)


@pytest.mark.parametrize(
    ("path", "folder", "absolute"),
    [
        pytest.param("/a/../b", None, "/b", id="absolute already"),
        pytest.param("a", "/w", "/w/a", id="below the working directory"),
        pytest.param("a", None, None, id="the working directory is the image's"),
        pytest.param("a", "\ufffc", None, id="the working directory is not known"),
    ],
)
def test_a_path_is_made_absolute(path: str, folder: str | None, absolute: str | None) -> None:
    assert mounts().absolute(path, folder) == absolute


@pytest.mark.parametrize(
    ("mount", "path", "found"),
    [
        pytest.param(("cm", "/c"), "/c/a.yaml", ("text", "ConfigMap conf"), id="a key is a file"),
        pytest.param(("cm", "/c"), "c/a.yaml", ("text", "ConfigMap conf"), id="a relative path"),
        pytest.param(("items", "/c"), "/c/b.yaml", ("text", "ConfigMap conf"), id="items rename"),
        pytest.param(("items", "/c"), "/c/a.yaml", Code.CONFIGMAP, id="a key not among the items"),
        pytest.param(("cm", "/c"), "/c/z.yaml", Code.CONFIGMAP, id="a key that is not there"),
        pytest.param(("secret", "/c"), "/c/a.yaml", Code.SECRET, id="a Secret"),
        pytest.param(("pvc", "/c"), "/c/a.yaml", Code.VOLUME, id="a claim"),
        pytest.param(("gone", "/c"), "/c/a.yaml", Code.VOLUME, id="a volume that is not there"),
        pytest.param(("cm", "/c"), "/d/a.yaml", Code.SCRIPT_IN_IMAGE, id="no mount"),
    ],
)
def test_the_text_of_a_file(mount: tuple[str, str], path: str, found: Any) -> None:
    answer = mounts(mount).text(path, "/")
    assert (answer if isinstance(found, tuple) else answer[0]) == found


def test_a_sub_path_is_a_single_file() -> None:
    found = mounts(("cm", "/etc/x.yaml"), subPath="a.yaml").text("/etc/x.yaml", None)
    assert found == ("text", "ConfigMap conf")


def test_a_sub_path_is_a_folder() -> None:
    found = mounts(("cm", "/etc"), subPath="sub", files={"conf": {"sub/a": "x"}})
    assert found.text("/etc/a", None) == ("x", "ConfigMap conf")
