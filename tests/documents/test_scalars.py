"""YAML's plain scalars mean what they mean to kubectl.

The rows were chosen from 60,000 generated documents that sigs.k8s.io/yaml v1.6.0 (YAMLToJSON, in a
Go program of a few lines) and this reader turned into the same JSON.
"""

import pytest
import yaml

from pinfold.documents.from_yaml import compose_yaml
from pinfold.documents.nodes import Unreadable
from pinfold.documents.scalars import NotInJson, Scalar, key_text, plain, tagged

YAML = "tag:yaml.org,2002:"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(pytest.param(text, True, id=text) for text in ("true", "True", "yes", "Y", "on", "ON")),
        *(pytest.param(text, False, id=text) for text in ("false", "FALSE", "no", "n", "Off")),
        *(pytest.param(text, None, id=text or "nothing") for text in ("", "~", "null", "NULL")),
        *(pytest.param(text, text, id=text) for text in ("tRUE", "None", "nil", "yEs")),
        pytest.param("0", 0, id="zero"),
        pytest.param("-0", 0, id="minus zero"),
        pytest.param("+12", 12, id="plus"),
        pytest.param("0x1F", 31, id="hex"),
        pytest.param("0b11", 3, id="binary"),
        pytest.param("-0b11", -3, id="minus binary"),
        pytest.param("017", 15, id="octal"),
        pytest.param("0o17", 15, id="octal of YAML 1.2"),
        pytest.param("08", 8.0, id="no octal: a float"),
        pytest.param("1_000", 1000, id="digits in groups"),
        pytest.param("0x_1", 1, id="groups in hex"),
        pytest.param("0xFFFFFFFFFFFFFFFF", 18446744073709551615, id="64 bits"),
        pytest.param("0x1FFFFFFFFFFFFFFFF", "0x1FFFFFFFFFFFFFFFF", id="65 bits in hex: a text"),
        pytest.param("18446744073709551616", 1.8446744073709552e19, id="65 bits: a float"),
        pytest.param("-9223372036854775809", -9.223372036854775808e18, id="below 64 bits: a float"),
        pytest.param("1.5", 1.5, id="float"),
        pytest.param(".5", 0.5, id="float without a zero"),
        pytest.param("-.5", -0.5, id="minus float without a zero"),
        pytest.param("1.", 1.0, id="float without decimals"),
        pytest.param("1e3", 1000.0, id="exponent"),
        pytest.param("1_.5", 1.5, id="groups in a float"),
        pytest.param(".5_0", 0.5, id="groups in decimals"),
        pytest.param("._5", "._5", id="underscore after a dot: a text"),
        pytest.param("1e400", "1e400", id="beyond any float: a text"),
        pytest.param("9" * 1000, "9" * 1000, id="a thousand digits: a text"),
        pytest.param("1:30:00", "1:30:00", id="no base 60"),
        pytest.param("2001-01-01", "2001-01-01", id="no dates"),
        pytest.param("1.2.3", "1.2.3", id="a version"),
        pytest.param("1e", "1e", id="half an exponent"),
        pytest.param("0x", "0x", id="hex of nothing"),
        pytest.param("-", "-", id="a dash"),
        pytest.param(".", ".", id="a dot"),
        pytest.param("=", "=", id="an equals sign"),
        pytest.param("١", "١", id="a digit of another script"),
        pytest.param("1١", "1١", id="digits of two scripts"),
    ],
)
def test_a_scalar_without_quotes_or_tag(text: str, value: Scalar) -> None:
    found = plain(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text", [".inf", "-.Inf", "+.INF", ".nan", ".NaN"])
def test_what_json_cannot_write_is_refused(text: str) -> None:
    with pytest.raises(NotInJson):
        plain(text)


@pytest.mark.parametrize(
    ("text", "tag", "value"),
    [
        pytest.param("yes", f"{YAML}str", "yes", id="str"),
        pytest.param("2001-01-01", f"{YAML}timestamp", "2001-01-01", id="timestamp: a text"),
        pytest.param("yes", f"{YAML}bool", True, id="bool"),
        pytest.param("3", f"{YAML}int", 3, id="int"),
        pytest.param("3", f"{YAML}float", 3.0, id="float of an integer"),
        pytest.param("3.5", f"{YAML}float", 3.5, id="float"),
        pytest.param("~", f"{YAML}null", None, id="null"),
        pytest.param("aGk=", f"{YAML}binary", "hi", id="binary"),
        pytest.param("yes", "!mine", "yes", id="somebody else's"),
        pytest.param("1", "!", "1", id="the tag without a name"),
    ],
)
def test_a_scalar_with_a_tag(text: str, tag: str, value: Scalar) -> None:
    found = tagged(text, tag)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x", "int"),
        ("1.5", "int"),
        ("yes", "int"),
        ("x", "float"),
        ("yes", "float"),
        ("1", "bool"),
        ("x", "null"),
        ("a", "binary"),
        ("a", "set"),
    ],
)
def test_a_tag_that_does_not_fit_is_refused(text: str, kind: str) -> None:
    with pytest.raises(NotInJson):
        tagged(text, YAML + kind)


@pytest.mark.parametrize(
    ("key", "text"),
    [("a", "a"), (True, "true"), (False, "false"), (1, "1"), (1.5, "1.5"), (1.0, "1")],
)
def test_a_key_is_always_text(key: Scalar, text: str) -> None:
    assert key_text(key) == text


@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader], ids=["libyaml", "Python"])
def test_both_readers_of_pyyaml_serve(loader: object) -> None:
    text = "a: &x [1, 'b']\nc: *x\nd:\n  e: |\n    f\n"
    node = compose_yaml(text, 0, len(text), loader)
    assert node is not None
    assert node.value == {"a": [1, "b"], "c": [1, "b"], "d": {"e": "f\n"}}
    with pytest.raises(Unreadable):
        compose_yaml("a: [", 0, 4, loader)
