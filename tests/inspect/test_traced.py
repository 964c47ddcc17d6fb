"""A local path of a pod, traced to the download that fills its volume."""

from typing import Any

import msgspec
import pytest

from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.read import inspect_pods
from tests.inspect.servers.reading import S1

AT = [{"name": "models", "mountPath": "/models"}]
EMPTY = [{"name": "models", "emptyDir": {}}]
SERVER = {
    "name": "vllm",
    "image": "vllm/vllm-openai:v0.33.0",
    "args": ["/models/m"],
    "volumeMounts": AT,
}
FETCH = ["hf", "download", "org/m", "--revision", S1, "--local-dir", "/models/m"]
SYNC = ["s3", "sync", "s3://acme/prod/v3", "/models/m"]
HOOK = {"postStart": {"exec": {"command": FETCH}}}
BY = "spec.initContainers[0].command[2]"


def container(*command: str, **more: Any) -> dict[str, Any]:
    return {"name": "c", "image": "x/tools:1", "command": list(command), "volumeMounts": AT, **more}


def script(text: str, **more: Any) -> dict[str, Any]:
    return container("sh", "-c", text, **more)


def trace(
    *init: dict[str, Any], server: dict[str, Any] = SERVER, volumes: Any = EMPTY
) -> tuple[str | None, str | None, str]:
    spec = {"initContainers": list(init), "containers": [server], "volumes": volumes}
    pods = {"spec": msgspec.convert(spec, PodSpec)}
    (row,) = [
        a
        for a in inspect_pods("Pod", "ml", "p", pods).artefacts
        if a.act == "load" and a.container != "o"
    ]
    assert row.provenance is not None
    return row.provenance.volume, row.provenance.by, str(row.provenance.state)


def test_a_download_in_an_init_container() -> None:
    assert trace(container(*FETCH)) == ("models", BY, "pinned")


@pytest.mark.parametrize(
    ("claim", "state"),
    [
        pytest.param({}, "pinned", id="a claim made for the pod"),
        pytest.param({"volumeClaimTemplate": {"spec": {}}}, "pinned", id="an empty one"),
        pytest.param(
            {"volumeClaimTemplate": {"spec": {"dataSource": {"kind": "VolumeSnapshot"}}}},
            "unknown",
            id="a copy of a snapshot",
        ),
        pytest.param(
            {"volumeClaimTemplate": {"spec": {"dataSourceRef": {"kind": "VolumePopulator"}}}},
            "unknown",
            id="one that somebody fills",
        ),
    ],
)
def test_an_ephemeral_volume_begins_empty(claim: dict[str, Any], state: str) -> None:
    volumes = [{"name": "models", "ephemeral": claim}]
    assert trace(container(*FETCH), volumes=volumes)[2] == state


@pytest.mark.parametrize(
    ("init", "state"),
    [
        pytest.param(
            script("pip install 'huggingface_hub>=1' && " + " ".join(FETCH)),
            "pinned",
            id="after pip",
        ),
        pytest.param(
            script("mkdir -p /models; " + " ".join(FETCH) + " 2>&1"), "pinned", id="mkdir"
        ),
        pytest.param(
            script(" ".join(FETCH) + "; echo x > /models/m/config.json"), "unknown", id="echo"
        ),
        pytest.param(script(" ".join(FETCH) + "; cp /x /models/m"), "unknown", id="a copy"),
        pytest.param(
            script(" ".join(FETCH) + "; pip install -t /models x"), "unknown", id="pip there"
        ),
        pytest.param(script(" ".join(FETCH) + "; eval $X"), "unknown", id="what is not read"),
        pytest.param(script(" ".join(FETCH) + "; python x.py"), "unknown", id="a program"),
        pytest.param(
            script(" ".join(FETCH) + "; hf download $X"), "unknown", id="an unread download"
        ),
        pytest.param(
            script(" ".join(FETCH) + "; hf download o/e --local-dir /models"), "unpinned", id="two"
        ),
        pytest.param(
            script(" ".join(FETCH) + "; hf download o/e --local-dir /models/e"),
            "pinned",
            id="beside",
        ),
        pytest.param(
            container("hf", "download", "org/m", "--local-dir", "/models/m"), "unpinned", id="main"
        ),
        pytest.param(
            container("hf", "download", "org/m", "--local-dir", "/other"), "unknown", id="elsewhere"
        ),
        pytest.param(container(*FETCH, volumeMounts=[]), "unknown", id="no mount"),
        pytest.param(
            container(*FETCH, volumeMounts=[{**AT[0], "subPathExpr": "$(X)"}]), "unknown", id="expr"
        ),
    ],
)
def test_the_weakest_of_what_can_write_counts(init: dict[str, Any], state: str) -> None:
    assert trace(init)[2] == state


