"""Write the skeleton of a new model server: its file, its table, its line, its tests.

usage: python hack/new_server.py NAME [ROOT]

NAME is the name of its program (`my-server`); ROOT is the repository, by default this one. What
stands to be filled in says FILL ME. CONTRIBUTING.md says what to do then.
"""

import re
import sys
from pathlib import Path
from string import Template

HERE = Path(__file__).resolve().parent
HOME = "controller/pinfold/inspect/servers"
TESTS = "tests/inspect/servers"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")
_FILES = {
    "server.py.txt": HOME + "/$module.py",
    "table.json.txt": HOME + "/tables/$name-0.1.0.json",
    "test.py.txt": TESTS + "/test_$module.py",
}


def write(name: str, root: Path) -> list[Path]:
    """Write the files, and add the server to those that are listed; all that was changed."""
    if not _NAME.fullmatch(name):
        raise SystemExit(f"{name!r} is no name: small letters, digits, and - _ . between them")
    words = {"name": name, "module": re.sub(r"[-.]", "_", name)}
    written = []
    for template, place in _FILES.items():
        path = root / Template(place).substitute(words)
        if path.exists():
            raise SystemExit(f"{path} is there already")
        text = (HERE / "new_server_" / template).read_text(encoding="utf8")
        written.append((path, Template(text).substitute(words)))
    for path, text in written:
        path.write_text(text, encoding="utf8")
    listed = root / HOME / "listed.py"
    listed.write_text(_listed(listed.read_text(encoding="utf8"), words["module"]), encoding="utf8")
    return [*(path for path, _ in written), listed]


def _listed(text: str, module: str) -> str:
    """The list of servers with one more: its import by the alphabet, the server at the end."""
    imports = re.search(r"from pinfold\.inspect\.servers import \(\n((?:    \w+,\n)+)\)", text)
    servers = re.search(r"MODEL_SERVERS: .*? = \(\n(?:    \w+\.SERVER,\n)+", text)
    if imports is None or servers is None:
        raise SystemExit("the list of servers has another form than this program knows")
    names = sorted([*imports[1].split(), f"{module},"])
    text = text.replace(servers[0], f"{servers[0]}    {module}.SERVER,\n")
    return text.replace(imports[1], "".join(f"    {name}\n" for name in names))


def main() -> None:
    """Write the skeleton that the command line names, and say what comes next."""
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    root = Path(sys.argv[2]) if len(sys.argv) == 3 else HERE.parent
    for path in write(sys.argv[1], root):
        print(path.relative_to(root))
    print("Now fill in what says FILL ME, and run `make check test-fast`.")


if __name__ == "__main__":
    main()
