"""What a clone ends at is what git itself says: each script is run, with real git and real bash.

A commit is said only where the folder is at that commit, or the script fails, whatever the remote
has: the commit, a branch or a tag of the commit's name, a branch that moved, or nothing of it.
A *default* branch of that name is another matter: git takes it for a branch. The hub's is `main`,
whoever owns the repository; whether another hub may answer is for a policy to say.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.inspect.servers.reading import facts_of

pytestmark = pytest.mark.skipif(
    not (shutil.which("git") and shutil.which("bash")), reason="git and bash are asked"
)
URL = "https://huggingface.co/org/m"
_DATE = "2024-01-01T00:00:00+0000"


def _environment(home: Path) -> dict[str, str]:
    names = {
        f"GIT_{who}_{what}": "a" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    dates = {f"GIT_{who}_DATE": _DATE for who in ("AUTHOR", "COMMITTER")}
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(home / "config"),
        "GIT_TERMINAL_PROMPT": "0",
        **names,
        **dates,
    }


class Hub:
    """A repository that answers for the hub's, in several states."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = _environment(folder)
        self.commit = self._make("plain")
        later = self._git("plain", "rev-parse", "main").strip()
        for name, change in {
            "branch": ["branch", self.commit, later],
            "tag": ["tag", self.commit, later],
            "head": ["update-ref", f"refs/heads/{self.commit}", later],
        }.items():
            shutil.copytree(folder / "plain", folder / name)
            self._git(name, *change)
        self._git("head", "symbolic-ref", "HEAD", f"refs/heads/{self.commit}")
        self._make("empty", name="other")

    def _make(self, repository: str, name: str = "a") -> str:
        """A repository with three commits; the id of the second."""
        (self.folder / repository).mkdir()
        self._git(repository, "init", "-q", "-b", "main")
        for number in range(3):
            (self.folder / repository / name).write_text(f"{name}{number}", "utf-8")
            self._git(repository, "add", name)
            self._git(repository, "commit", "-qm", str(number))
        self._git(repository, "branch", "v1", "main~2")
        return self._git(repository, "rev-parse", "main~1").strip()

    def _git(self, repository: str, *words: str) -> str:
        return subprocess.run(
            ["git", "-C", str(self.folder / repository), *words],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def run(self, script: str, remote: str, at: Path) -> str | None:
        """The commit that a script leaves in ./m with such a remote; None where it fails."""
        config = f'[url "file://{self.folder / remote}"]\n\tinsteadOf = {URL}\n'
        (self.folder / "config").write_text(config, "utf-8")
        at.mkdir()
        ran = subprocess.run(
            ["bash", "-c", script], cwd=at, env=self.environment, check=False, capture_output=True
        )
        if ran.returncode:
            return None
        head = ["git", "-C", str(at / "m"), "rev-parse", "HEAD"]
        found = subprocess.run(
            head, env=self.environment, check=False, capture_output=True, text=True
        )
        return found.stdout.strip() or "no folder"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    return Hub(tmp_path_factory.mktemp("hub"))


CLONE = f"git clone -q {URL} m"
IN = "git -C m checkout -q COMMIT"
PINNED = [
    f"{CLONE} && {IN}",
    f"{CLONE}; {IN}",
    f"{CLONE}\ncd m\ngit checkout COMMIT\n",
    f"{CLONE}; cd m && git checkout -q COMMIT && ls",
    f"set -e\n{CLONE}\n{IN}\nls",
    f"set -eu; {CLONE}; cd m; git checkout COMMIT; cd ..",
    f"{CLONE} && git -C m reset -q --hard COMMIT",
    f"{CLONE} && git -C m checkout --detach COMMIT",
    f"git clone -q -b v1 {URL} m && {IN}",
    f"git clone -q --depth 1 {URL} m && {IN}",
    f"git clone -q --no-checkout {URL} m && {IN}",
    f"R=COMMIT; {CLONE}; git -C m checkout $R",
    f"mkdir -p x && {CLONE} && {IN} && git -C m status",
]
OTHERS = [
    CLONE,
    f"git clone -q -b COMMIT {URL} m",
    f"git clone -q --branch=COMMIT {URL} m; true",
    f"{CLONE}; {IN}; true",
    f"{CLONE}; {IN} || true",
    f"{CLONE}; {IN} | cat",
    f"{CLONE}; {IN} &",
    f"{CLONE}; ({IN}); ls",
    f"{CLONE}; git -C m checkout -q COMMIT -- a; ls",
    f"{CLONE}; git -C m checkout -q -b COMMIT",
    f"{CLONE}; git -C m checkout -q -B x COMMIT; git -C m checkout -q main",
    f"{CLONE}; {IN} && git -C m checkout -q main",
    f"{CLONE}; {IN} && git -C m pull -q origin main",
    f"{CLONE}; {IN} && git -C m switch -q main",
    f"{CLONE}; {IN} && git -C m merge -q origin/main",
    f"{CLONE}; {IN} && rm -rf m && {CLONE}",
    f"{CLONE}; if false; then {IN}; fi",
    f"{CLONE}; false && {IN}; true",
    f"set -e; {CLONE}; false || true; {IN} || ls",
    f"set -e; set +e; {CLONE}; {IN}; ls",
    f"{CLONE}; git -C m reset -q --soft COMMIT; git -C m reset -q --hard origin/main",
    f"{CLONE}; cd m; git checkout -q COMMIT; git checkout -q -; ls",
    f"{CLONE}; git -C m tag -f COMMIT main; git -C m checkout -q tags/COMMIT",
    f"git() {{ command git clone -q {URL} m; }}; {CLONE} && {IN}",
    f"alias git=true; {CLONE} && {IN}",
    f"{CLONE}; cd m; cd ..; git checkout -q COMMIT; true",
    f"GIT_DIR=/nowhere; {CLONE}; export GIT_DIR; {IN}; true",
    f"{CLONE}; exec true && {IN}",
    f"{CLONE}; trap 'git -C m checkout -q main' EXIT; {IN}",
]
REMOTES = ("plain", "branch", "tag", "empty")


def _said(script: str, commit: str, where: str) -> str | None:
    """The commit that is said of the clone."""
    facts = facts_of({"command": ["bash", "-c", script], "workingDir": where})
    states: Mapping[str, str | None] = {str(a.state): a.revision for a in facts.artefacts}
    assert states.get("pinned", commit) == commit
    return states.get("pinned")


@pytest.mark.parametrize("script", [*PINNED, *OTHERS])
def test_what_is_said_is_so_with_any_remote(script: str, hub: Hub, tmp_path: Path) -> None:
    script = script.replace("COMMIT", hub.commit)
    if _said(script, hub.commit, str(tmp_path)) is None:
        return
    ends = {remote: hub.run(script, remote, tmp_path / remote) for remote in REMOTES}
    assert set(ends.values()) <= {hub.commit, None}
    assert ends["plain"] in (hub.commit, None)


@pytest.mark.parametrize("script", PINNED)
def test_common_ways_are_known(script: str, hub: Hub, tmp_path: Path) -> None:
    script = script.replace("COMMIT", hub.commit)
    assert _said(script, hub.commit, str(tmp_path)) == hub.commit


@pytest.mark.parametrize("script", OTHERS)
def test_what_may_end_elsewhere_is_not_pinned(script: str, hub: Hub, tmp_path: Path) -> None:
    script = script.replace("COMMIT", hub.commit)
    assert _said(script, hub.commit, str(tmp_path)) is None


@pytest.mark.parametrize(
    ("script", "holds"),
    [
        pytest.param(f"{CLONE} && {IN}", False, id="a checkout takes the branch"),
        pytest.param(f"{CLONE} && git -C m checkout -q --detach COMMIT", False, id="detached too"),
        pytest.param(f"{CLONE} && git -C m reset -q --hard COMMIT", True, id="a reset does not"),
        pytest.param(f"git clone -q -b v1 {URL} m && {IN}", True, id="nor beside a named branch"),
    ],
)
def test_a_default_branch_of_the_commits_name(
    script: str, holds: bool, hub: Hub, tmp_path: Path
) -> None:
    end = hub.run(script.replace("COMMIT", hub.commit), "head", tmp_path / "head")
    assert (end == hub.commit) is holds