def test_a_file_that_is_no_model_is_not_known() -> None:
    text = " ".join(FETCH) + "; curl -o /models/m/config.json https://x.example/f"
    assert trace(script(text))[2] == "unknown"


@pytest.mark.parametrize(
    ("other", "state"),
    [
        pytest.param(container("chmod", "-R", "a+r", "/models"), "pinned", id="chmod"),
        pytest.param(container("/app/run"), "unknown", id="a program"),
        pytest.param(
            container("/app/run", volumeMounts=[{**AT[0], "readOnly": True}]),
            "pinned",
            id="read only",
        ),
        pytest.param(container("/app/run", volumeMounts=[]), "pinned", id="another volume"),
        pytest.param({"name": "c", "image": "x/y:1", "volumeMounts": AT}, "unknown", id="an image"),
        pytest.param(
            script("curl -o /models/m/f https://x.example/f.gguf"), "unpinnable", id="curl"
        ),
        pytest.param(script("curl -o /models/m/f https://x.example/f"), "unknown", id="no weights"),
        pytest.param(
            {"name": "c", "image": "x/y:1", "volumeMounts": AT, "lifecycle": HOOK},
            "unknown",
            id="an image with a hook",
        ),
        pytest.param(container("aria2c", "-i", "list", "-d", "/tmp"), "unknown", id="a list"),
        pytest.param(
            container("curl", "-o", "/models/m/f", "http://x/f.bin", "-o", "/t", "http://x/g.bin"),
            "unknown",
            id="two files",
        ),
        pytest.param(
            {"name": "c", "image": "amazon/aws-cli:2", "args": SYNC, "volumeMounts": AT},
            "unpinnable",
            id="a bucket",
        ),
        pytest.param({**SERVER, "name": "o", "args": ["org/other"]}, "pinned", id="another server"),
    ],
)
def test_another_container_that_can_write(other: dict[str, Any], state: str) -> None:
    assert trace(container(*FETCH), other)[2] == state


DIGEST = "ghcr.io/acme/qwen3@sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("text", "state"),
    [
        pytest.param("cp -r /models-in/* /models/m", "pinned", id="all files"),
        pytest.param("cp -r --preserve /data /models/m", "pinned", id="a folder"),
        pytest.param("cd /data && cp -a . /models/m", "pinned", id="from there"),
        pytest.param("mkdir -p /models/m && cp /d/a /d/b /models/m && sleep 1", "pinned", id="two"),
        pytest.param("ln -sf /proc/$$$$/root/data /models/m", "pinned", id="a link to its own"),
        pytest.param('ln -s "/proc/$P/root/data" /models/m', "unknown", id="to another's"),
        pytest.param("ln -s /data /models/m", "unknown", id="a link into whoever follows it"),
        pytest.param("ln -s /proc/$$$$/root/other /models/m", "unknown", id="a link to a volume"),
        pytest.param("ln /proc/$$$$/root/data /models/m", "unknown", id="a link of another kind"),
        pytest.param("ln -s /proc/$$$$/root/data /tmp/m", "unknown", id="a link in the image"),
        pytest.param("cp -r /data $X", "unknown", id="a folder that is not known"),
        pytest.param("cp -r $X /models/m", "unknown", id="sources that are not known"),
        pytest.param('cp -r "$X" /models/m', "unknown", id="a source that is not known"),
        pytest.param("cp -r /oth[e]r/x /models/m", "unknown", id="a pattern"),
        pytest.param("cp -r /other/x /models/m", "unknown", id="from a volume"),
        pytest.param("cp -r / /models/m", "unknown", id="volumes below it"),
        pytest.param("cp -r /o*/x /models/m", "unknown", id="a pattern over volumes"),
        pytest.param("cp -r /data/../other /models/m", "unknown", id="up"),
        pytest.param("cp -r data /models/m", "unknown", id="from nobody knows where"),
        pytest.param("cp -t /models/m /data/x", "unknown", id="another option"),
        pytest.param("cp /models/m", "unknown", id="too few words"),
        pytest.param("cp -r /data /tmp && cp -r /tmp /models/m", "unknown", id="to the image"),
        pytest.param("curl -o /data/x http://x/f.bin; cp /data/x /models/m", "unknown", id="curl"),
        pytest.param("echo x > /data/x; cp /data/x /models/m", "unknown", id="echo"),
        pytest.param("eval $X; cp /data/x /models/m", "unknown", id="what is not read"),
    ],
)
def test_a_copy_out_of_an_image(text: str, state: str) -> None:
    mounts = [*AT, {"name": "other", "mountPath": "/other"}]
    assert trace(script(text, image=DIGEST, volumeMounts=mounts))[2] == state


