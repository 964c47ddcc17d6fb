"""Which ConfigMaps a pod reads."""

from collections.abc import Iterator

from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.shares import containers_of


def config_maps_of(spec: PodSpec) -> Iterator[str]:
    """By name, as often as they are named: in volumes, envFrom and env."""
    for volume in spec.volumes or ():
        if volume.config_map is not None:
            yield volume.config_map.name
        if volume.projected is not None:
            sources = volume.projected.sources or ()
            yield from (one.config_map.name for one in sources if one.config_map is not None)
    for _place, container in containers_of(spec, "spec"):
        for source in container.env_from or ():
            if source.config_map_ref is not None:
                yield source.config_map_ref.name
        for variable in container.env or ():
            reference = variable.value_from and variable.value_from.config_map_key_ref
            if reference:
                yield reference.name
