"""RoleBasedGroup: templates, those that roles share, and patches over them."""

import time
from typing import Any

import pytest
import yaml

from pinfold.inspect.resources.patches import Patched
from pinfold.inspect.resources.paths import UnreadableWorkload
from tests.inspect.resources.reading import artefacts, images, opaque, read

GROUP = """
apiVersion: workloads.x-k8s.io/v1alpha2
kind: RoleBasedGroup
metadata: {name: llama}
spec:
  roleTemplates:
    - {name: unused, template: {spec: {containers: [{name: x, image: "x:1"}]}}}
    - {name: empty}
    - name: base
      template:
        spec:
          containers:
            - {name: side, image: "s:1"}
            - {name: main, image: lmsysorg/sglang, env: [{name: A, value: org/a}]}
  roles:
"""


def test_a_role_may_have_a_template_of_its_own() -> None:
    text = (
        GROUP.partition("  roleTemplates")[0]
        + """
  roles:
    - {name: a, template: {spec: {containers: [{name: a, image: "a:1"}]}}}
    - {name: b, standalonePattern: {template: {spec: {containers: [{name: b, image: "b:1"}]}}}}
    - {name: c, leaderWorkerPattern: {template: {spec: {containers: [{name: c, image: "c:1"}]}}}}
    - {name: d, customComponentsPattern: {components: [
        {template: {spec: {containers: [{name: d, image: "d:1"}]}}}]}}
    - {name: e, standalonePattern: {templateRef: {name: nobody}}}
"""
    )
    component = "spec.roles[3].customComponentsPattern.components[0]"
    assert images(read(text)) == [
        "a spec.roles[0].template.spec.containers[0].image a:1",
        "b spec.roles[1].standalonePattern.template.spec.containers[0].image b:1",
        "c spec.roles[2].leaderWorkerPattern.template.spec.containers[0].image c:1",
        f"d {component}.template.spec.containers[0].image d:1",
    ]


def test_a_shared_template_is_told_where_it_is_written_and_a_patch_where_that_is() -> None:
    patch = "{spec: {containers: [{name: main, args: [--model-path, org/m]}]}}"
    text = (
        GROUP
        + f"""
    - {{name: a, standalonePattern: {{templateRef: {{name: base, patch: {patch}}}}}}}
    - {{name: b, templateRef: {{name: base}}, templatePatch: {patch.replace("org/m", "org/n")}}}
"""
    )
    workload = read(text)
    assert images(workload) == [
        "side spec.roleTemplates[2].template.spec.containers[0].image s:1",
        "main spec.roleTemplates[2].template.spec.containers[1].image lmsysorg/sglang",
        "x spec.roleTemplates[0].template.spec.containers[0].image x:1",
    ]
    patched, reference = "spec.containers[0].args[1]", "spec.roles[0].standalonePattern.templateRef"
    assert artefacts(workload) == [
        f"main load model org/m unpinned {reference}.patch.{patched}",
        f"main load model org/n unpinned spec.roles[1].templatePatch.{patched}",
    ]
    assert opaque(workload) == []


@pytest.mark.parametrize(
    ("role", "leader", "worker"),
    [
        pytest.param(
            "leaderWorkerPattern: {templateRef: {name: base},"
            " leaderTemplatePatch: LEADER, workerTemplatePatch: WORKER}",
            "spec.roles[0].leaderWorkerPattern.leaderTemplatePatch",
            "spec.roles[0].leaderWorkerPattern.workerTemplatePatch",
            id="now",
        ),
        pytest.param(
            "templateRef: {name: base},"
            " leaderWorkerSet: {patchLeaderTemplate: LEADER, patchWorkerTemplate: WORKER}",
            "spec.roles[0].leaderWorkerSet.patchLeaderTemplate",
            "spec.roles[0].leaderWorkerSet.patchWorkerTemplate",
            id="before",
        ),
    ],
)
def test_leaders_and_workers_are_two_pods(role: str, leader: str, worker: str) -> None:
    patch = "{spec: {containers: [{name: main, args: [--model-path, org/WHO]}]}}"
    role = role.replace("LEADER", patch.replace("WHO", "lead"))
    role = role.replace("WORKER", patch.replace("WHO", "work"))
    assert artefacts(read(f"{GROUP}    - {{name: a, {role}}}")) == [
        f"main load model org/lead unpinned {leader}.spec.containers[0].args[1]",
        f"main load model org/work unpinned {worker}.spec.containers[0].args[1]",
    ]


@pytest.mark.parametrize("field", ["template", "groupTemplate: {spec"])
def test_a_set_holds_groups(field: str) -> None:
    roles = "{roles: [{template: {spec: {containers: [{name: a, image: b}]}}}]}"
    end = "}" if "{" in field else ""
    text = GROUP.partition("spec:")[0].replace("Group\n", "GroupSet\n")
    text += f"spec: {{{field}: {roles}{end}}}"
    place = "spec.groupTemplate.spec" if end else "spec.template"
    assert images(read(text)) == [f"a {place}.roles[0].template.spec.containers[0].image b"]