TO = f"hf download org/m --revision {S1} --local-dir"
FILE = f"https://huggingface.co/org/m/resolve/{S1}/m.gguf"
WEIGHTS = "https://h/m.gguf"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        pytest.param(
            f"curl -fo /models/.t {FILE} && mv -f /models/.t /models/m", "pinned", id="mv"
        ),
        pytest.param(
            f"curl -o /models/.t {WEIGHTS}; mv /models/.t /models/m",
            "unpinnable",
            id="by an address",
        ),
        pytest.param(f"{TO} /models/x; mv /models/x /models/m", "pinned", id="a folder"),
        pytest.param(f"{TO} /models; mv /models/x /models/m", "pinned", id="a folder of all of it"),
        pytest.param(f"{TO} /models/x; cp -r /models/x/* /models/m", "pinned", id="its files"),
        pytest.param(f"{TO} /models/x; ln -s /models/x /models/m", "pinned", id="a link"),
        pytest.param(
            f"{TO} /models/x; rsync -a --delete /models/x/ /models/m/", "pinned", id="rsync"
        ),
        pytest.param(f"{TO} /tmp/x; cp -r /tmp/x /models/m", "pinned", id="outside all volumes"),
        pytest.param(f"{TO} /tmp/x; cp -r /tmp/x/a /models/m", "pinned", id="a part of it"),
        pytest.param(f"cd /tmp; {TO} x; mv x /models/m", "pinned", id="from a folder"),
        pytest.param(f"{TO} x; mv x /models/m", "pinned", id="from the image's folder"),
        pytest.param(
            f"{TO} /models/x; cp -r /models/x /models/y; mv /models/y /models/m",
            "pinned",
            id="twice",
        ),
        pytest.param(
            "hf download o/e --local-dir /models/x; mv /models/x /models/m",
            "unpinned",
            id="a branch",
        ),
        pytest.param(
            f"{TO} /models/x; hf download o/e --local-dir /models/x/e; mv /models/x /models/m",
            "unpinned",
            id="the weakest of two",
        ),
        pytest.param(
            f"curl -o /tmp/a.tgz {WEIGHTS}; tar xzf /tmp/a.tgz -C /models/m", "unpinnable", id="tar"
        ),
        pytest.param(
            f"curl -o /tmp/a.zip {WEIGHTS}; unzip -q /tmp/a.zip -d /models/m",
            "unpinnable",
            id="unzip",
        ),
        pytest.param(f"cd /models; curl -o a {WEIGHTS}; tar -xf a", "unpinnable", id="here"),
        pytest.param(f"{TO} /tmp/x/y; cp -r /tmp/x /models/m", "unknown", id="around it"),
        pytest.param(f"{TO} /tmp/x; cp -r /tmp/y /models/m", "unknown", id="something else"),
        pytest.param(f"{TO} /other/x; cp -r /other/x /models/m", "unknown", id="of a claim"),
        pytest.param(f"{TO} /tmp/x; mv --backup=t /tmp/x /models/m", "unknown", id="an option"),
        pytest.param(f"{TO} /tmp/x; rsync -a h:/x /models/m", "unknown", id="from a host"),
        pytest.param(f"{TO} /tmp/x; tar xf /tmp/a.tgz -C /models/m", "unknown", id="an archive"),
        pytest.param(f"{TO} /tmp/x; tar xf - -C /models/m", "unknown", id="its input"),
        pytest.param(f"{TO} /tmp/x; tar -C /models/m", "unknown", id="no archive"),
        pytest.param(f"{TO} /tmp/x; unzip -j /tmp/x -d /models/m", "unknown", id="odd options"),
        pytest.param(f"{TO} /tmp/x; ./x; mv /tmp/x /models/m", "unknown", id="what nobody knows"),
        pytest.param(f"{TO} $X; mv /tmp/x /models/m", "unknown", id="nobody knows where"),
    ],
)
def test_a_download_that_is_moved(text: str, state: str) -> None:
    mounts = [*AT, {"name": "other", "mountPath": "/other"}]
    claim = {"name": "other", "persistentVolumeClaim": {"claimName": "x"}}
    found = trace(script(text, volumeMounts=mounts), volumes=[*EMPTY, claim])
    assert found[2] == state


