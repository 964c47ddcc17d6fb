"""`curl`, `wget` and `aria2c` of a model's files. Sources: curl(1), wget(1), aria2c(1)."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Given, Option, Parsed, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.address import of_hub
from pinfold.inspect.downloads.target import leaves
from pinfold.inspect.servers import ollama_api
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.known import HUB_ADDRESS
from pinfold.inspect.servers.model import Flag, Positional, Program, Server, Slot
from pinfold.inspect.workload import Act, Kind

_CURL = frozenset(
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
_WGET = frozenset(
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
_ARIA2C = frozenset(
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
_OUTPUT = Option(("--output",), "1")
_FOLDER = Option(("--output-dir",), "1")
_URL = Option(("--url",), "1")
_LIST = Option(("--input-file",), "1")  # addresses, or options, in a file
_BODY = Option(("--data",), "1")  # what is sent
_MEANS = {
    "curl": {
        "-K": _LIST, "--config": _LIST, "--url": _URL,
        "-o": _OUTPUT, "--output": _OUTPUT, "--output-dir": _FOLDER,
        "-d": _BODY, "--data": _BODY, "--data-ascii": _BODY, "--data-binary": _BODY,
        "--data-raw": _BODY, "--json": _BODY,
    },
    "wget": {
        "-i": _LIST, "--input-file": _LIST, "-e": _LIST, "--execute": _LIST,
        "-O": _OUTPUT, "--output-document": _OUTPUT, "-P": _FOLDER, "--directory-prefix": _FOLDER,
        "--post-data": _BODY, "--body-data": _BODY,
    },
    "aria2c": {
        "-i": _LIST, "--input-file": _LIST, "-T": _LIST, "-M": _LIST, "--conf-path": _LIST,
        "-o": _OUTPUT, "--out": _OUTPUT, "-d": _FOLDER, "--dir": _FOLDER,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fetch:
    """What a program takes for an address, and where it writes."""

    program: str
    with_value: frozenset[str]

    def read(
        self,
        words: Sequence[Token],
        table: Table,  # noqa: ARG002
        unknown: Unknown,  # noqa: ARG002
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Unclear."""
        parsed = Parsed()
        index = 0
        while index < len(words):
            word = words[index]
            index += 1
            if not word.text.startswith("-") or word.text == "-":
                parsed.positionals.append(word)
                continue
            name, value = self._taken(word)
            if name is None:
                continue
            if value is None and index < len(words):
                value = words[index]
                index += 1
            self._keep(name, word, value, parsed)
        return parsed

    def _taken(self, word: Token) -> tuple[str | None, Token | None]:
        """The option of a word that takes a value, and the value if it is written on."""
        text = word.text
        if text.startswith("--"):
            name, equals, _ = text.partition("=")
            value = word.cut(len(name) + 1) if equals else None
            return (name, value) if name in self.with_value or name == "--url" else (None, None)
        for position, letter in enumerate(text[1:], start=1):
            if f"-{letter}" in self.with_value:
                rest = word.cut(position + 1)
                return f"-{letter}", rest if rest.text else None
        return None, None

    def _keep(self, name: str, word: Token, value: Token | None, parsed: Parsed) -> None:
        option = _MEANS[self.program].get(name)
        if option is _URL and value is not None:
            parsed.positionals.append(value)
        elif option is not None and value is not None:
            parsed.add(option, Given(word, (value,)))


def files(case: Case, _item: Item) -> Sequence[Item]:
    """The addresses of a hub's files, and of what is named like weights; what Ollama shall pull."""
    found: list[Item] = []
    for word in case.parsed.positionals:
        if ollama_api.is_pull(word):
            bodies = [given.values[0] for given in case.parsed.options.get("--data", ())]
            found += ollama_api.asked(case, bodies)
        elif (item := _file(word)) is not None:
            found.append(item)
    return found


def _file(word: Token) -> Item | None:
    if word.unread is None:
        return of_hub(word, weights_only=True)
    if not HUB_ADDRESS.search(word.text):
        return None
    if "/resolve/" in word.text.partition(HOLE)[0]:
        return of_hub(word, weights_only=True)
    raise Unclear(word.unread.code, word.unread.detail, word.place)


def quirk(case: Case) -> None:
    """It lies in the file or the folder that is named, or in the working directory."""
    words = case.parsed.positionals
    if words and all(map(ollama_api.is_pull, words)):
        return  # on Ollama's server, which is another program
    lists = case.parsed.options.get("--input-file", [])
    if lists or len(case.parsed.options.get("--output", [])) > 1:
        case.parsed.positionals += [given.flag for given in lists]
        leaves(case, None, more=True)
        return
    folder = case.find(Flag("--output-dir", null=False))
    output = case.find(Flag("--output", null=False))
    base = folder.text if folder is not None else ""
    target = posixpath.join(base, output.text if output is not None else "") or "."
    leaves(case, target, more=len(case.artefacts) < len(case.parsed.positionals))


def _program(name: str, with_value: frozenset[str]) -> Program:
    return Program(name, Fetch(name, with_value), takes_model=True, names=(name,))


SERVER = Server(
    name="http-download",
    commands=(_program("curl", _CURL), _program("wget", _WGET), _program("aria2c", _ARIA2C)),
    image_names=(),
    entrypoints=(),
    tables=(Table("http-download", "0", ()),),
    slots=(Slot(Kind.MODEL, named_by=(Positional(),), each=files),),
    act=Act.FETCH,
    paths_first=False,
    quirk=quirk,
)
