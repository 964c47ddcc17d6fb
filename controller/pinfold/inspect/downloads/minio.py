"""`mc` of MinIO. Source: its own reference (mc cp, mc mirror)."""

from pinfold.inspect.commands.model import Environment
from pinfold.inspect.downloads.copies import Copier, each, server, verbs, words
from pinfold.inspect.workload import Origin


def remote(text: str, _environment: Environment) -> Origin | None:
    """`ALIAS/bucket/path`: any place that does not begin as a path does."""
    return None if text.startswith(("/", "./", "../", "~")) or text in (".", "..") else Origin.S3


_MC = Copier(
    remote=remote,
    copies=verbs("cp", "get", "mirror", "mv"),
    harmless=each("admin alias cat config du find help ls mb ping ready rm stat tree update"),
    with_value=words("""
        --older-than --newer-than --storage-class --encrypt --encrypt-key --enc-c --enc-s3
        --enc-kms --attr --rewind --version-id --vid --tags --limit-download --limit-upload -C
        --config-dir --exclude --exclude-bucket --monitoring-address --max-workers --checksum
    """),
    bare=words("""
        --quiet -q --no-color --json --debug --insecure --recursive -r --preserve -a --overwrite
        --remove --watch -w --continue -c --zip --md5 --disable-multipart --skip-errors --summary
        --dry-run --retry
    """),
)
MC = server("mc", _MC, images=("mc",))
