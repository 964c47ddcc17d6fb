"""The variables of a container as Kubernetes' documentation has them, a row for a sentence.

Sources: "Define Environment Variables for a Container", "Define Dependent Environment Variables",
"Configure a Pod to Use a ConfigMap", the API's EnvVarSource, EnvFromSource and FileKeySelector.
"""

from typing import Any

import msgspec
import pytest

from pinfold.inspect.commands.environment import environment_of
from pinfold.inspect.commands.expansion import Budget
from pinfold.inspect.commands.model import HOLE
from pinfold.inspect.podspec import Container
from tests.inspect.commands.test_environment import read
from tests.inspect.servers.reading import codes, rows, serve

FILES = {
    "first": {"A": "1", "B": "of first"},
    "second": {"A": "2"},
    "empty": {},
    "prefixed": {"MODEL": "org/m"},
}


def config_map(name: str, **more: Any) -> dict[str, Any]:
    return {"configMapRef": {"name": name}, **more}


def key(name: str, key: str, **more: Any) -> dict[str, Any]:
    return {"valueFrom": {"configMapKeyRef": {"name": name, "key": key, **more}}}


def env(*pairs: tuple[str, Any]) -> list[dict[str, Any]]:
    return [{"name": n, **({"value": v} if isinstance(v, str) else v)} for n, v in pairs]


def text(name: str, env: Any = None, env_from: Any = None) -> str | None:
    value = read(env, env_from, FILES).get(name)
    return None if value is None else value.text


def why(name: str, env: Any = None, env_from: Any = None) -> tuple[str, str, bool]:
    """The code, the sentence, and whether it is surely one word."""
    value = read(env, env_from, FILES).get(name)
    assert value is not None
    assert value.unread is not None
    assert HOLE in value.text
    return str(value.unread.code), value.unread.detail, value.unread.clean


@pytest.mark.parametrize(("name", "sources", "found"), [
    pytest.param("A", [config_map("first"), config_map("second")], "2", id="the later one wins"),
    pytest.param("A", [config_map("second"), config_map("first")], "1", id="in either order"),
    pytest.param("B", [config_map("first"), config_map("second")], "of first",
                 id="what only one has stays"),
    pytest.param("HF_MODEL", [config_map("prefixed", prefix="HF_")], "org/m",
                 id="a prefix stands before each key"),
    pytest.param("MODEL", [config_map("prefixed", prefix="HF_")], None,
                 id="the bare key is not set then"),
    pytest.param("A", [config_map("first"), config_map("second", prefix="X_")], "1",
                 id="a prefix makes it another variable"),
    pytest.param("A", [config_map("first"), config_map("empty")], "1", id="no keys set nothing"),
    pytest.param("A", [config_map("gone"), config_map("first")], "1",
                 id="a ConfigMap at hand wins over one before it that is not"),
    pytest.param("A", [config_map("first"), config_map("gone")], HOLE,
                 id="one that is not at hand may win"),
    pytest.param("A", [config_map("first"), config_map("gone", prefix="A")], HOLE,
                 id="and with a prefix that fits as well"),
    pytest.param("A", [config_map("first"), config_map("gone", prefix="X_")], "1",
                 id="with another prefix it cannot"),
    pytest.param("A", [config_map("first"), {"secretRef": {"name": "s"}}], "1",
                 id="a Secret mostly holds tokens"),
    pytest.param("A", [config_map("first"), {"configMapRef": {"name": "gone", "optional": True}}],
                 HOLE, id="one that may be absent may be there"),
    pytest.param("Z", [{"configMapRef": {"name": "gone", "optional": True}}], HOLE,
                 id="and may set anything"),
])  # fmt: skip
def test_env_from(name: str, sources: list[dict[str, Any]], found: str | None) -> None:
    assert text(name, env_from=sources) == found


@pytest.mark.parametrize(("entries", "found"), [
    pytest.param([("A", "own")], "own", id="env wins over envFrom"),
    pytest.param([("A", "x"), ("A", "y")], "y", id="the last of two wins"),
    pytest.param([("A", "x"), ("A", "")], "", id="even if it is empty"),
    pytest.param([("A", "$(A)0")], "10", id="it sees itself as it was before"),
    pytest.param([("A", "a"), ("A", "$(A)$(A)")], "aa", id="the second sees the first"),
    pytest.param([("A", "$(B)")], "of first", id="it sees what envFrom sets"),
    pytest.param([("A", "$(C)"), ("C", "c")], "$(C)", id="it does not see what comes later"),
    pytest.param([("C", "c"), ("A", "$(C)"), ("C", "d")], "c", id="only what came before"),
    pytest.param([("C", "$(B)"), ("A", "$(C)")], "of first", id="through another"),
    pytest.param([("A", "$$(B)")], "$(B)", id="two dollars are one, and no reference"),
    pytest.param([("A", "$B ${B}")], "$B ${B}", id="other spellings say nothing"),
    pytest.param([("A", "$(b)")], "$(b)", id="letters differ by case"),
    pytest.param([("A", key("second", "A"))], "2", id="a key of a ConfigMap"),
    pytest.param([("A", {"value": "", **key("second", "A")})], "2",
                 id="an empty value beside it says nothing"),
    pytest.param([("A", key("second", "Z", optional=True))], "1",
                 id="an optional key that is not there leaves what was"),
    pytest.param([("A", key("second", "Z"))], HOLE, id="a key that is not there and must be"),
    pytest.param([("A", key("gone", "A"))], HOLE, id="a ConfigMap that is not at hand"),
    pytest.param([("A", key("gone", "A", optional=True))], HOLE, id="whether or not it must be"),
    pytest.param([("C", key("second", "A")), ("A", "$(C)")], "2", id="a reference to a key"),
    pytest.param([("C", key("gone", "A")), ("A", "x/$(C)")], f"x/{HOLE}",
                 id="a reference to what is not known"),
])  # fmt: skip
def test_env_over_env_from(entries: list[tuple[str, Any]], found: str) -> None:
    assert text("A", env(*entries), [config_map("first")]) == found


