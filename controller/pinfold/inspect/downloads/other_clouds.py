"""`tosutil`, and its likes of other clouds. Sources: their own references (cp, sync)."""

from pinfold.inspect.downloads.copies import Copier, each, scheme, server, verbs, words
from pinfold.inspect.workload import Origin

_NO_WORDS: frozenset[str] = frozenset()
# All of them write a value behind `=`, or an option that is not known leaves the folder in doubt.
_TOSUTIL = Copier(
    remote=scheme({"tos": Origin.TOS}),
    copies=verbs("cp", "mv", "sync"),
    harmless=each("config help ls rm stat version"),
    with_value=_NO_WORDS,
    bare=_NO_WORDS,
    only_equals=True,
)
_OSSUTIL = Copier(
    remote=scheme({"s3": Origin.S3}),
    copies=verbs("cp", "sync"),
    harmless=each("cat config help ls rm stat version"),
    with_value=words("""
        -e --endpoint -i --access-key-id -k --access-key-secret -c --config-file -j --job --jobs
        --parallel --region --include --exclude --part-size --bigfile-threshold --loglevel
    """),
    bare=words("-r --recursive -f --force -u --update --delete --no-progress"),
)
TOSUTIL = server("tosutil", _TOSUTIL, names=("tosutil", "obsutil"))
OSSUTIL = server("ossutil", _OSSUTIL, names=("ossutil", "ossutil64", "coscli"))
