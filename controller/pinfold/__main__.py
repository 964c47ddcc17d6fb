"""`python -m pinfold` is `pinfold`."""

from pinfold.cli.main import main

main(prog_name="pinfold")