def test_an_optional_key_that_is_not_there_sets_nothing() -> None:
    assert text("X", env(("X", key("second", "Z", optional=True)))) is None
    assert text("Y", env(("X", key("empty", "Z", optional=True)), ("Y", "$(X)"))) == "$(X)"


def field(path: str) -> dict[str, Any]:
    return {"valueFrom": {"fieldRef": {"fieldPath": path}}}


ABSENT = "which has no Z: so the container would not start"
RUNS = "$X is known only when the pod runs"
FILE = {"volumeName": "config", "path": "model.env", "key": "MODEL"}


@pytest.mark.parametrize(("source", "found"), [
    pytest.param(key("gone", "k"), ("configmap", "$X comes from ConfigMap gone", False),
                 id="a ConfigMap"),
    pytest.param(key("first", "Z"),
                 ("configmap", f"$X comes from ConfigMap first, {ABSENT}", False),
                 id="a key that is not there"),
    pytest.param({"valueFrom": {"secretKeyRef": {"name": "s", "key": "k", "optional": True}}},
                 ("secret", "$X comes from Secret s", False), id="a Secret"),
    pytest.param({"valueFrom": {"fileKeyRef": FILE}},
                 ("volume", "$X comes from model.env on volume config, written as it runs", False),
                 id="a file"),
    pytest.param({"valueFrom": {"fileKeyRef": {**FILE, "optional": True}}},
                 ("volume", "$X comes from model.env on volume config, written as it runs", False),
                 id="a file that may be absent"),
    *(
        pytest.param({"valueFrom": {"resourceFieldRef": {"resource": name, **more}}},
                     ("unset-variable", RUNS, True), id=f"the number {name}")
        for name, more in (
            ("limits.cpu", {}), ("requests.memory", {"divisor": "1Mi"}),
            ("limits.ephemeral-storage", {"containerName": "other"}),
            ("requests.hugepages-2Mi", {}),
        )
    ),
    *(
        pytest.param(field(path), ("unset-variable", RUNS, True), id=f"the word {path}")
        for path in (
            "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName",
            "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP",
            "status.podIPs", "metadata.labels['pod-template-hash']",
        )
    ),
    *(
        pytest.param(field(path), ("unset-variable", RUNS, False), id=f"any text {path}")
        for path in (
            "metadata.labels['app']", "metadata.annotations['model']", "metadata.annotations",
            "metadata.labels", "spec.containers", "",
        )
    ),
    pytest.param({"valueFrom": {}}, ("unset-variable", RUNS, False), id="nothing that is known"),
])  # fmt: skip
def test_a_value_that_is_not_at_hand(source: dict[str, Any], found: tuple[str, str, bool]) -> None:
    assert why("X", env(("X", source))) == found
    code, _, clean = found
    assert why("Y", env(("X", source), ("Y", "a/$(X)")))[::2] == (code, clean)


@pytest.mark.parametrize("source", [
    pytest.param({"fileKeyRef": FILE}, id="a file that an init container writes"),
    pytest.param({"configMapKeyRef": {"name": "gone", "key": "k"}}, id="a ConfigMap"),
    pytest.param({"secretKeyRef": {"name": "s", "key": "k"}}, id="a Secret"),
])  # fmt: skip
def test_a_revision_that_is_not_at_hand_pins_nothing(source: dict[str, Any]) -> None:
    variables = env(("REVISION", {"valueFrom": source}))
    facts = serve("org/m", "--revision=$(REVISION)", env=variables)
    assert rows(facts) == [("model", "org/m", None, "opaque")]
    assert len(codes(facts)) == 1


@pytest.mark.parametrize(("name", "is_set"), [
    pytest.param("HUB_SERVICE_HOST", True, id="a service's address"),
    pytest.param("HUB_SERVICE_PORT", True, id="its port"),
    pytest.param("HUB_SERVICE_PORT_HTTP", True, id="a port with a name"),
    pytest.param("HUB_PORT", True, id="as Docker's links have it"),
    pytest.param("HUB_PORT_80_TCP", True, id="a port's address"),
    pytest.param("HUB_PORT_80_TCP_PROTO", True, id="its protocol"),
    pytest.param("HUB_PORT_80_TCP_ADDR", True, id="its host"),
    pytest.param("KUBERNETES_SERVICE_HOST", True, id="the API's own"),
    pytest.param("hub_service_host", False, id="their names are of capitals"),
    pytest.param("HUB_HOST", False, id="another name"),
])  # fmt: skip
def test_what_services_set(name: str, is_set: bool) -> None:
    found = text("X", env(("X", f"http://$({name})/")))
    assert found == (f"http://{HOLE}/" if is_set else f"http://$({name})/")


def test_env_wins_over_what_services_set() -> None:
    assert text("X", env(("HUB_PORT", "80"), ("X", "$(HUB_PORT)"))) == "80"


def test_sources_beyond_all_bounds_set_what_is_not_known() -> None:
    files = {"large": {f"K{number}": "x" for number in range(1000)}}
    budget = Budget(100)
    sources = [config_map("large"), config_map("gone")] * 50
    container = msgspec.convert({"name": "c", "envFrom": sources}, Container)
    value = environment_of(container, "c", files, budget).get("K1")
    assert value is not None
    assert value.unread is not None
    assert (value.text, str(value.unread.code), budget.left < 0) == (HOLE, "too-large", True)
