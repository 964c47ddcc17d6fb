"""`python -m pinfold.cli` is `pinfold`."""

from pinfold.cli.main import main

main(prog_name="pinfold")
