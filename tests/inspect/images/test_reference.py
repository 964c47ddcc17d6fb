"""Image references are read as the container runtime reads them.

The rows were chosen from 180,000 generated texts, for all of which ParseNormalizedNamed and
FamiliarString of github.com/distribution/reference v0.6.0 (a Go program of a few lines, with
crypto/sha256 and crypto/sha512 linked in, as in the kubelet) and this reader gave the same domain,
path, canonical and familiar form, or both refused.
"""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pinfold.inspect.images.reference import (
    Digest,
    InvalidDigest,
    InvalidReference,
    Reference,
    parse_reference,
)

HEX = "9f3c" * 16
SHA256 = f"sha256:{HEX}"
TOO_LONG = "its repository is too long: 255 characters is the most, docker.io/'s library/ included"
SHA384 = "sha384:" + "9f3c" * 24
SHA512 = "sha512:" + "9f3c" * 32


@pytest.mark.parametrize(
    ("text", "domain", "path", "familiar"),
    [
        pytest.param("nginx", "docker.io", "library/nginx", "nginx", id="official image"),
        pytest.param("vllm/vllm", "docker.io", "vllm/vllm", "vllm/vllm", id="user's image"),
        pytest.param(
            "docker.io/nginx", "docker.io", "library/nginx", "nginx", id="docker.io is the default"
        ),
        pytest.param(
            "docker.io/library/nginx", "docker.io", "library/nginx", "nginx", id="written in full"
        ),
        pytest.param(
            "docker.io/library/a/b",
            "docker.io",
            "library/a/b",
            "library/a/b",
            id="library/ alone is left out",
        ),
        pytest.param(
            "index.docker.io/nginx", "docker.io", "library/nginx", "nginx", id="its legacy name"
        ),
        pytest.param(
            "Docker.io/nginx", "Docker.io", "nginx", "Docker.io/nginx", id="not in upper case"
        ),
        pytest.param(
            "localhost/a",
            "localhost",
            "a",
            "localhost/a",
            id="localhost needs neither dot nor port",
        ),
        pytest.param(
            "localhost", "docker.io", "library/localhost", "localhost", id="alone it is an image"
        ),
        pytest.param("a/b/c", "docker.io", "a/b/c", "a/b/c", id="a bare word is no registry"),
        pytest.param("ghcr.io/a/b", "ghcr.io", "a/b", "ghcr.io/a/b", id="a dot makes a registry"),
        pytest.param("hub:5000/a", "hub:5000", "a", "hub:5000/a", id="a port makes a registry"),
        pytest.param("Hub/a", "Hub", "a", "Hub/a", id="an upper-case letter makes a registry"),
        pytest.param("10.0.0.1/a", "10.0.0.1", "a", "10.0.0.1/a", id="IPv4 address"),
        pytest.param("[::1]/a", "[::1]", "a", "[::1]/a", id="IPv6 address"),
        pytest.param("[::1]:80/a", "[::1]:80", "a", "[::1]:80/a", id="IPv6 address and port"),
        pytest.param("[AB]/a", "[AB]", "a", "[AB]/a", id="brackets hold hex digits of any case"),
        pytest.param("fo--o.io/a", "fo--o.io", "a", "fo--o.io/a", id="dashes within a label"),
        pytest.param(
            "my_host.io/a",
            "",
            "my_host.io/a",
            "my_host.io/a",
            id="no host name, but no default either",
        ),
        pytest.param(
            "a.b_c--d__e", "docker.io", "library/a.b_c--d__e", "a.b_c--d__e", id="separators"
        ),
        pytest.param(
            f"docker.io/library/{HEX}",
            "docker.io",
            f"library/{HEX}",
            HEX,
            id="64 hex digits in full are a repository",
        ),
    ],
)
def test_registry_and_library_are_filled_in(
    text: str, domain: str, path: str, familiar: str
) -> None:
    reference = parse_reference(text)
    assert (reference.domain, reference.path, reference.familiar) == (domain, path, familiar)


