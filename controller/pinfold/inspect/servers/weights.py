"""Weights that are pickles: loading one runs what it says, unless the loader is a careful one."""

import re

from pinfold.inspect.servers.case import Case
from pinfold.inspect.workload import Act

PICKLE = "pickle-weights"
_FORMATS = frozenset({"pt", "npcache"})  # vLLM model_loader/__init__.py:33-70, in any case
_OPTIONS = ("--load-format", "--speculative-draft-load-format")
_PICKLES = r"\.(?:bin|pt|pth|ckpt|pkl|pickle|joblib)"
_FILE = re.compile(rf".*{_PICKLES}(?:[?#].*)?", re.IGNORECASE | re.DOTALL)
_GGML = re.compile(r"(?:.*/)?ggml-[^/]*", re.DOTALL)  # `.bin` files that are no pickles
_IN_CODE = re.compile(
    rf"['\"]([^'\"\n]{{1,200}}{_PICKLES})['\"]|\b((?:pickle|joblib)\.loads?)\("
    r"|\b(torch\.load)\((?![^()\n]{0,200}weights_only\s*=\s*True)"
)


def is_pickle(name: str) -> bool:
    """Whether a file is a pickle by its name."""
    return _FILE.fullmatch(name) is not None and not _GGML.fullmatch(name)


def pickles(case: Case) -> None:
    """Report loaders of pickles, and pickles that a download asks for."""
    for option in _OPTIONS:
        given = case.parsed.last(option)
        if given is not None and given.values and given.values[-1].text.lower() in _FORMATS:
            case.hazard(PICKLE, given.flag.place, f"{option} {given.values[-1].text}")
    if case.server.act is not Act.FETCH:
        return
    words = list(case.parsed.positionals)
    for given in case.parsed.options.get("--include", ()):
        words += given.values
    for word in words:
        if case.server.name == "python-download":
            found = _IN_CODE.search(word.text)
            name = next(filter(None, found.groups()), "") if found else ""
        else:
            name = word.text.rpartition("/")[2] if is_pickle(word.text) else ""
        if name:
            case.hazard(PICKLE, word.place, name)
