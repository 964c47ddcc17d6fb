"""What was read of a spec at the last scan is not read again, and nothing is kept for ever."""

from dataclasses import dataclass, field

from pinfold.inspect.podspec import Container
from pinfold.inspect.workload import Workload
from pinfold.kube.pods import RunningSpec
from pinfold.reconciler.readings import Readings
from tests.policy.facts import workload

VLLM = RunningSpec(containers=(Container(name="vllm", image="vllm/vllm-openai:v1"),))
OTHER = RunningSpec(containers=(Container(name="vllm", image="vllm/vllm-openai:v2"),))


@dataclass
class Reader:
    """Asks as a scan does, and counts what had to be read."""

    readings: Readings = field(default_factory=Readings)
    count: int = 0

    def ask(
        self,
        spec: RunningSpec = VLLM,
        namespace: str = "ml",
        hints: tuple[tuple[str, str], ...] = (),
    ) -> Workload:
        return self.readings.of(namespace, spec, hints, self._read)

    def _read(self) -> Workload:
        self.count += 1
        return workload(name=str(self.count))


def test_a_spec_is_read_once_in_a_scan_and_not_at_the_next() -> None:
    reader = Reader()
    first = reader.ask()
    assert reader.ask() is first
    for _ in range(3):
        reader.readings.scanned()
        assert reader.ask() is first
    assert reader.count == 1


def test_another_spec_namespace_or_hint_is_another_reading() -> None:
    reader = Reader()
    reader.ask()
    reader.ask(OTHER)
    reader.ask(namespace="web")
    reader.ask(hints=(("*/ours", "vllm"),))
    assert reader.count == 4


def test_what_a_scan_did_not_meet_is_forgotten() -> None:
    reader = Reader()
    reader.ask()
    reader.readings.scanned()
    reader.ask(OTHER)
    reader.readings.scanned()
    reader.ask()
    assert reader.count == 3


def test_beyond_a_bound_nothing_is_kept() -> None:
    reader = Reader(Readings(most_bytes=1500))
    for _ in range(2):
        for number in range(10):
            name = "x" * 500 + str(number)
            reader.ask(RunningSpec(containers=(Container(name=name, image="a"),)))
        reader.readings.scanned()
    assert 10 < reader.count < 20
