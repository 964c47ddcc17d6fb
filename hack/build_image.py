"""`make image`: the container image, also where there is no container engine and no registry.

    python -m hack.build_image [--bare] [--tag NAME] [-- FURTHER ARGUMENTS OF THE BUILDER]

With docker or podman it is a plain build. `--bare` needs only Debian's packages buildah and
debootstrap and the rights of root: it makes a base image of Debian with Python, builds on it
without an engine (`--isolation chroot`), and runs the result once to see that it starts.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
BARE_BASE = "localhost/pinfold-base:bookworm"
_PACKAGES = "python3,python3-venv,python3-pip,ca-certificates"
_AUTHORITIES = "/etc/ssl/certs"  # this machine's, so that pip works behind a company's proxy
_SAMPLES = f"{ROOT / 'manifests' / 'samples'}:/samples:ro"
_STARTS = (
    ("python", "-c", "import getpass; getpass.getuser()"),  # as Kopf does when it starts
    ("python", "-m", "pinfold.webhook", "--help"),
    ("python", "-m", "pinfold.reconciler", "--help"),
    ("pinfold", "inspect", "/samples/bad/vllm-pod.yaml"),
)


def main(arguments: Sequence[str]) -> int:
    own, further = _split(list(arguments))
    parser = argparse.ArgumentParser(prog="make image", description=__doc__)
    parser.add_argument("--bare", action="store_true", help="with buildah and debootstrap alone")
    parser.add_argument("--tag", default="localhost/pinfold:dev")
    options = parser.parse_args(own)
    if options.bare:
        return _bare(options.tag, further)
    engine = next((name for name in ("docker", "podman") if shutil.which(name)), None)
    if engine is None:
        print("make image: neither docker nor podman is here; try --bare", file=sys.stderr)
        return 2
    return _run(engine, "build", "-f", "controller/Dockerfile", "-t", options.tag, *further, ".")


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """What stands before and behind `--`."""
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def _bare(tag: str, further: Sequence[str]) -> int:
    missing = [name for name in ("buildah", "debootstrap") if not shutil.which(name)]
    if missing:
        print(f"make image: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 2
    if subprocess.run(
        ["buildah", "inspect", BARE_BASE], capture_output=True, check=False
    ).returncode:
        _make_base()
    started = time.monotonic()
    failed = _run(
        "buildah", "bud", "--isolation", "chroot", "--build-arg", f"BASE={BARE_BASE}",
        "--volume", f"{_AUTHORITIES}:{_AUTHORITIES}:ro",
        "-f", "controller/Dockerfile", "-t", tag, *further, ".",
    ) or _try_out(tag)  # fmt: skip
    print(f"== {'failed' if failed else tag} after {time.monotonic() - started:.0f} s")
    return failed


def _make_base() -> None:
    with tempfile.TemporaryDirectory(prefix="pinfold-base-") as folder:
        _must("debootstrap", "--variant=minbase", f"--include={_PACKAGES}", "bookworm", folder)
        container = _must("buildah", "from", "scratch").strip()
        _must("buildah", "add", "--quiet", container, folder, "/")
        _must("buildah", "commit", "--quiet", container, BARE_BASE)
        _must("buildah", "rm", container)


def _try_out(tag: str) -> int:
    """Start each program of the image once, as the user that the image names."""
    container = _must("buildah", "from", tag).strip()
    try:
        for program in _STARTS:
            failed = _run(
                "buildah", "run", "--isolation", "chroot", "--volume", _SAMPLES,
                container, "--", *program,
            )  # fmt: skip
            if failed:
                return failed
    finally:
        _must("buildah", "rm", container)
    return 0


def _must(*command: str) -> str:
    """Its output; ends the program with what it said where it fails."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def _run(*command: str) -> int:
    print("==", *command, flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
