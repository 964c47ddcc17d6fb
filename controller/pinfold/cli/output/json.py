"""The report as JSON: schema pinfold.dev/inspect/v1, a stable interface."""

import json
from typing import Any

from pinfold.cli.report import Inspected, Report
from pinfold.documents.model import BrokenDocument
from pinfold.inspect.workload import SCHEMA, Artefact, Hazard, ImageUse, Opaque


def as_json(report: Report) -> str:
    """The whole report, keys in the order of the schema."""
    rows = {
        "schema": SCHEMA,
        "workloads": [_workload(read) for read in report.workloads],
        "errors": [_error(broken) for broken in report.errors],
    }
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _workload(read: Inspected) -> dict[str, Any]:
    workload = read.workload
    return {
        "source": read.document.source,
        "document": read.document.index,
        "kind": workload.kind,
        "namespace": workload.namespace,
        "name": workload.name,
        "images": [_image(use) for use in workload.images],
        "artefacts": [_artefact(artefact) for artefact in workload.artefacts],
        "hazards": [_hazard(hazard) for hazard in workload.hazards],
        "opaque": [_opaque(opaque) for opaque in workload.opaque],
    }


def _image(use: ImageUse) -> dict[str, Any]:
    reference = use.reference
    return {
        "container": use.container,
        "role": use.role,
        "pod": use.pod,
        "place": use.place,
        "image": use.text,
        "canonical": reference.canonical if reference else None,
        "digest": reference.digest.text if reference and reference.digest else None,
        "problem": use.problem,
    }


def _artefact(artefact: Artefact) -> dict[str, Any]:
    pin, provenance = artefact.pin, artefact.provenance
    return {
        "container": artefact.container,
        "pod": artefact.pod,
        "server": artefact.server,
        "act": artefact.act,
        "artefact": artefact.kind,
        "id": artefact.id,
        "origin": artefact.origin,
        "endpoint": artefact.endpoint,
        "revision": artefact.revision,
        "state": artefact.state,
        "place": artefact.place,
        "where": artefact.where,
        "via": list(artefact.via),
        "reading": artefact.reading,
        "pin": pin and {"write": pin.write, "place": pin.place},
        "provenance": provenance
        and {"volume": provenance.volume, "by": provenance.by, "state": provenance.state},
    }


def _hazard(hazard: Hazard) -> dict[str, Any]:
    return {"container": hazard.container, "hazard": hazard.hazard, "place": hazard.place}


def _opaque(opaque: Opaque) -> dict[str, Any]:
    return {
        "container": opaque.container,
        "code": opaque.code,
        "detail": opaque.detail,
        "place": opaque.place,
    }


def _error(broken: BrokenDocument) -> dict[str, Any]:
    return {
        "source": broken.source,
        "document": broken.index,
        "line": broken.line,
        "message": broken.message,
    }
