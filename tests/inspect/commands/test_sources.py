"""Volumes that the kubelet makes: which file lies where, and what of it is known."""

from typing import Any

import msgspec
import pytest

from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.podspec import Container, PodSpec
from pinfold.inspect.workload import Code

FILES = {"one": {"a": "text of one", "b": "b of one"}, "two": {"a": "text of two"}}
ONE = {"configMap": {"name": "one"}}
TWO = {"configMap": {"name": "two"}}
AWAY = {"configMap": {"name": "away"}}
AWAY_ITEMS = {"configMap": {"name": "away", "items": [{"key": "k", "path": "c"}]}}
RENAMED = {"configMap": {"name": "one", "items": [{"key": "a", "path": "d/./x"}]}}
SECRET = {"secret": {"name": "s"}}
SECRET_ITEMS = {"secret": {"name": "s", "items": [{"key": "k", "path": "c"}]}}
FIELDS = {"downwardAPI": {"items": [{"path": "labels"}]}}
TOKEN = {"serviceAccountToken": {"path": "token"}}
OTHER = {"clusterTrustBundle": {"path": "ca.pem"}}
FROM_ONE = ("text of one", "ConfigMap one")
FROM_TWO = ("text of two", "ConfigMap two")


def mounts(volume: dict[str, Any], **mount: Any) -> Mounts:
    spec = msgspec.convert({"volumes": [{"name": "v", **volume}]}, PodSpec)
    row = {"name": "c", "volumeMounts": [{"name": "v", "mountPath": "/c", **mount}]}
    return Mounts(msgspec.convert(row, Container), spec.volumes or (), FILES)


def text(volume: dict[str, Any], path: str, **mount: Any) -> Any:
    """The text and its step; where it is not known, the code alone."""
    found = mounts(volume, **mount).text(path, None)
    return found[0] if isinstance(found[0], Code) else found


def projected(*sources: Any) -> dict[str, Any]:
    return {"projected": {"sources": list(sources)}}


@pytest.mark.parametrize(("sources", "path", "found"), [
    pytest.param([ONE], "/c/a", FROM_ONE, id="a ConfigMap at hand"),
    pytest.param([ONE, TWO], "/c/a", FROM_TWO, id="of two the later wins"),
    pytest.param([TWO, ONE], "/c/a", FROM_ONE, id="in the order in which they stand"),
    pytest.param([ONE, TWO], "/c/b", ("b of one", "ConfigMap one"), id="by file"),
    pytest.param([RENAMED], "/c/d/x", FROM_ONE, id="items rename"),
    pytest.param([RENAMED], "/c/a", Code.CONFIGMAP, id="items leave out all others"),
    pytest.param([ONE, AWAY], "/c/a", Code.CONFIGMAP, id="a later one that is not at hand"),
    pytest.param([AWAY, ONE], "/c/a", FROM_ONE, id="an earlier one that is not at hand"),
    pytest.param([ONE, AWAY_ITEMS], "/c/a", FROM_ONE, id="one that is not at hand, of named files"),
    pytest.param([ONE, AWAY_ITEMS], "/c/c", Code.CONFIGMAP, id="a named file of it"),
    pytest.param([ONE, SECRET], "/c/a", Code.SECRET, id="a later Secret"),
    pytest.param([SECRET, ONE], "/c/a", FROM_ONE, id="an earlier Secret"),
    pytest.param([SECRET, ONE], "/c/z", Code.SECRET, id="what only the Secret can have"),
    pytest.param([ONE, SECRET_ITEMS], "/c/a", FROM_ONE, id="a Secret of named files"),
    pytest.param([ONE, SECRET_ITEMS], "/c/c", Code.SECRET, id="a named file of the Secret"),
    pytest.param([ONE, FIELDS, TOKEN], "/c/a", FROM_ONE, id="beside fields and a token"),
    pytest.param([ONE, FIELDS], "/c/labels", Code.VOLUME, id="fields of the pod"),
    pytest.param([ONE, TOKEN], "/c/token", Code.VOLUME, id="a token"),
    pytest.param([ONE, OTHER], "/c/a", Code.VOLUME, id="a source that is not known here"),
    pytest.param([], "/c/a", Code.VOLUME, id="no source at all"),
])  # fmt: skip
def test_a_file_of_a_projected_volume(sources: list[Any], path: str, found: Any) -> None:
    assert text(projected(*sources), path) == found


@pytest.mark.parametrize(("volume", "path", "mount", "found"), [
    pytest.param(ONE, "/c/..data/a", {}, FROM_ONE, id="through the kubelet's link"),
    pytest.param(ONE, "/c", {"subPath": "a"}, FROM_ONE, id="a single file"),
    pytest.param(RENAMED, "/c/x", {"subPath": "d"}, FROM_ONE, id="a folder of the items"),
    pytest.param(projected(ONE), "/c", {"subPath": "b"}, ("b of one", "ConfigMap one"),
                 id="a single file of a projected volume"),
    pytest.param(ONE, "/c/a", {"subPathExpr": "$(X)"}, Code.CONFIGMAP,
                 id="below a folder that is known only when it runs"),
    pytest.param({"secret": {"items": [{"key": "k", "path": "p"}]}}, "/c/a", {}, Code.SECRET,
                 id="a Secret's volume, whatever its items"),
    pytest.param({"configMap": {"name": "one", "optional": True, "defaultMode": 511}}, "/c/a", {},
                 FROM_ONE, id="a mode, and whether it may be absent, say nothing"),
])  # fmt: skip
def test_a_file_below_a_mount(volume: Any, path: str, mount: Any, found: Any) -> None:
    assert text(volume, path, **mount) == found


@pytest.mark.parametrize(("volume", "names"), [
    pytest.param(ONE, ("a", "b"), id="a ConfigMap"),
    pytest.param(RENAMED, ("d/./x",), id="its items"),
    pytest.param(AWAY, (), id="one that is not at hand"),
    pytest.param(projected(ONE, TWO, FIELDS, TOKEN, SECRET_ITEMS),
                 ("a", "b", "labels", "token", "c"), id="all that is projected"),
    pytest.param(projected(ONE, SECRET), (), id="a Secret can have any"),
    pytest.param(projected(ONE, OTHER), (), id="as can what is not known here"),
])  # fmt: skip
def test_the_names_of_the_files(volume: Any, names: tuple[str, ...]) -> None:
    assert mounts(volume).names("/c") == names
    assert mounts(volume, subPath="a").names("/c") == ()
    assert mounts(volume).names("/d") == ()
