"""The words of an installation by pip or uv, by what they mean."""

from dataclasses import dataclass, field

from pinfold.inspect.commands.model import Token

INDEXES = {  # option -> hazard
    "--extra-index-url": "extra-index", "--index": "extra-index",
    "--index-url": "package-index", "-i": "package-index", "--pypi-url": "package-index",
    "--default-index": "package-index",
    "--trusted-host": "trusted-host", "--allow-insecure-host": "trusted-host",
    "--find-links": "find-links", "-f": "find-links",
}  # fmt: skip
REQUIREMENTS = frozenset({"-r", "--requirement", "--requirements", "--with-requirements"})
PACKAGES = frozenset({"--with", "--with-editable", "--from", "-e", "--editable", "--spec"})
_WITH_VALUE = frozenset(
    {
        "-c", "--constraint", "-t", "--target", "--prefix", "--root", "--python", "-p",
        "--python-version", "--platform", "--cache-dir", "--proxy", "--timeout", "--retries",
        "--no-binary", "--only-binary", "--progress-bar", "--upgrade-strategy", "--src", "--log",
        "--cert", "--client-cert", "--config-settings", "-C", "--torch-backend", "--prerelease",
        "--resolution", "--index-strategy", "--extra", "--group", "--project", "--directory",
        "--exists-action", "--root-user-action", "--report", "--link-mode", "--exclude-newer",
    }
)  # fmt: skip


@dataclass(slots=True)
class Install:
    """The words of one installation, by what they mean."""

    packages: list[Token] = field(default_factory=list)
    files: list[Token] = field(default_factory=list)
    options: list[tuple[str, Token]] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)


def takes_value(text: str) -> bool:
    """Whether an option takes the next word."""
    return text in _WITH_VALUE or text in INDEXES or text in REQUIREMENTS or text in PACKAGES


def read_words(words: tuple[Token, ...]) -> Install:
    """The words behind `install`."""
    found = Install()
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        name, equals, _ = word.text.partition("=")
        if not word.text.startswith("-"):
            found.packages.append(word)
            continue
        value = word.cut(len(name) + 1) if equals else None
        if not equals and word.text[:2] in ("-r", "-i", "-f", "-e") and len(word.text) > 2:
            name, value = word.text[:2], word.cut(2)
        elif not equals and takes_value(name) and index < len(words):
            value = words[index]
            index += 1
        if value is None:
            found.flags.add(name)
        elif name in REQUIREMENTS:
            found.files.append(value)
        else:
            found.options.append((name, value))
    return found
