"""How many lines each comparison draws: 2,000, or what `python -m tests.differential` was told."""

import os

VARIABLE = "LINES_TO_COMPARE"
COUNT = int(os.environ.get(VARIABLE, "2000"))
