"""The options of `curl`, `wget`, `aria2c` and `axel` that take a value, and what some of them mean.

Sources: curl(1), wget(1), aria2c(1), axel(1).
"""

from collections.abc import Mapping

from pinfold.inspect.dialects.parsed import Option

CURL = frozenset(
    {
        "-A", "-b", "-c", "-C", "-d", "-D", "-e", "-E", "-F", "-H", "-K", "-m", "-o", "-P", "-Q",
        "-r", "-T", "-u", "-U", "-w", "-x", "-X", "-y", "-Y", "-z", "--cacert", "--capath",
        "--cert", "--config", "--connect-timeout", "--connect-to", "--continue-at", "--cookie",
        "--cookie-jar", "--create-file-mode", "--data", "--data-ascii", "--data-binary",
        "--data-raw", "--data-urlencode", "--dump-header", "--form", "--header", "--interface",
        "--json", "--key",
        "--limit-rate", "--max-filesize", "--max-redirs", "--max-time", "--netrc-file", "--noproxy",
        "--oauth2-bearer", "--output", "--output-dir", "--parallel-max", "--proxy", "--proxy-user",
        "--range", "--rate", "--referer", "--request", "--resolve", "--retry", "--retry-delay",
        "--retry-max-time", "--speed-limit", "--speed-time", "--stderr", "--time-cond", "--tls-max",
        "--trace", "--trace-ascii", "--unix-socket", "--upload-file", "--user", "--user-agent",
        "--variable", "--write-out",
    }
)  # fmt: skip
WGET = frozenset(
    {
        "-a", "-A", "-B", "-D", "-e", "-i", "-I", "-l", "-o", "-O", "-P", "-Q", "-R", "-t", "-T",
        "-U", "-w", "-X", "--append-output", "--base", "--body-data", "--body-file",
        "--ca-certificate", "--ca-directory", "--certificate", "--connect-timeout", "--cut-dirs",
        "--dns-timeout", "--domains", "--execute", "--header", "--http-password", "--http-user",
        "--input-file", "--level", "--limit-rate", "--load-cookies", "--method",
        "--output-document", "--output-file", "--password", "--post-data", "--post-file",
        "--private-key", "--read-timeout", "--referer", "--reject", "--retry-on-http-error",
        "--save-cookies", "--timeout", "--tries", "--user", "--user-agent", "--wait", "--waitretry",
        "--directory-prefix",
    }
)  # fmt: skip
ARIA2C = frozenset(
    {
        "-d", "-i", "-j", "-k", "-l", "-M", "-o", "-s", "-S", "-T", "-U", "-x", "--all-proxy",
        "--all-proxy-passwd", "--all-proxy-user", "--ca-certificate", "--certificate", "--checksum",
        "--conf-path", "--connect-timeout", "--console-log-level", "--dir", "--file-allocation",
        "--header", "--http-passwd", "--http-proxy", "--http-user", "--https-proxy", "--input-file",
        "--load-cookies", "--log", "--log-level", "--lowest-speed-limit",
        "--max-concurrent-downloads", "--max-connection-per-server", "--max-download-limit",
        "--max-file-not-found", "--max-overall-download-limit", "--max-tries", "--min-split-size",
        "--out", "--piece-length", "--private-key", "--referer", "--retry-wait",
        "--save-cookies", "--save-session", "--split", "--stop", "--summary-interval", "--timeout",
        "--user-agent",
    }
)  # fmt: skip
OUTPUT = Option(("--output",), "1")
FOLDER = Option(("--output-dir",), "1")
URL = Option(("--url",), "1")
LIST = Option(("--input-file",), "1")  # addresses, or options, in a file
BODY = Option(("--data",), "1")  # what is sent
OTHER = Option(("--other",), "1")  # something else is written to a file
NAMED = Option(("--remote-name",), "0")  # in a file of the address's name
NOWHERE = Option(("--nowhere",), "0")  # nothing is written
AXEL = frozenset(
    {
        "-H", "-U", "-T", "-n", "-o", "-s", "--header", "--max-redirect", "--max-speed",
        "--num-connections", "--output", "--timeout", "--user-agent",
    }
)  # fmt: skip
MEANS: Mapping[str, Mapping[str, Option]] = {
    "curl": {
        "-K": LIST, "--config": LIST, "--url": URL,
        "-o": OUTPUT, "--output": OUTPUT, "--output-dir": FOLDER,
        "-O": NAMED, "--remote-name": NAMED, "--remote-name-all": NAMED, "-J": NAMED,
        "--remote-header-name": NAMED, "-D": OTHER, "--dump-header": OTHER, "-c": OTHER,
        "--cookie-jar": OTHER, "--trace": OTHER, "--trace-ascii": OTHER, "--stderr": OTHER,
        "-d": BODY, "--data": BODY, "--data-ascii": BODY, "--data-binary": BODY,
        "--data-raw": BODY, "--json": BODY,
    },
    "wget": {
        "-i": LIST, "--input-file": LIST, "-e": LIST, "--execute": LIST,
        "-O": OUTPUT, "--output-document": OUTPUT, "-P": FOLDER, "--directory-prefix": FOLDER,
        "--post-data": BODY, "--body-data": BODY, "--spider": NOWHERE, "-o": OTHER,
        "--output-file": OTHER, "-a": OTHER, "--append-output": OTHER, "--save-cookies": OTHER,
    },
    "aria2c": {
        "-i": LIST, "--input-file": LIST, "-T": LIST, "-M": LIST, "--conf-path": LIST,
        "-o": OUTPUT, "--out": OUTPUT, "-d": FOLDER, "--dir": FOLDER,
    },
    "axel": {"-o": OUTPUT, "--output": OUTPUT},
}  # fmt: skip