@pytest.mark.parametrize(
    ("link", "path", "state"),
    [
        pytest.param("ln -s /models/x /models/m", "/models", "pinned", id="the same path"),
        pytest.param("ln -s /models/x /models/m", "/mnt", "unknown", id="the server has another"),
        pytest.param("cd /models; ln -s x m", "/mnt", "pinned", id="within the volume"),
        pytest.param("ln /models/x /models/m", "/mnt", "pinned", id="not by its name"),
        pytest.param("ln -s ../x /models/m", "/models", "unknown", id="up"),
        pytest.param("ln -s /tmp/x /models/m", "/models", "unknown", id="out of the volume"),
    ],
)
def test_a_link_means_what_the_server_finds_there(link: str, path: str, state: str) -> None:
    mounts = [{"name": "models", "mountPath": path}]
    server = {**SERVER, "args": [f"{path}/m"], "volumeMounts": mounts}
    assert trace(script(f"{TO} /models/x; {link}"), server=server)[2] == state


def test_many_copies_are_not_followed() -> None:
    copies = "; ".join(f"cp /models/{i} /models/m" for i in range(900))
    assert trace(script(f"{TO} /models/x; {copies}"))[2] == "unknown"


def test_a_download_that_another_container_moves() -> None:
    volumes = [*EMPTY, {"name": "other", "emptyDir": {}}]
    mounts = [*AT, {"name": "other", "mountPath": "/other"}]
    fetch = script(f"{TO} /other/x", volumeMounts=mounts)
    move = script("mv /other/x /models/m", volumeMounts=mounts)
    assert trace(fetch, move, volumes=volumes) == ("models", BY, "pinned")
    other = script("./x", volumeMounts=[mounts[1]])
    assert trace(fetch, other, move, volumes=volumes)[2] == "unknown"


@pytest.mark.parametrize(
    ("reference", "state"),
    [(DIGEST, "pinned"), ("ghcr.io/acme/qwen3:1", "unpinned"), ("#", "unknown")],
)
def test_a_copy_out_of_an_image_volume(reference: str, state: str) -> None:
    mounts = [*AT, {"name": "source", "mountPath": "/source"}]
    volumes = [*EMPTY, {"name": "source", "image": {"reference": reference}}]
    copy = container("cp", "-r", "/source/m", "/models/m", volumeMounts=mounts)
    by = "spec.volumes[1].image.reference"
    assert trace(copy, volumes=volumes) == ("models", by, state)


def test_an_image_without_a_digest_pins_nothing() -> None:
    copy = script("cp -r /data /models/m")
    assert trace(copy) == ("models", "spec.initContainers[0].image", "unpinned")