@pytest.mark.parametrize(
    ("text", "tag", "digest", "canonical"),
    [
        pytest.param("a", None, None, "docker.io/library/a", id="no tag is made up"),
        pytest.param("a:1", "1", None, "docker.io/library/a:1", id="tag"),
        pytest.param("a:A._-", "A._-", None, "docker.io/library/a:A._-", id="letters of a tag"),
        pytest.param("a:_", "_", None, "docker.io/library/a:_", id="a tag may begin with _"),
        pytest.param("hub:5000", "5000", None, "docker.io/library/hub:5000", id="no port: a tag"),
        pytest.param("hub:80/a:1", "1", None, "hub:80/a:1", id="port and tag"),
        pytest.param(f"a@{SHA256}", None, SHA256, f"docker.io/library/a@{SHA256}", id="digest"),
        pytest.param(
            f"a:1@{SHA256}", "1", SHA256, f"docker.io/library/a:1@{SHA256}", id="tag and digest"
        ),
        pytest.param(
            f"a@{SHA512}", None, None, f"docker.io/library/a@{SHA512}", id="sha512 does not count"
        ),
        pytest.param(
            f"a@{SHA384}", None, None, f"docker.io/library/a@{SHA384}", id="sha384 does not count"
        ),
    ],
)
def test_tag_and_digest_are_told_apart(
    text: str, tag: str | None, digest: str | None, canonical: str
) -> None:
    reference = parse_reference(text)
    assert reference.tag == tag
    assert reference.digest == (None if digest is None else Digest(digest))
    assert reference.canonical == canonical


def test_a_sha512_digest_is_kept_for_messages() -> None:
    assert parse_reference(f"a@{SHA512}").other_digest == SHA512


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "it is empty", id="nothing"),
        pytest.param(" a", "white space stands before or after it", id="space before"),
        pytest.param("a\n", "white space stands before or after it", id="newline after"),
        pytest.param("a b", "it contains white space", id="space within"),
        pytest.param(
            "$(IMAGE)",
            'nothing fills in "$(": Kubernetes expands no variables in image names',
            id="variable",
        ),
        pytest.param(
            "{{ .Values.image }}",
            'nothing fills in "{{": Kubernetes expands no variables in image names',
            id="template",
        ),
        pytest.param("https://ghcr.io/a", 'it is no URL: leave out "https://"', id="URL"),
        pytest.param("café", '"é" (U+00E9) is outside ASCII', id="accent"),
        pytest.param("ng\u200binx", "U+200B is outside ASCII", id="zero-width space"),
        pytest.param("nginx:１", '"１" (U+FF11) is outside ASCII', id="full-width digit"),
        pytest.param(
            HEX, "64 hex digits are an image id, and no registry can be asked for one", id="id"
        ),
        pytest.param("Nginx", '"Nginx" must be in lower case', id="upper case"),
        pytest.param("ghcr.io/A/b", '"A" must be in lower case', id="upper case in the path"),
        pytest.param("a//b", "a part of its name is empty", id="two slashes"),
        pytest.param("/a", "a part of its name is empty", id="slash before"),
        pytest.param("a/", "a part of its name is empty", id="slash after"),
        pytest.param(
            "a___b",
            '"a___b" is no name: lower-case letters and digits, joined by ".", "_", "__" or any'
            ' number of "-"',
            id="three underscores",
        ),
        pytest.param(
            "ghcr.io/a..b",
            '"a..b" is no name: lower-case letters and digits, joined by ".", "_", "__" or any'
            ' number of "-"',
            id="two dots",
        ),
        pytest.param(
            "-a.io/b",
            '"-a.io" is no registry: a host name, with ":" and a port if it needs one',
            id="dash before a registry",
        ),
        pytest.param(
            "a.io:http/b",
            '"a.io:http" is no registry: a host name, with ":" and a port if it needs one',
            id="port by name",
        ),
        pytest.param(
            "my_host:80/a",
            '"my_host:80" is no registry: a host name, with ":" and a port if it needs one',
            id="no host name, with a port",
        ),
        pytest.param("a:", 'after ":" a tag must follow', id="empty tag"),
        pytest.param(
            "a:.b",
            '".b" is no tag: letters, digits, "_", "." and "-", not first "." or "-"',
            id="dot before a tag",
        ),
        pytest.param(
            "a:b:c",
            '"b:c" is no tag: letters, digits, "_", "." and "-", not first "." or "-"',
            id="two tags",
        ),
        pytest.param(
            "a:" + "t" * 129, "its tag is 129 characters long, and 128 is the most", id="long tag"
        ),
        pytest.param("a" * 256, TOO_LONG, id="long path"),
        pytest.param("docker.io/" + "a" * 248, TOO_LONG, id="long path, library/ included"),
        pytest.param("a/" + "b" * 254, TOO_LONG, id="long path of a user"),
        pytest.param(
            "a.io/" + "b/" * 128 + "c",
            TOO_LONG,
            id="long path of a registry",
        ),
        pytest.param(
            "a@",
            'after "@" a digest must follow: "sha256:" and 64 lower-case hex digits',
            id="empty digest",
        ),
        pytest.param(
            "a@latest",
            'after "@" a digest must follow: "sha256:" and 64 lower-case hex digits',
            id="tag after @",
        ),
        pytest.param(
            "a@md5:" + "0" * 32,
            '"md5" is no digest algorithm that runtimes know: use sha256',
            id="md5",
        ),
        pytest.param(
            f"a@SHA256:{HEX}",
            '"SHA256" is no digest algorithm that runtimes know: use sha256',
            id="algorithm in upper case",
        ),
        pytest.param(
            f"a@sha256:{HEX}".replace("f", "F"),
            "its digest may hold nothing but 0-9 and a-f, in lower case",
            id="digest in upper case",
        ),
        pytest.param(
            f"a@{SHA256}@{SHA256}",
            "its digest may hold nothing but 0-9 and a-f, in lower case",
            id="two digests",
        ),
        pytest.param(
            f"a@{SHA256[:-1]}",
            "its sha256 digest has 63 hex digits where 64 are needed",
            id="short digest",
        ),
        pytest.param(
            f"a@sha512:{HEX}",
            "its sha512 digest has 64 hex digits where 128 are needed",
            id="sha256 under another name",
        ),
    ],
)
def test_what_no_runtime_would_pull_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidReference) as refused:
        parse_reference(text)
    assert refused.value.reason == reason
    assert text[:200] in str(refused.value)