def test_a_short_text_that_stands_for_many_pods_is_refused() -> None:
    roles = "".join(f"    - {{name: r{i}, templateRef: {{name: base}}}}\n" for i in range(700))
    with pytest.raises(UnreadableWorkload, match=r"^spec stands for too many pods to be read$"):
        read(GROUP + roles)


class TestPatches:
    SPEC = """
containers:
  - {name: a, image: x, args: [b], env: [{name: A, value: b}, {name: B, value: c}],
     volumeMounts: [{name: v, mountPath: /m}, {name: w, mountPath: /n}]}
  - {name: b, resources: {limits: {cpu: 1}}}
volumes: [{name: v}]
hostNetwork: true
"""

    @pytest.mark.parametrize(
        ("patch", "path", "value"),
        [
            pytest.param("hostNetwork: null", "hostNetwork", None, id="a field taken out"),
            pytest.param("hostNetwork: false", "hostNetwork", False, id="a field replaced"),
            pytest.param(
                "containers: [{name: c, image: y, args: null}]",
                "containers.2",
                {"name": "c", "image": "y"},
                id="a container added",
            ),
            pytest.param(
                "containers: [{name: a, args: [c]}]", "containers.0.args", ["c"], id="arguments"
            ),
            pytest.param(
                "containers: [{name: a, env: [{name: C, value: d}, {name: A, value: e}]}]",
                "containers.0.env",
                [
                    {"name": "A", "value": "e"},
                    {"name": "B", "value": "c"},
                    {"name": "C", "value": "d"},
                ],
                id="variables",
            ),
            pytest.param(
                "containers: [{name: a, volumeMounts: [{mountPath: /m, $patch: delete}]}]",
                "containers.0.volumeMounts",
                [{"name": "w", "mountPath": "/n"}],
                id="a mount taken out",
            ),
            pytest.param(
                "containers: [{name: a, $patch: delete}, {name: z, $patch: delete}]",
                "containers.0",
                {"name": "a"},
                id="a container taken out",
            ),
            pytest.param(
                "containers: [{name: b, $patch: replace, image: y}]",
                "containers.1",
                {"name": "b", "image": "y"},
                id="a container replaced whole",
            ),
            pytest.param(
                "containers: [{name: b, resources: {limits: {gpu: 1}}}]",
                "containers.1.resources",
                {"limits": {"cpu": 1, "gpu": 1}},
                id="what lies deeper",
            ),
            pytest.param(
                "$setElementOrder/containers: [{name: b}]",
                "volumes",
                [{"name": "v"}],
                id="an order",
            ),
        ],
    )
    def test_are_laid_over_as_kubernetes_does(self, patch: str, path: str, value: Any) -> None:
        patched = Patched(yaml.safe_load(self.SPEC), "t")
        patched.lay(yaml.safe_load(patch), "p")
        found: Any = patched.value
        for step in path.split("."):
            found = found[int(step)] if isinstance(found, list) else found.get(step)
        assert found == value

    def test_leave_what_they_are_laid_over_as_it_was(self) -> None:
        spec = yaml.safe_load(self.SPEC)
        patched = Patched(spec, "t")
        patched.lay({"containers": [{"name": "a", "$patch": "delete"}], "hostNetwork": None}, "p")
        assert spec == yaml.safe_load(self.SPEC)

    def test_say_where_each_piece_was_written(self) -> None:
        patched = Patched(yaml.safe_load(self.SPEC), "t")
        patched.lay(
            yaml.safe_load(
                "containers: [{name: a, env: [{name: C}, {name: B, value: x}]}, {name: c}]"
            ),
            "p",
        )
        assert [(move.made, move.place) for move in patched.moves] == [
            ("t.containers[0].name", "p.containers[0].name"),
            ("t.containers[0].env[2]", "p.containers[0].env[0]"),
            ("t.containers[0].env[1].name", "p.containers[0].env[1].name"),
            ("t.containers[0].env[1].value", "p.containers[0].env[1].value"),
            ("t.containers[2]", "p.containers[1]"),
        ]

    def test_may_name_an_item_twice(self) -> None:
        patched = Patched({"env": ["a"]}, "t")
        patched.lay({"env": [{"name": "b"}, {"name": "b", "value": "c"}]}, "p")
        assert patched.value == {"env": ["a", {"name": "b", "value": "c"}]}

    def test_of_many_items_take_no_long_time(self) -> None:
        names = [{"name": str(i)} for i in range(20_000)]
        patched = Patched({"env": names}, "t")
        started = time.perf_counter()
        patched.lay({"env": names[::-1]}, "p")
        assert time.perf_counter() - started < 5  # by pairs it would be minutes

    @pytest.mark.parametrize("patch", [{"containers": {}}, {"containers": ["a"]}, {"env": 1}])
    def test_of_another_shape_are_refused(self, patch: Any) -> None:
        with pytest.raises(UnreadableWorkload):
            Patched(yaml.safe_load(self.SPEC), "t").lay(patch, "p")
