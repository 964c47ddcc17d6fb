"""Parts: places that are moved back to where they were written, and what is the same."""

import time

import pytest

from pinfold.inspect.podspec import Container, EnvVar, PodSpec
from pinfold.inspect.resources.parts import Move, Mover, Part, container_count
from pinfold.inspect.resources.paths import UnreadableWorkload, concrete, converted, without_nulls
from pinfold.inspect.resources.placeholders import GO, named, parameters, with_holes
from pinfold.inspect.workload import Hazard


@pytest.mark.parametrize(
    ("made", "written"),
    [
        pytest.param("a.b", "x", id="the place itself"),
        pytest.param("a.b.c[1]", "x.c[1]", id="below"),
        pytest.param("a.b[1]", "x[1]", id="an item of it"),
        pytest.param("a.bc", "a.bc", id="a longer name"),
        pytest.param("a.b.env[0].value", "y", id="the longest move counts"),
        pytest.param("z", "z", id="elsewhere"),
        pytest.param("a.args[0]", "new[0]", id="the last of two counts"),
    ],
)
def test_a_place_is_moved_to_where_it_was_written(made: str, written: str) -> None:
    twice = [Move("a.args", "old"), Move("a.args", "new")]
    mover = Mover([Move("a.b", "x"), Move("a.b.env[0]", "y", ends=True), *twice])
    assert mover.hazard(Hazard("c", "h", made)).place == written


def test_parts_that_run_the_same_are_the_same_wherever_they_stand() -> None:
    spec = PodSpec((Container("a", "b:1"),))
    assert Part("x", spec).says_the_same(Part("y", spec))
    assert not Part("x", spec).says_the_same(Part("x", PodSpec((Container("a", "b:2"),))))


def test_containers_of_all_lists_count() -> None:
    one = (Container("a"),)
    parts = [Part("x", PodSpec(one, one, one)), Part("y", PodSpec(one))]
    assert container_count(parts) == 4


class TestPaths:
    def test_lead_to_all_that_is_there(self) -> None:
        value = {"a": [{"b": {"x": 1, "y": None}}, None, {"b": None}, {"b": {"z.w": 2}}]}
        assert list(concrete(value, "a[].b{}")) == [("a[0].b.x", 1), ("a[3].b[z.w]", 2)]

    @pytest.mark.parametrize(
        ("key", "place"),
        [("", "a[]"), ("a.b", "a[a.b]"), ("a[b", "a[a(b]"), ("]]", "a[))]"), ("a-b", "a.a-b")],
    )
    def test_put_a_name_in_brackets_that_could_be_taken_for_a_path(
        self, key: str, place: str
    ) -> None:
        assert list(concrete({"a": {key: 1}}, "a{}")) == [(place, 1)]

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            pytest.param(True, "a: Expected `array`, got `bool` - at `$`", id="true"),
            pytest.param(1.5, "a: Expected `array`, got `float` - at `$`", id="a number"),
            pytest.param({}, "a: Expected `array`, got `object` - at `$`", id="a mapping"),
        ],
    )
    def test_refuse_another_type(self, value: object, message: str) -> None:
        with pytest.raises(UnreadableWorkload) as refused:
            list(concrete({"a": value}, "a[]"))
        assert str(refused.value) == message
        with pytest.raises(UnreadableWorkload, match=r"^Expected `object`, got `null`"):
            list(concrete(None, "a"))

    def test_pass_over_what_is_null(self) -> None:
        value = {"a": None, "b": [{"c": None, "d": 1}, None]}
        assert without_nulls(value) == {"b": [{"d": 1}, None]}

    def test_convert_strictly(self) -> None:
        with pytest.raises(UnreadableWorkload) as refused:
            converted({"name": 1}, Container, "a")
        assert str(refused.value) == "a: Expected `str`, got `int` - at `$.name`"


class TestPlaceholders:
    def test_in_commands_become_variables_without_a_value(self) -> None:
        spec = PodSpec((Container("a", args=("--x={{.Y}}", "b"), env=(EnvVar("C", "d"),)),))
        (container,) = with_holes(spec).containers
        assert container.args == ("--x=$({{.Y}})", "b")
        assert [variable.name for variable in container.env or ()] == ["C", "{{.Y}}"]

    def test_in_a_variable_leave_it_without_a_value(self) -> None:
        (container,) = with_holes(
            PodSpec((Container("a", env=(EnvVar("C", "{{.Y}}"),)),))
        ).containers
        (variable,) = container.env or ()
        assert (variable.value, variable.value_from is not None) == (None, True)

    def test_are_looked_for_in_every_container(self) -> None:
        one = (Container("a", command=("{{.Y}}",)),)
        spec = with_holes(PodSpec(one, one, one), GO)
        assert spec.init_containers == spec.ephemeral_containers == spec.containers
        assert spec.containers[0].command == ("$({{.Y}})",)

    def test_that_are_absent_change_nothing(self) -> None:
        spec = PodSpec((Container("a", command=("b",), env=(EnvVar("C"),)),))
        assert with_holes(spec).containers[0] is spec.containers[0]

    @pytest.mark.parametrize(
        ("text", "holed"),
        [
            ("a{{ .B }}c{{.D}}", "a$({{ .B }})c$({{.D}})"),
            ('{{ printf "{x}" .B }}', '$({{ printf "{x}" .B }})'),
            ("{{{ .B }}}", "$({{{ .B }})}"),
            ("{{ .B", "{{ .B"),
            ("{ { .B } }", "{ { .B } }"),
        ],
    )
    def test_end_where_their_braces_do(self, text: str, holed: str) -> None:
        (container,) = with_holes(PodSpec((Container("a", args=(text,)),))).containers
        assert container.args == (holed.replace("(x)", "x"),)

    @pytest.mark.parametrize("text", ["{{" * 500_000, "{" * 1_000_000, "{{ }" * 250_000])
    def test_that_never_end_take_no_long_time(self, text: str) -> None:
        started = time.perf_counter()
        with_holes(PodSpec((Container("a", args=(text,)),)))
        assert time.perf_counter() - started < 5  # by pairs it would be minutes

    def test_of_a_template_are_its_parameters(self) -> None:
        spec = PodSpec((Container("a", args=("${A}${B}${{A}}",), env=(EnvVar("C", "${B}"),)),))
        (container,) = with_holes(spec, parameters(frozenset({"A"}))).containers
        assert container.args == ("$({A})${B}$({{A}})",)
        assert [variable.value for variable in container.env or ()] == ["${B}", None, None]

    def test_a_name_is_filled_in(self) -> None:
        container = Container("a", "i:{{.Name}}", ("{{ .Name }}",), ("{{.Namespace}}",))
        filled = named(container, "x")
        assert (filled.image, filled.command, filled.args) == ("i:x", ("x",), ("{{.Namespace}}",))
