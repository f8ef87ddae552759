"""Reading what a program sends about one product, as if its team's files lay here."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from catalog_service.domain.publication import Submission
from catalog_service.errors import InvalidRequest, Unreadable
from catalog_service.harvesting import jsonld, turtle
from catalog_service.harvesting.contract import Harvester
from catalog_service.harvesting.documents import Document
from catalog_service.harvesting.register import Register
from catalog_service.harvesting.runner import FileReport, Harvest, harvest_documents
from catalog_service.terms import DPROD, RDF, Iri

YAML = "application/yaml"
RDF_FORMS = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/ld+json": "jsonld",
}
"""The forms of RDF that are read, and what the parser calls them."""

_NAMES = {YAML: "body.yaml", "text/turtle": "body.ttl"}
_READERS = {"turtle": turtle.facts, "ntriples": turtle.facts, "jsonld": jsonld.facts}
_PARTED = re.compile(r"^---(?=\s|$)", re.MULTILINE)


def received(
    body: bytes,
    media_type: str,
    subject: Iri,
    harvesters: Mapping[str, Harvester],
    *,
    base: str,
    register: Register,
) -> Harvest:
    """What a body states of the product `subject`.

    Args:
        body: a product's descriptor and contracts as one YAML stream, or its graph as RDF.
        media_type: which of them: `YAML`, or one of `RDF_FORMS`.
        subject: the product.
        harvesters: the harvesters by kind.
        base: the base IRI of the mesh.
        register: the names that are already published.

    Raises:
        Unreadable: it is not what it says it is; the line is that of the body.
        InvalidRequest: it describes another product, or none.
    """
    with TemporaryDirectory(prefix="polyseme-") as folder:
        file = Path(folder, _NAMES.get(media_type, "body"))
        file.write_bytes(body)
        document = Document(file, file.name)
        if media_type == YAML:
            parts = ((part, True) for part in _parts(document, Path(folder)))
            found = harvest_documents(parts, harvesters, base=base, register=register)
            _readable(found)
        else:
            found = _stated(document, RDF_FORMS[media_type], subject, base)
    described = [submission.subject for submission in found.submissions]
    if described != [subject]:
        told = ", ".join(map(str, described[:5])) or "no product"
        raise InvalidRequest(
            f"the body describes {told}, and is sent to {subject}",
            hint="send each product to its own address, with all of its contracts and nothing else",
        )
    return found


def _parts(document: Document, folder: Path) -> Iterator[Document]:
    """The documents of a YAML stream, each a file of its own in which the lines keep their numbers.

    A line that begins with `---` parts documents wherever it stands: YAML allows it nowhere else.
    """
    text = document.text()
    starts = [0, *(found.start() for found in _PARTED.finditer(text))]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True)):
        if text[start:end].strip("-\n\r\t "):
            above = "\n" * text.count("\n", 0, start)
            file = folder / f"{number}.yaml"
            file.write_text(above + text[start:end], encoding="utf-8")
            yield Document(file, document.name)


def _readable(found: Harvest) -> None:
    for report in found.files:
        if report.outcome == "unreadable":
            fault = report.findings[0]
            raise Unreadable(fault.message, line=fault.line, column=fault.column, hint=fault.fix)


def _stated(document: Document, form: str, subject: Iri, base: str) -> Harvest:
    facts = _READERS[form](document, base)
    products = sorted(
        fact.triple.subject
        for fact in facts
        if fact.triple.predicate == RDF.type and fact.triple.object == DPROD.DataProduct
    )
    if products != [subject]:
        told = ", ".join(products[:5]) or "no data product"
        raise InvalidRequest(
            f"the body describes {told}, and is sent to {subject}",
            hint=f"let it state <{subject}> a dprod:DataProduct, and nothing of other products",
        )
    report = FileReport(document.name, form, "harvested", (subject,))
    return Harvest((report,), (Submission(subject, facts, source=form),), {})
