"""`pinfold`: what the webhook knows, on the command line. A command is a file, loaded when used."""

from importlib import import_module
from typing import Any

import click

from pinfold import __version__

_COMMANDS = {
    "check": "What the webhook would refuse, and how to put it right.",
    "explain": "Why a rule exists, or what is understood of a manifest.",
    "inspect": "What workloads run and load, and whether it is pinned.",
    "pin": "Look up digests and commits, and write them in.",
    "scan": "What Enforce would refuse of what runs in a cluster today.",
}


class _Lazy(click.Group):
    """Knows its commands by name, and imports one only when it runs: `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"pinfold.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name]) for name in self.list_commands(ctx)])


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="pinfold COMMAND --help tells more.",
)
@click.version_option(__version__, prog_name="pinfold")
def main(**_: Any) -> None:
    """Pinfold keeps unpinned AI workloads out of a Kubernetes cluster.

    It reads manifests as the cluster's admission webhook does: which images a workload runs, which
    models its servers load, and whether both are pinned to something that cannot change.
    """


if __name__ == "__main__":
    main(prog_name="pinfold")
