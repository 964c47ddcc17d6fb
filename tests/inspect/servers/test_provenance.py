"""Where the bytes behind a local path come from, and what comes before the hub."""

from typing import Any

import pytest

from tests.inspect.servers.reading import OTHER, S1, VLLM, codes, facts_of, rows

DIGEST = "sha256:" + "0" * 64
VOLUMES = [
    {"name": "image", "image": {"reference": f"registry.example.com/m@{DIGEST}"}},
    {"name": "tagged", "image": {"reference": "registry.example.com/m:1"}},
    {"name": "claim", "persistentVolumeClaim": {"claimName": "w"}},
    {"name": "empty", "emptyDir": {}},
]


def load(path: str, mounts: dict[str, str], **more: Any) -> Any:
    rows_ = [{"name": name, "mountPath": at} for name, at in mounts.items()]
    container = {"image": OTHER, "command": ["vllm", "serve", path, "--revision", S1], **more}
    return facts_of({"volumeMounts": rows_, **container}, volumes=VOLUMES)


@pytest.mark.parametrize(
    ("path", "mounts", "more", "found"),
    [
        pytest.param("/m", {}, {}, (None, "spec.containers[0].image", "unpinned"), id="the image"),
        pytest.param(
            "/m",
            {},
            {"image": f"{OTHER}@{DIGEST}"},
            (None, "spec.containers[0].image", "pinned"),
            id="an image by its digest",
        ),
        pytest.param(
            "/m",
            {},
            {"image": "no image!"},
            (None, "spec.containers[0].image", "unknown"),
            id="no image",
        ),
        pytest.param(
            "/m/x",
            {"image": "/m"},
            {},
            ("image", "spec.volumes[0].image.reference", "pinned"),
            id="an image volume",
        ),
        pytest.param(
            "/m/x",
            {"tagged": "/m"},
            {},
            ("tagged", "spec.volumes[1].image.reference", "unpinned"),
            id="by a tag",
        ),
        pytest.param("/m/x", {"claim": "/m"}, {}, ("claim", None, "unknown"), id="a claim"),
        pytest.param("/m/x", {"empty": "/m"}, {}, ("empty", None, "unknown"), id="an emptyDir"),
        pytest.param("/m/x", {"gone": "/m"}, {}, ("gone", None, "unknown"), id="no volume"),
        pytest.param(
            "/m/x",
            {"claim": "/", "image": "/m"},
            {},
            ("image", "spec.volumes[0].image.reference", "pinned"),
            id="the nearest",
        ),
        pytest.param(
            "./x",
            {"image": "/m"},
            {"workingDir": "/m"},
            ("image", "spec.volumes[0].image.reference", "pinned"),
            id="a relative path",
        ),
        pytest.param(
            "~/x",
            {},
            {"workingDir": "/m"},
            (None, "spec.containers[0].image", "unpinned"),
            id="a home folder",
        ),
    ],
)
def test_a_local_path_is_traced(
    path: str, mounts: dict[str, str], more: dict[str, Any], found: Any
) -> None:
    (row,) = load(path, mounts, **more).artefacts
    assert str(row.state) == "local"
    assert (row.provenance.volume, row.provenance.by, str(row.provenance.state)) == found


def test_a_path_below_a_folder_that_is_not_known() -> None:
    (row,) = facts_of({"command": ["sh", "-c", "cd $X; vllm serve ./m"]}).artefacts
    assert (row.provenance and row.provenance.state) == "unknown"


@pytest.mark.parametrize("text", ["${MODEL}", "$MODEL", "org/${MODEL}", "<MODEL_ID>", "$ORG/$M-x"])
def test_a_name_that_is_yet_to_be_filled_in(text: str) -> None:
    facts = facts_of({"image": VLLM, "command": ["vllm", "serve", text, "--revision", S1]})
    (row,) = facts.artefacts
    assert (row.id, str(row.origin), str(row.state)) == (None, "unknown", "opaque")
    assert [(str(o.code), o.detail) for o in facts.opaque] == [
        ("unset-variable", f"{text} is yet to be filled in")
    ]


