"""Short ways to say a command line in a test, and to read what a dialect makes of it."""

from pinfold.inspect.commands.model import HOLE, Environment, Token, Unread
from pinfold.inspect.dialects.parsed import Parsed, Unclear
from pinfold.inspect.workload import Code

SECRET = Unread(Code.SECRET, "it comes from a Secret")
NOTHING = Environment({})


def tokens(*words: str) -> list[Token]:
    """Words of a command line; ? in one is a hole, and ?* any number of words."""
    return [
        Token(
            word.rstrip("*").replace("?", HOLE) if "?" in word else word,
            f"args[{index}]",
            unread=SECRET if "?" in word else None,
            many=word.endswith("?*"),
        )
        for index, word in enumerate(words)
    ]


def no_files(file: Token) -> tuple[str, str]:
    """No file is at hand."""
    raise Unclear(Code.CONFIGMAP, f"{file.text} is not at hand", file.place)


def shown(parsed: Parsed) -> dict[str, object]:
    """Each option with its last values: a text, a list of texts, or whether it is on."""
    found: dict[str, object] = {}
    for name, given in parsed.options.items():
        texts = [word.text.replace(HOLE, "?") for word in given[-1].values]
        found[name] = not given[-1].off if not texts else texts[0] if len(texts) == 1 else texts
    return found