def test_a_copy_beside_a_download() -> None:
    copy = script("cp -r /data /models/m", image=DIGEST)
    assert trace(copy, container(*FETCH)) == ("models", "spec.initContainers[0].image", "pinned")


def test_the_storage_initializer_and_a_server_below_its_folder() -> None:
    init = {
        "name": "storage-initializer",
        "image": "kserve/storage-initializer:v0.17.0",
        "args": [f"hf://org/m:{S1}", "/mnt/models"],
        "volumeMounts": [{"name": "models", "mountPath": "/mnt/models"}],
    }
    assert trace(init) == ("models", "spec.initContainers[0].args[0]", "pinned")


def test_a_script_that_downloads_and_serves() -> None:
    text = " ".join(FETCH) + "; exec vllm serve /models/m"
    assert trace(server=script(text)) == ("models", "spec.containers[0].command[2]", "pinned")


def test_any_other_volume_is_not_known() -> None:
    claim = [{"name": "models", "persistentVolumeClaim": {"claimName": "w"}}]
    assert trace(container(*FETCH), volumes=claim) == ("models", None, "unknown")


def test_nothing_fills_it() -> None:
    assert trace() == ("models", None, "unknown")


def test_a_folder_that_is_not_known() -> None:
    init = script(f'hf download org/m --revision {S1} --local-dir "$X"')
    assert trace(init)[2] == "pinned"


def test_other_artefacts_stay_as_they_are() -> None:
    words = ["/models/m", "--tokenizer", "org/t"]
    spec = {
        "initContainers": [container(*FETCH)],
        "containers": [{**SERVER, "args": words}],
        "volumes": EMPTY,
    }
    rows = inspect_pods("Pod", "ml", "p", {"spec": msgspec.convert(spec, PodSpec)}).artefacts
    assert [(row.id, str(row.state)) for row in rows] == [
        ("org/m", "pinned"),
        ("/models/m", "local"),
        ("org/t", "unpinned"),
    ]


@pytest.mark.parametrize(
    ("source", "folder", "loaded", "found"),
    [
        pytest.param(
            "prod/v3", "/data/x", "/data/x", ["s3://acme/prod/v3"], id="a server loads it"
        ),
        pytest.param("prod/v3", "/other", "/data/x", [], id="it lies elsewhere"),
        pytest.param("prod/v3", "/data/x", "org/m", [], id="a model of the hub"),
        pytest.param("prod/v3", "/data/x", "/opt/x", [], id="a model in the image"),
    ],
)
def test_a_copy_is_of_a_model_where_a_server_loads_it(
    source: str, folder: str, loaded: str, found: list[str]
) -> None:
    mounts = [{"name": "models", "mountPath": "/data"}]
    copy = container("aws", "s3", "sync", f"s3://acme/{source}", folder, volumeMounts=mounts)
    server = {**SERVER, "args": [loaded], "volumeMounts": mounts}
    spec = {"initContainers": [copy], "containers": [server], "volumes": EMPTY}
    rows = inspect_pods("Pod", "ml", "p", {"spec": msgspec.convert(spec, PodSpec)}).artefacts
    assert [row.id for row in rows if row.act == "fetch"] == found


def test_a_script_that_copies_and_serves() -> None:
    text = "aws s3 sync s3://acme/prod/v3 /data; exec vllm serve /data"
    spec = msgspec.convert({"containers": [script(text, volumeMounts=[])]}, PodSpec)
    rows = inspect_pods("Pod", "ml", "p", {"spec": spec}).artefacts
    assert [row.id for row in rows] == ["/data", "s3://acme/prod/v3"]


def test_what_is_below_a_folder_that_only_the_pod_knows_can_be_any_of_it() -> None:
    inside = [{"name": "models", "mountPath": "/models", "subPathExpr": "$(POD_NAME)"}]
    other = container("hf", "download", "org/o", "--local-dir", "/models/other")
    fetch = container(*FETCH)
    assert trace(fetch, other | {"volumeMounts": inside})[2] == "unknown"