@pytest.mark.parametrize("text", ["/models/${MODEL}", "./$M", "~/$M", "a b", "<a/b>"])
def test_a_path_with_a_dollar_is_a_path(text: str) -> None:
    assert rows(load(text, {}))[0] == ("model", text, None, "local")


@pytest.mark.parametrize(
    ("mounts", "folder"),
    [
        pytest.param({"claim": "/data"}, "/data", id="a volume at the working directory"),
        pytest.param({"claim": "/data"}, "/data/x", id="above it"),
        pytest.param({"claim": "/data/org"}, "/data", id="at the organisation's folder"),
        pytest.param({"claim": "/data/org/m"}, "/data", id="at the repository's"),
        pytest.param({"claim": "/data/org/other"}, "/data", id="beside it"),
        pytest.param({"claim": "/vllm-workspace"}, "", id="at the images' own directory"),
    ],
)
def test_a_folder_of_that_name_comes_before_the_hub(mounts: dict[str, str], folder: str) -> None:
    facts = load("org/m", mounts, workingDir=folder)
    assert (rows(facts), codes(facts)) == ([("model", "org/m", S1, "opaque")], ["volume"])


def test_a_folder_that_is_not_known_may_be_any_volume() -> None:
    command = ["sh", "-c", f"cd $X; vllm serve org/m --revision {S1}"]
    mounted = {"command": command, "volumeMounts": [{"name": "claim", "mountPath": "/data"}]}
    assert rows(facts_of(mounted, volumes=VOLUMES)) == [("model", "org/m", S1, "opaque")]
    assert rows(facts_of({"command": command})) == [("model", "org/m", S1, "pinned")]


@pytest.mark.parametrize(
    ("mounts", "folder"),
    [
        pytest.param({"claim": "/root/.cache"}, "/data", id="a volume elsewhere"),
        pytest.param({"claim": "/data/other"}, "/data", id="another folder below it"),
        pytest.param({"claim": "/data/org-x"}, "/data", id="a name that only begins so"),
    ],
)
def test_other_volumes_hide_nothing(mounts: dict[str, str], folder: str) -> None:
    facts = load("org/m", mounts, workingDir=folder)
    assert (rows(facts), codes(facts)) == ([("model", "org/m", S1, "pinned")], [])


def in_folder(mounts: dict[str, str], *words: str) -> Any:
    volume_mounts = [{"name": name, "mountPath": path} for name, path in mounts.items()]
    container = {
        "image": VLLM,
        "command": ["vllm", "serve", *words],
        "workingDir": "/data",
        "volumeMounts": volume_mounts,
    }
    return facts_of(container, volumes=VOLUMES)


@pytest.mark.parametrize(
    ("volume", "state", "code"),
    [("claim", "unpinnable", ["volume"]), ("empty", "unpinnable", [])],
)
def test_an_adapter_that_a_volume_may_hide(volume: str, state: str, code: list[str]) -> None:
    facts = in_folder({volume: "/data"}, "/m", "--lora-modules", "a=org/x")
    assert (rows(facts)[-1], codes(facts)) == (("adapter", "org/x", None, state), code)


@pytest.mark.parametrize(
    ("mounts", "words", "state", "code"),
    [
        pytest.param({"empty": "/data"}, (), "unpinned", [], id="no pin to doubt"),
        pytest.param({"empty": "/data"}, ("--revision", "main"), "unpinned", [], id="a branch"),
        pytest.param({"empty": "/data"}, ("--revision", S1), "opaque", ["volume"], id="a pin"),
        pytest.param({"claim": "/data"}, (), "unpinned", ["volume"], id="files of others"),
        pytest.param(
            {"empty": "/data", "claim": "/data/org"}, (), "unpinned", ["volume"], id="both"
        ),
    ],
)
def test_an_empty_folder_makes_only_a_pin_doubtful(
    mounts: dict[str, str], words: tuple[str, ...], state: str, code: list[str]
) -> None:
    facts = in_folder(mounts, "org/m", *words)
    assert (rows(facts)[0][3], codes(facts)) == (state, code)
