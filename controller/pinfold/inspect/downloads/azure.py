"""`azcopy`. Source: its own reference (azcopy copy, azcopy sync)."""

import re

from pinfold.inspect.commands.model import Environment
from pinfold.inspect.downloads.copies import Copier, each, server, verbs, words
from pinfold.inspect.workload import Origin

_HOSTS = (
    (re.compile(r"https?://[^/]*\.(?:blob|dfs|file)\.(?:core|storage)\.[^/]+/.*"), Origin.AZURE),
    (re.compile(r"https?://(?:[^/]*\.)?s3[.-][^/]*amazonaws\.com[^/]*/.*"), Origin.S3),
    (re.compile(r"https?://storage\.cloud\.google\.com/.*"), Origin.GCS),
)


def remote(text: str, _environment: Environment) -> Origin | None:
    """Any address; the store by its host."""
    if "://" not in text:
        return None
    return next((origin for host, origin in _HOSTS if host.fullmatch(text)), Origin.UNKNOWN)


_AZCOPY = Copier(
    remote=remote,
    copies=verbs("copy", "cp", "c", "sync", "sc", "s"),
    harmless=each("doc env help jobs list login logout ls make remove rm"),
    with_value=words("""
        --from-to --include-pattern --exclude-pattern --include-path --exclude-path --overwrite
        --log-level --cap-mbps --output-type --output-level --block-size-mb --put-blob-size-mb
        --check-md5 --blob-type --block-blob-tier --page-blob-tier --delete-destination
        --include-regex --exclude-regex --include-after --include-before --list-of-files
        --list-of-versions --trusted-microsoft-suffixes --content-type --compare-hash
        --exclude-blob-type --include-attributes --exclude-attributes --metadata --blob-tags
        --hash-meta-dir --local-hash-storage-mode --cache-control
    """),
    bare=words("""
        --recursive --put-md5 --dry-run --as-subdir --check-length --decompress --follow-symlinks
        --preserve-symlinks --preserve-smb-info --preserve-permissions --preserve-posix-properties
        --force-if-read-only --backup --s2s-preserve-access-tier --mirror-mode --skip-version-check
        --cpk-by-value --no-guess-mime-type --preserve-last-modified-time --disable-auto-decoding
    """),
)
AZCOPY = server("azcopy", _AZCOPY, images=("azcopy",))
