"""`aws s3` and `s5cmd`. Sources: AWS CLI command reference (s3 cp, s3 sync), s5cmd's README."""

from pinfold.inspect.downloads.copies import Copier, each, scheme, server, verbs, words
from pinfold.inspect.workload import Origin

_S3 = scheme({"s3": Origin.S3})
_AWS = Copier(
    remote=_S3,
    copies=verbs("s3 cp", "s3 sync", "s3 mv"),
    harmless=verbs(
        "configure",
        "ecr",
        "eks",
        "help",
        "iam",
        "kms",
        "s3 ls",
        "s3 mb",
        "s3 presign",
        "s3 rb",
        "s3 rm",
        "secretsmanager",
        "ssm",
        "sso",
        "sts",
    ),
    with_value=words("""
        --profile --region --endpoint-url --output --query --color --ca-bundle --cli-read-timeout
        --cli-connect-timeout --cli-binary-format --include --exclude --acl --content-type
        --storage-class --sse-c-key --sse-kms-key-id --sse-c-copy-source-key --website-redirect
        --cache-control --content-disposition --content-encoding --content-language --expires
        --source-region --page-size --metadata --metadata-directive --expected-size --copy-props
        --checksum-mode --checksum-algorithm --progress-frequency --case-conflict
    """),
    bare=words("""
        --debug --no-verify-ssl --no-paginate --no-sign-request --no-cli-pager --cli-auto-prompt
        --no-cli-auto-prompt --version --quiet --recursive --only-show-errors --no-progress
        --progress-multiline --force-glacier-transfer --delete --size-only
        --ignore-glacier-warnings --follow-symlinks --no-follow-symlinks --exact-timestamps
        --no-guess-mime-type --no-overwrite --dryrun
    """),
)
_S5CMD = Copier(
    remote=_S3,
    copies=verbs("cp", "sync", "mv"),
    harmless=each("cat du head help ls mb rb rm select version"),
    with_value=words("""
        --endpoint-url --numworkers --retry-count -r --log --profile --credentials-file -c
        --concurrency -p --part-size --exclude --include --source-region --destination-region
        --storage-class --sse --sse-kms-key-id --acl --cache-control --expires --content-type
        --content-encoding --content-disposition --metadata --metadata-directive --version-id
    """),
    bare=words("""
        --json --no-sign-request --no-verify-ssl --stat --use-list-objects-v1 --dry-run -n
        --no-clobber -s --if-size-differ -u --if-source-newer -f --flatten --no-follow-symlinks
        --force-glacier-transfer --ignore-glacier-warnings --raw --show-progress -sp --delete
        --size-only --exit-on-error
    """),
)
AWS = server("aws", _AWS, images=("aws-cli",))
S5CMD = server("s5cmd", _S5CMD, images=("s5cmd",))
