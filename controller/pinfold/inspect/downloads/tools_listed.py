"""The clients of registries and stores, each with its verbs and options."""

from pinfold.inspect.downloads.copies import words
from pinfold.inspect.downloads.tools import Tool, of_registry, of_store, tool
from pinfold.inspect.servers.model import Server
from pinfold.inspect.workload import Origin

_REGISTRY = words("""
    -u --username -p --password --registry-config --platform --concurrency --ca-file --format
    --config --cert-file --key-file -H --header --resolve --distribution-spec --identity-token
    --authfile --src-creds --src-authfile --src-cert-dir --override-os --override-arch --retry-times
    --tls-verify --log-level --progress
""")
_REGISTRY_BARE = words("""
    -k --keep-old-files --allow-path-traversal --insecure --plain-http -v --verbose -d --debug
    --include-subject --no-tty --password-stdin --allow-nondistributable-artifacts -a --all -q
    --quiet --src-tls-verify=false --insecure-policy --src-no-creds -o --overwrite
""")
_AZURE = words("""
    --account-name --account-key --sas-token --connection-string --auth-mode --pattern --type -t
    --max-connections --blob-endpoint --destination-path --snapshot --version-id --lease-id
    --start-range --end-range --timeout -o --output --query --subscription
""")
_AZURE_BARE = words("--no-progress --overwrite --only-show-errors --debug --verbose --recursive -r")
_AWS = words("""
    --profile --region --endpoint-url --version-id --range --output --query --if-match
    --if-none-match --expected-bucket-owner --request-payer --checksum-mode --part-number
""")

TOOLS: tuple[Server, ...] = (
    *tool(
        "oras",
        Tool(
            "pull",
            of_registry,
            target=words("-o --output"),
            with_value=_REGISTRY,
            bare=_REGISTRY_BARE - words("-o"),
        ),
        images=("oras",),
    ),
    *tool(
        "crane",
        Tool("export", of_registry, target_at=1, with_value=_REGISTRY, bare=_REGISTRY_BARE),
        Tool("pull", of_registry, target_at=1, with_value=_REGISTRY, bare=_REGISTRY_BARE),
    ),
    *tool(
        "skopeo",
        Tool(
            "copy",
            of_registry,
            strips="docker://",
            target_at=1,
            with_value=_REGISTRY,
            bare=_REGISTRY_BARE,
        ),
    ),
    *tool(
        "kit",
        Tool(
            "unpack",
            of_registry,
            target=words("-d --dir"),
            with_value=_REGISTRY | words("-f --filter"),
            bare=_REGISTRY_BARE - words("-d") | words("--model --datasets --code --docs -i"),
        ),
        Tool("pull", of_registry, with_value=_REGISTRY, bare=_REGISTRY_BARE),
    ),
    *tool(
        "az",
        Tool(
            "storage blob download-batch",
            of_store(Origin.AZURE),
            named=(words("-s --source"),),
            target=words("-d --destination"),
            with_value=_AZURE,
            bare=_AZURE_BARE,
        ),
        Tool(
            "storage blob download",
            of_store(Origin.AZURE),
            named=(words("-c --container-name"), words("-n --name")),
            target=words("-f --file"),
            with_value=_AZURE,
            bare=_AZURE_BARE,
        ),
        Tool(
            "storage blob directory download",
            of_store(Origin.AZURE),
            named=(words("-c --container"), words("-s --source-path")),
            target=words("-d --destination-path"),
            with_value=_AZURE - words("--destination-path"),
            bare=_AZURE_BARE,
        ),
        Tool(
            "storage file download-batch",
            of_store(Origin.AZURE),
            named=(words("-s --source"),),
            target=words("-d --destination"),
            with_value=_AZURE,
            bare=_AZURE_BARE,
        ),
        Tool(
            "storage copy",
            of_store(Origin.AZURE),
            named=(words("-s --source"),),
            target=words("-d --destination"),
            with_value=_AZURE,
            bare=_AZURE_BARE,
        ),
    ),
    *tool(
        "aws",
        Tool(
            "s3api get-object",
            of_store(Origin.S3),
            named=(words("--bucket"), words("--key")),
            prefix="s3://",
            target_at=0,
            with_value=_AWS,
            bare=words("--no-sign-request --no-verify-ssl --no-cli-pager --debug"),
        ),
    ),
    *tool(
        "gdown",
        Tool(
            "",
            of_store(Origin.HTTP),
            named=(words("--id"),),
            target=words("-O --output"),
            with_value=words("--proxy --speed --user-agent"),
            bare=words("--fuzzy --folder -q --quiet --no-cookies --no-check-certificate -c"),
        ),
        module="gdown",
    ),
    *tool(
        "mlflow",
        Tool(
            "artifacts download",
            of_store(Origin.UNKNOWN),
            named=(words("-u --artifact-uri"), words("-r --run-id"), words("-a --artifact-path")),
            target=words("-d --dst-path"),
        ),
        Tool(
            "models serve",
            of_store(Origin.UNKNOWN),
            named=(words("-m --model-uri"),),
            with_value=words("-p --port -h --host -t --timeout -w --workers --env-manager"),
            bare=words("--no-conda --enable-mlserver --install-mlflow --install-java"),
        ),
    ),
    *tool(
        "wandb",
        Tool(
            "artifact get",
            of_store(Origin.UNKNOWN),
            target=words("--root"),
            with_value=words("--type"),
            bare=words("--skip_cache"),
        ),
    ),
    *tool(
        "dvc",
        Tool(
            "get",
            of_store(Origin.UNKNOWN),
            target=words("-o --out"),
            with_value=words("--rev -j --jobs --config --remote --remote-config"),
            bare=words("-q --quiet -v --verbose -f --force --show-url"),
        ),
        Tool(
            "import",
            of_store(Origin.UNKNOWN),
            target=words("-o --out"),
            with_value=words("--rev -j --jobs --config --remote --remote-config"),
            bare=words("-q --quiet -v --verbose -f --force --no-exec --no-download"),
        ),
    ),
)
