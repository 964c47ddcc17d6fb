"""How `pinfold check` looks to people; tests/cli/golden has it whole."""

import json

import pytest

from tests.cli.test_check import BAD, CONFIG_MAP, GOOD, READER, check


@pytest.mark.parametrize(
    ("stdin", "summary"),
    [
        ("", "Nothing to check: no workload."),
        (CONFIG_MAP, "Nothing to check: no workload among 1 document."),
        (f"a: 1\n---\n{CONFIG_MAP}", "Nothing to check: no workload among 2 documents."),
        (GOOD, "1 workload, no violation."),
        (f"{GOOD}---\n{GOOD}", "2 workloads, no violation."),
        (BAD, "1 workload, 1 violation (1 refused)."),
        (READER, "1 workload, 2 violations (2 warned)."),
        ("a: [", "0 workloads, no violation, 1 document not read."),
    ],
)
def test_the_last_line_sums_up(stdin: str, summary: str) -> None:
    assert check("-", stdin=stdin).stdout.splitlines()[-1] == summary


@pytest.mark.parametrize(
    ("image", "quoted", "carets"),
    [
        pytest.param("a", "{image: a}]}", "        ^", id="plain"),
        pytest.param('"名:1"', '{image: "名:1"}]}', "        ^^^^^^", id="wide characters"),
        pytest.param('"e\u0301"', '{image: "e\u0301"}]}', "        ^^^", id="a combining one"),
        pytest.param('""', '{image: ""}]}', "        ^^", id="an empty text"),
        pytest.param(
            "a" * 90, "{image: " + "a" * 80 + "...}]}", "        " + "^" * 83, id="a long one"
        ),
    ],
)
def test_a_caret_stands_below_each_character(image: str, quoted: str, carets: str) -> None:
    manifest = f"apiVersion: v1\nkind: Pod\nspec: {{containers: [\n{{image: {image}}}]}}\n"
    lines = check("-", stdin=manifest).stdout.splitlines()
    assert lines[1:3] == [f"  4 | {quoted}", f"    | {carets}"]


def test_a_line_without_end_is_cut_around_what_it_is_about() -> None:
    pods = [{"image": "a" * 8, "id": str(number) * 4} for number in range(5)]
    pod = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": pods}}
    lines = check("-", stdin=json.dumps(pod)).stdout.splitlines()
    before, after = ' {"image": "aaaaaaaa", "id": "1111"}, {"image": ', ', "id": "2222"}, {"image'
    assert lines[17] == f'  1 | ...{before}"aaaaaaaa"{after}...'
    assert lines[18] == f"    |    {' ' * 48}^^^^^^^^^^"


def test_control_characters_are_shown_and_not_sent() -> None:
    manifest = BAD.replace("nginx:1.29", "\\e[31m").replace("name: bad", 'name: "\\e[2J"')
    assert "\x1b" not in check("-", stdin=manifest).stdout


def test_a_tab_is_shown_as_spaces() -> None:
    pod = '{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [\n\t{"image": "a"}]}}'
    assert check("-", stdin=pod).stdout.splitlines()[1:3] == [
        '  2 |     {"image": "a"}]}}',
        "    |               ^^^",
    ]
