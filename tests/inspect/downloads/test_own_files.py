"""What a container's own commands put where a server looks: a folder of a model's very name."""

import pytest

from pinfold.inspect.workload import Provenance
from tests.inspect.servers.reading import S1, facts_of

PLACE = "spec.containers[0].command[2]"
SERVE = f"vllm serve o/m --revision {S1}"
PINNED = f"hf download o/m --revision {S1}"
GPU = {"limits": {"nvidia.com/gpu": 1}}


def loaded(script: str, **container: object) -> tuple[str, str, Provenance | None]:
    """Origin, state and provenance of what the server of a script loads."""
    facts = facts_of({"command": ["sh", "-c", script], "resources": GPU, **container})
    (row,) = [artefact for artefact in facts.artefacts if artefact.act == "load"]
    return str(row.origin), str(row.state), row.provenance


@pytest.mark.parametrize(
    ("before", "state"),
    [
        pytest.param("git clone https://evil/x o/m", "unknown", id="cloned"),
        pytest.param("hf download evil/x --local-dir o/m", "unpinned", id="another model"),
        pytest.param("hf download evil/x --local-dir ./o/m/", "unpinned", id="in other words"),
        pytest.param("hf download evil/x --local-dir o", "unpinned", id="around it"),
        pytest.param("hf download evil/x --local-dir o/m/x", "unpinned", id="below it"),
        pytest.param(f"{PINNED} --local-dir o/m", "pinned", id="a commit"),
        pytest.param(f"{PINNED} --local-dir o/m; ./x", "unknown", id="and what nobody knows"),
        pytest.param("aws s3 sync s3://b/m o/m", "unpinnable", id="of a bucket"),
        pytest.param("curl -o o/m/config.json https://h/x", "unknown", id="a file of it"),
        pytest.param("mkdir -p o/m", "unknown", id="made"),
        pytest.param("mkdir -p o/m && cp -r /evil/* o/m", "unknown", id="copied into it"),
        pytest.param("cp -r /evil/o .", "unknown", id="copied beside"),
        pytest.param("cp -at o /evil/m", "unknown", id="into a folder that is named first"),
        pytest.param("cp --recursive --target-directory=o /evil/m", "unknown", id="in full"),
        pytest.param("mv /evil o/m", "unknown", id="moved"),
        pytest.param("ln -s /evil o/m", "unknown", id="linked"),
        pytest.param("rsync -a /evil/ o/m/", "unknown", id="synchronised"),
        pytest.param("tar xzf a.tgz", "unknown", id="unpacked"),
        pytest.param("tar --extract -f a.tgz -C o", "unknown", id="unpacked in a folder"),
        pytest.param("tar -C . -xf a.tgz", "unknown", id="the other way round"),
        pytest.param("unzip a.zip -d o", "unknown", id="unzipped"),
        pytest.param("unzip a.zip -d", "unknown", id="unzipped, and no folder"),
        pytest.param("echo {} > o/m/config.json", "unknown", id="written"),
        pytest.param(
            f"python -c \"snapshot_download('o/m', revision='{S1}', local_dir='o/m')\"",
            "pinned",
            id="by Python",
        ),
        pytest.param(
            f"python -c \"snapshot_download('o/m', revision='{S1}', local_dir='o/m'); f()\"",
            "unknown",
            id="by Python that does more",
        ),
    ],
)
def test_a_folder_of_the_name(before: str, state: str) -> None:
    assert loaded(f"{before}; {SERVE}") == ("local", "local", Provenance(None, PLACE, state))
    in_a_folder = f"cd /w; {before}; {SERVE}"
    assert loaded(in_a_folder) == ("local", "local", Provenance(None, PLACE, state))


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("true", id="nothing"),
        pytest.param(PINNED, id="the cache"),
        pytest.param("pip install x", id="a package"),
        pytest.param("wget https://h/chat.jinja", id="a file beside it"),
        pytest.param("cp a b", id="another file"),
        pytest.param("cp /a/chat.jinja .", id="a file beside it, copied"),
        pytest.param("mkdir -p /cache/o logs", id="other folders"),
        pytest.param("tar xf a.tgz -C /opt/x", id="unpacked elsewhere"),
        pytest.param("tar czf a.tgz .", id="packed"),
        pytest.param("tar", id="tar alone"),
        pytest.param("tar xf a.tgz -C $X", id="nobody knows where"),
        pytest.param("cp", id="cp alone"),
        pytest.param("cp -t $X a", id="copied, and nobody knows where"),
        pytest.param("ln -s /lib/a.so /usr/lib/a.so", id="a library"),
        pytest.param("echo > /tmp/x", id="written elsewhere"),
    ],
)
def test_nothing_of_the_name(before: str) -> None:
    assert loaded(f"{before}; {SERVE}") == ("hub", "pinned", None)


@pytest.mark.parametrize(
    ("script", "found"),
    [
        pytest.param(
            f"mkdir -p /w/o/m; cd /w; {SERVE}",
            ("local", "local", Provenance(None, PLACE, "unknown")),
            id="from the root",
        ),
        pytest.param(
            f"mkdir -p /w/o/m; {SERVE}",
            ("local", "local", Provenance(None, PLACE, "unknown")),
            id="it may be the image's folder",
        ),
        pytest.param(
            f"cd /w/o; git clone https://evil/m; cd /w; {SERVE}",
            ("local", "local", Provenance(None, PLACE, "unknown")),
            id="by the name of what is cloned",
        ),
        pytest.param(
            f"mkdir -p a; cd /w; vllm serve /w/o/m --revision {S1}",
            ("local", "local", Provenance(None, "spec.containers[0].image", "unpinned")),
            id="another folder",
        ),
        pytest.param(
            "git clone https://evil/x /app/m; vllm serve /app/m",
            ("local", "local", Provenance(None, PLACE, "unknown")),
            id="a path",
        ),
        pytest.param(
            f"{PINNED} --local-dir /app/m; vllm serve /app/m",
            ("local", "local", Provenance(None, PLACE, "pinned")),
            id="a path, of a commit",
        ),
        pytest.param(
            f"mkdir -p o/m; cd $X; {SERVE}", ("hub", "pinned", None), id="nobody knows where"
        ),
        pytest.param(
            "mkdir -p b/m; vllm serve s3://b/m", ("s3", "unpinnable", None), id="a bucket"
        ),
    ],
)
def test_where_a_server_looks(script: str, found: tuple[object, ...]) -> None:
    assert loaded(script) == found


def test_a_volume_tells_what_lies_on_it() -> None:
    mounts = [{"name": "v", "mountPath": "/data"}]
    script = "mkdir -p /data/m; vllm serve /data/m"
    assert loaded(script, volumeMounts=mounts)[2] == Provenance("v", None, "unknown")


def test_a_server_that_looks_at_no_folder() -> None:
    script = "mkdir -p o/m; llama-server -hf o/m"
    facts = facts_of({"command": ["sh", "-c", script]})
    assert [str(row.origin) for row in facts.artefacts] == ["hub"]
