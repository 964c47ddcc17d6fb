"""The option tables, and the versions that they are of."""

import pytest

from pinfold.inspect.dialects.tables import Table, numbers_of


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        pytest.param("0.33.0", (0, 33, 0), id="three numbers"),
        pytest.param("v0.33.0", (0, 33, 0), id="a tag of a release"),
        pytest.param("v0.33.0-cu129", (0, 33, 0), id="a variant of it"),
        pytest.param("0.33-gpu-py312", (0, 33, 0), id="two numbers"),
        pytest.param("v0.9.0rc1", (0, 9, 0), id="a candidate"),
        pytest.param("latest", None, id="a word"),
        pytest.param("nightly-0.33.0", None, id="a number behind a word"),
        pytest.param("12", None, id="one number"),
        pytest.param("v0.123456.0", None, id="a number too long"),
        pytest.param("2024.12345", None, id="another"),
        pytest.param("０.３３.０", None, id="full-width digits"),
    ],
)
def test_the_numbers_of_a_version(text: str, numbers: tuple[int, int, int] | None) -> None:
    assert numbers_of(text) == numbers


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        pytest.param("vllm-0.8.5", 138, id="vLLM 0.8.5"),
        pytest.param("vllm-0.14.1", 205, id="vLLM 0.14.1"),
        pytest.param("vllm-0.33.0", 321, id="vLLM 0.33.0"),
        pytest.param("tgi-3.3.6", 50, id="TGI 3.3.6"),
        pytest.param("tgi-trtllm-3.3.6", 25, id="TGI for TensorRT-LLM"),
        pytest.param("tgi-llamacpp-3.3.6", 35, id="TGI for llama.cpp"),
        pytest.param("sglang-0.4.6.post5", 146, id="SGLang 0.4.6"),
        pytest.param("sglang-0.5.5", 270, id="SGLang 0.5.5"),
        pytest.param("sglang-0.5.23", 532, id="SGLang 0.5.23"),
        pytest.param("tei-1.9.3", 28, id="TEI"),
        pytest.param("lmdeploy-0.18.0", 78, id="LMDeploy"),
        pytest.param("llama.cpp-0.3.16", 260, id="llama.cpp, older"),
        pytest.param("llama.cpp-0.3.36", 350, id="llama.cpp, newer"),
        pytest.param("infinity-0.0.78", 27, id="Infinity"),
        pytest.param("trtllm-1.2.0", 30, id="TensorRT-LLM"),
        pytest.param("tgi-serve-3.3.6", 13, id="TGI's server"),
        pytest.param("tgi-download-3.3.6", 7, id="TGI's download"),
        pytest.param("kserve-0.17.0", 41, id="KServe"),
        pytest.param("llama-cpp-python-0.3.36", 58, id="llama-cpp-python"),
        pytest.param("sglang-router-0.3.2", 97, id="SGLang's router"),
        pytest.param("hf-0.34.4", 13, id="huggingface-cli"),
        pytest.param("hf-2.4.0", 14, id="hf"),
        pytest.param("git-clone-2.49", 38, id="git clone"),
    ],
)
def test_a_table_is_whole_and_no_name_is_in_it_twice(name: str, at_least: int) -> None:
    table = Table.load(name)
    names = [n for option in table.options for n in (*option.names, *option.no)]
    assert len(table.options) >= at_least
    assert len(names) == len(set(names))


def test_names_by_their_beginning() -> None:
    table = Table.load("vllm-0.33.0")
    assert table.starting_with("--rev") == ("--revision",)
    assert table.starting_with("--trust-rem") == ("--trust-remote-code",)
    assert table.starting_with("--zzz") == ()
    assert len(table.starting_with("--trust")) == 3
