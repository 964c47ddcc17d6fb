"""What is copied from buckets."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspect.servers.reading import SECRET, codes, env, facts_of, rows

MOUNTS = [{"name": "v", "mountPath": "/models"}]
S3 = ("model", "s3://acme/models/m", None, "unpinnable")
GCS = ("model", "gs://acme/models/m", None, "unpinnable")
BLOB = "https://acme.blob.core.windows.net/models/m"
AZURE = ("model", BLOB, None, "unpinnable")
TOS = ("model", "tos://acme/models/m", None, "unpinnable")


def named(text: str) -> list[tuple[str, str | None, str | None, str]]:
    return [("model", text, None, "unpinnable")]


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("aws s3 cp s3://acme/models/m /models --recursive", [S3]),
        ("aws s3 sync s3://acme/models/m /models", [S3]),
        ("aws s3 mv s3://acme/models/m /models", [S3]),
        ("aws --profile p --endpoint-url=http://minio:9000 s3 sync s3://acme/models/m /m", [S3]),
        ("aws s3 --region eu-west-1 sync --exclude * s3://acme/models/m /m --no-progress", [S3]),
        ("aws s3 sync --new-option s3://acme/models/m /m", [S3]),
        ("aws s3 cp s3://acme/models/m -", [S3]),
        ("aws s3 cp s3://acme/x/m.safetensors /tmp/", named("s3://acme/x/m.safetensors")),
        ("aws s3 cp s3://acme/prod/v3 /opt/llama-3", named("s3://acme/prod/v3")),
        ("aws s3 sync /models s3://acme/models/m", []),
        ("aws s3 sync s3://acme/models/m s3://other/models/m", []),
        ("aws s3 sync s3://acme/models/m /models --dryrun", []),
        ("aws s3 sync s3://acme/models/m /models --exclude --dryrun", [S3]),
        ("aws s3 ls s3://acme/models/m", []),
        ("aws s3 rm s3://acme/models/m", []),
        ("aws s3 cp s3://backups/db/dump.sql /restore", []),
        ("aws s3 cp s3://acme/models/m/config.yaml /etc/x", []),
        ("aws s3 sync s3://acme/prod/v3 /data", []),
        ("aws s3", []),
        ("aws", []),
        ("aws eks update-kubeconfig --name models", []),
        ("s5cmd --numworkers 32 cp s3://acme/models/m /models/", [S3]),
        ("s5cmd sync -c 8 -nsu s3://acme/models/m /models/", [S3]),
        ("s5cmd ls s3://acme/models/m", []),
        ("gsutil -m rsync -r gs://acme/models/m /models", [GCS]),
        ("gsutil -o GSUtil:x=1 cp -rn gs://acme/models/m gs://acme/models/m /m", [GCS, GCS]),
        ("gsutil cp -r s3://acme/models/m /m", [S3]),
        ("gsutil cp /models/m gs://acme/models/m", []),
        ("gcloud storage cp -r gs://acme/models/m /models/", [GCS]),
        ("gcloud --project p alpha storage rsync --recursive gs://acme/models/m /m", [GCS]),
        ("gcloud container clusters list", []),
        (f"azcopy copy {BLOB} /models --recursive", [AZURE]),
        (f"azcopy sync {BLOB}?sv=1&sig=KEY /models --recursive=true", [AZURE]),
        (f"azcopy cp /models {BLOB}", []),
        ("azcopy cp https://s3.amazonaws.com/b/models /m", named("https://s3.amazonaws.com/b/models")),
        ("azcopy cp https://x.example/models /m", named("https://x.example/models")),
        ("rclone copy -v --transfers 8 r:models/m /models", named("r:models/m")),
        ("rclone --config /c copyto :s3,env:models/m /m", named(":s3,env:models/m")),
        ("rclone sync /models/m r:models/m", []),
        ("rclone copy /a:b/models /models", []),
        ("rclone lsf r:models", []),
        ("mc cp --recursive minio/models/m /models", named("minio/models/m")),
        ("mc mirror --overwrite minio/models/m ./m", named("minio/models/m")),
        ("mc mirror /models minio/models", []),
        ("mc alias set minio http://minio:9000 a b", []),
        ("tosutil cp tos://acme/models/m /models -r -e=tos-cn-beijing.volces.com", [TOS]),
        ("tosutil ls tos://acme/models", []),
        ("ossutil cp -r oss://acme/models/m /models -e x", named("oss://acme/models/m")),
        ("obsutil cp obs://acme/models/m /models -r -f", named("obs://acme/models/m")),
        ("coscli sync cos://acme/models/m /models -r", named("cos://acme/models/m")),
    ],
)  # fmt: skip
def test_what_is_copied(command: str, found: list[Any]) -> None:
    facts = facts_of({"command": command.split()})
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    ("image", "args", "found"),
    [
        ("amazon/aws-cli:2.31.0", "s3 sync s3://acme/models/m /models", [S3]),
        ("rclone/rclone:1.71", "copy r:models/m /models", named("r:models/m")),
        ("minio/mc:x", "cp -r minio/models/m /models", named("minio/models/m")),
        ("peakcom/s5cmd:v2", "cp s3://acme/models/m /models", [S3]),
        ("amazon/aws-cli:2.31.0", "ec2 describe-instances", []),
        ("amazon/aws-cli:2.31.0", "", []),
    ],
)
def test_the_image_of_a_program(image: str, args: str, found: list[Any]) -> None:
    facts = facts_of({"image": image, "args": args.split()})
    assert (rows(facts), codes(facts), facts.suspect) == (found, [], False)


@pytest.mark.parametrize(
    ("command", "origin"),
    [
        ("aws s3 cp s3://acme/models/m /m", "s3"),
        ("aws s3 cp S3://acme/models/m /m", "s3"),
        ("gcloud storage cp gs://acme/models/m /m", "gcs"),
        (f"azcopy cp {BLOB} /m", "azure"),
        ("azcopy cp https://b.s3.eu-west-1.amazonaws.com/models /m", "s3"),
        ("azcopy cp https://storage.cloud.google.com/b/models /m", "gcs"),
        ("azcopy cp https://x.example/models /m", "unknown"),
        ("tosutil cp tos://acme/models/m /m", "tos"),
        ("ossutil cp oss://acme/models/m /m", "unknown"),
        ("mc cp minio/models/m /m", "s3"),
        ("rclone copy r:models/m /m", "unknown"),
        ("rclone copy :azureblob:models/m /m", "azure"),
        ("rclone copy store:models/m /m", "gcs"),
        ("rclone copy odd:models/m /m", "unknown"),
        ("rclone copy secret:models/m /m", "unknown"),
    ],
)
def test_the_kind_of_bucket(command: str, origin: str) -> None:
    variables = env(
        RCLONE_CONFIG_STORE_TYPE="gcs", RCLONE_CONFIG_ODD_TYPE="x", RCLONE_CONFIG_SECRET_TYPE=SECRET
    )
    (row,) = facts_of({"command": command.split(), "env": variables}).artefacts
    assert (str(row.origin), row.act, row.server) == (origin, "fetch", command.partition(" ")[0])


@pytest.mark.parametrize(
    ("command", "writes"),
    [
        pytest.param("aws s3 sync s3://acme/models/m /models/m", [("m", "unpinnable")], id="to"),
        pytest.param("aws s3 sync s3://acme/prod/v3 /models/m", [("m", "unpinnable")], id="bare"),
        pytest.param("aws s3 sync s3://a/models /models --dryrun", [], id="dry"),
        pytest.param("aws s3 sync s3://a/models /elsewhere", [], id="elsewhere"),
        pytest.param("aws s3 cp s3://a/models/m -", [], id="to the output"),
        pytest.param("aws s3 cp s3://a/models/m", [], id="nowhere"),
        pytest.param("aws s3 sync /models s3://a/models", [], id="upload"),
        pytest.param("aws s3 cp --new s3://a/models /models/m", [(None, "unknown")], id="new"),
        pytest.param("aws s3 cp s3://a/models $(X)", [(None, "unpinnable")], id="unknown folder"),
        pytest.param("aws s3 cp s3://a/$(X)/models /models", [(".", "opaque")], id="a hole"),
        pytest.param("aws s3api get-object-x --bucket models x", [(None, "unknown")], id="verb"),
        pytest.param("aws s3 ls s3://a/models", [], id="a listing"),
        pytest.param("rclone copy /x/llama /models", [(".", "unknown")], id="from a folder"),
        pytest.param("rclone copy disk:llama /models", [(".", "unknown")], id="a local remote"),
        pytest.param("rclone copy -- r:llama /models", [(".", "unpinnable")], id="dashes"),
    ],
)  # fmt: skip
def test_where_it_is_left(command: str, writes: list[Any]) -> None:
    variables = env(X=SECRET, RCLONE_CONFIG_DISK_TYPE="local")
    facts = facts_of({"command": command.split(), "env": variables, "volumeMounts": MOUNTS})
    assert [(w.inside, w.state) for w in facts.writes] == writes


@pytest.mark.parametrize(
    ("script", "found", "code"),
    [
        ("aws s3 sync s3://$X/models/m /m", [], ["secret"]),
        ("aws s3 sync s3://${X}x/models/m /m", [], ["secret"]),
        ('aws s3 sync "s3://$X/models/m" /m', [("model", None, None, "opaque")], ["secret"]),
        ('aws s3 sync "s3://$X/backups" /data', [], []),
        ("aws s3 sync s3://a/backups $X", [], []),
        ("aws s3 sync $X", [], []),
        ("s5cmd cp s3://acme/models/* /m", named("s3://acme/models/*"), []),
        ('azcopy cp "https://a.blob.core.windows.net/models?$X" /m',
         named("https://a.blob.core.windows.net/models"), []),
    ],
)  # fmt: skip
def test_what_is_not_known(script: str, found: list[Any], code: list[str]) -> None:
    facts = facts_of({"command": ["sh", "-c", script], "env": env(X=SECRET)})
    assert (rows(facts), codes(facts)) == (found, code)


_WORD = st.sampled_from(
    ["s3", "cp", "sync", "--", "-", "-r", "--x", "--recursive", "--endpoint-url", "s3://a/models",
     "gs://a/llama", "/models", "r:llama", "copy", "storage", "mirror", "a/models", "", "-e=x"]
)  # fmt: skip
_PROGRAM = st.sampled_from(
    ["aws", "s5cmd", "gsutil", "gcloud", "azcopy", "rclone", "mc", "tosutil", "ossutil"]
)


@given(_PROGRAM, st.lists(_WORD | st.text(max_size=6), max_size=7))
def test_nothing_from_a_bucket_is_ever_pinned(program: str, words: list[str]) -> None:
    facts = facts_of({"command": [program, *words], "volumeMounts": MOUNTS})
    assert {str(row.state) for row in facts.artefacts} <= {"unpinnable", "opaque"}
    assert {row.state for row in facts.writes} <= {"unpinnable", "opaque", "unknown"}