def test_a_path_may_have_255_characters() -> None:
    assert parse_reference("a.io/" + "b" * 255).path == "b" * 255


def test_a_tag_may_have_128_characters() -> None:
    assert parse_reference("a:" + "t" * 128).tag == "t" * 128


def test_a_long_text_is_quoted_in_part() -> None:
    with pytest.raises(InvalidReference) as refused:
        parse_reference("A" * 10_000)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        pytest.param(SHA256, True, id="sha256"),
        pytest.param(SHA512, False, id="sha512: a runtime may be unable to pull by it"),
        pytest.param(SHA256 + "\n", False, id="trailing newline"),
        pytest.param(SHA256.replace("9", "９"), False, id="full-width digit"),
        pytest.param(HEX, False, id="no algorithm"),
    ],
)
def test_only_sha256_is_a_digest(text: str, valid: bool) -> None:
    try:
        digest = Digest.parse(text)
    except InvalidDigest:
        assert not valid
    else:
        assert valid
        assert str(digest) == text


ALPHABET = st.sampled_from("ab0A_.-:/@[]~ é\n")
PARTS = st.sampled_from(
    f"docker.io localhost a.b:80 [::1] my_h.io library a__b a--b {HEX} A nginx"
    f" / :1 : @ @{SHA256} @{SHA512}".split()
)
TEXTS = st.one_of(
    st.text(),
    st.text(ALPHABET, max_size=40),
    st.lists(PARTS, max_size=6).map("".join),
    st.lists(PARTS, max_size=6).map("/".join),
)


@given(TEXTS)
@example("\udcff")
@example("a" * 600 + "/b")
def test_any_text_is_a_reference_or_is_refused(text: str) -> None:
    try:
        reference = parse_reference(text)
    except InvalidReference as refused:
        assert refused.reason  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(reference, Reference)


@given(TEXTS)
def test_the_canonical_form_is_read_as_the_same_reference(text: str) -> None:
    try:
        reference = parse_reference(text)
    except InvalidReference:
        return
    assert parse_reference(reference.canonical) == reference


@pytest.mark.parametrize(
    "part",
    [
        pytest.param("a", id="one component"),
        pytest.param("-", id="dashes"),
        pytest.param("a-", id="dashes between letters"),
        pytest.param("a/", id="many components"),
        pytest.param("a.", id="many labels"),
        pytest.param("a__", id="underscores"),
        pytest.param("[", id="brackets"),
        pytest.param("a:", id="colons"),
        pytest.param("a@", id="at signs"),
        pytest.param("@sha256:", id="digests"),
        pytest.param("A.", id="upper case"),
        pytest.param("é", id="outside ASCII"),
    ],
)
@pytest.mark.parametrize("end", ["", "!", "/b", ":", "@"])
def test_time_is_linear_in_the_length(part: str, end: str) -> None:
    """A million characters in 2 s: the slowest row takes 0.3 s, a quadratic one takes hours."""
    text = part * (1_000_000 // len(part)) + end
    started = time.process_time()
    with pytest.raises(InvalidReference):
        parse_reference(text)
    assert time.process_time() - started < 2
