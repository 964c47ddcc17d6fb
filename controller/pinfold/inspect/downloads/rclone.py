"""`rclone`. Source: its own documentation (Usage, Global Flags, Remote Setup)."""

from pinfold.inspect.commands.model import HOLE, Environment
from pinfold.inspect.downloads.copies import Copier, each, server, verbs, words
from pinfold.inspect.workload import Origin

_BACKENDS = {
    "s3": Origin.S3, "gcs": Origin.GCS, "google cloud storage": Origin.GCS,
    "azureblob": Origin.AZURE, "azurefiles": Origin.AZURE, "http": Origin.HTTP,
}  # fmt: skip


def remote(text: str, environment: Environment) -> Origin | None:
    """`NAME:path` or `:BACKEND,option:path`; a name means what the configuration says."""
    name, colon, _ = text.partition(":")
    if text.startswith(":"):
        backend = text[1:].partition(":")[0].partition(",")[0]
        return _BACKENDS.get(backend, Origin.UNKNOWN)
    if not colon or "/" in name or name == ".":
        return None
    variable = f"RCLONE_CONFIG_{name.partition(',')[0].upper().replace('-', '_')}_TYPE"
    value = environment.told(variable)
    if value is None or HOLE in value.text:
        return Origin.UNKNOWN
    return None if value.text == "local" else _BACKENDS.get(value.text, Origin.UNKNOWN)


_RCLONE = Copier(
    remote=remote,
    copies=verbs("copy", "copyto", "move", "moveto", "sync"),
    harmless=each("about cat check config delete help ls lsd lsf lsjson lsl purge size version"),
    with_value=words("""
        --config --transfers --checkers --s3-provider --s3-endpoint --s3-region --s3-access-key-id
        --s3-secret-access-key --s3-chunk-size --s3-upload-concurrency --include --exclude --filter
        --filter-from --include-from --exclude-from --files-from --max-depth --bwlimit --retries
        --low-level-retries --retries-sleep --timeout --contimeout --buffer-size --log-level
        --multi-thread-streams --multi-thread-cutoff --multi-thread-chunk-size --log-file --stats
        --max-transfer --min-age --max-age --min-size --max-size --tpslimit --order-by --user-agent
        --gcs-service-account-file --azureblob-account --azureblob-key --cache-dir --header
    """),
    bare=words("""
        -v -vv -vvv -q -P --progress --verbose --quiet -n --dry-run -u --update --ignore-existing
        --checksum -c --size-only --fast-list --s3-no-check-bucket --no-traverse --copy-links -L
        --links -l --create-empty-src-dirs --immutable --inplace --no-check-certificate
        --stats-one-line --use-json-log --s3-env-auth --ignore-checksum --ignore-size -I
        --ignore-times --no-update-modtime --metadata -M --ignore-errors --no-check-dest
        --s3-force-path-style --gcs-anonymous --gcs-env-auth --azureblob-use-msi --ignore-case
    """),
)
RCLONE = server("rclone", _RCLONE, images=("rclone",))
