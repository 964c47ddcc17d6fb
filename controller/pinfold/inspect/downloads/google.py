"""`gsutil` and `gcloud storage`. Sources: their own reference pages (cp, rsync)."""

from pinfold.inspect.downloads.copies import Copier, each, scheme, server, verbs, words
from pinfold.inspect.workload import Origin

_BUCKETS = scheme({"gs": Origin.GCS, "s3": Origin.S3})
_GSUTIL = Copier(
    remote=_BUCKETS,
    copies=verbs("cp", "mv", "rsync"),
    harmless=each("cat config du help hash ls rm stat version"),
    with_value=words("-o -h -u -i -a -z -j -s -L -x -y"),
    bare=words("""
        -m -q -D -DD -r -R -n -c -C -e -d -p -P -v -I -A -U -Z -J -S --quiet --recursive
    """),
)
_STORAGE = ("storage", "alpha storage", "beta storage")
_GCLOUD = Copier(
    remote=_BUCKETS,
    copies=verbs(*(f"{group} {verb}" for group in _STORAGE for verb in ("cp", "mv", "rsync"))),
    harmless=verbs(
        "auth",
        "config",
        "help",
        "info",
        "projects",
        "secrets",
        "version",
        *(f"{group} {verb}" for group in _STORAGE for verb in ("cat", "du", "hash", "ls", "rm")),
    ),
    with_value=words("""
        --project --account --configuration --verbosity --impersonate-service-account
        --billing-project --format --flags-file --access-token-file --exclude --storage-class -s
        --content-type --cache-control --manifest-path -L --encryption-key --decryption-keys
        --additional-headers --if-generation-match --if-metageneration-match -a --canned-acl
        --predefined-acl -j -z --gzip-in-flight --gzip-local -x --trace-token --flatten
    """),
    bare=words("""
        --quiet -q --log-http --no-log-http --user-output-enabled --no-user-output-enabled -r -R
        --recursive -n --no-clobber -c --continue-on-error --preserve-symlinks --ignore-symlinks
        --print-created-message -U --skip-unsupported --do-not-decompress --daisy-chain -D
        --delete-unmatched-destination-objects --checksums-only --dry-run
        --skip-if-dest-has-newer-mtime -u --no-ignore-existing -v -e -A --all-versions
        --preserve-posix -P --preserve-acl -p --no-preserve-acl --read-paths-from-stdin -I
        -J -Z --gzip-in-flight-all --gzip-local-all
    """),
)
GSUTIL = server("gsutil", _GSUTIL)
GCLOUD = server("gcloud", _GCLOUD)
