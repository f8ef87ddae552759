"""The rows of an answer across products as one Arrow stream, where the answer says they are."""

from collections.abc import Iterator

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from catalog_service.bootstrap import Catalog
from catalog_service.semantic.answer import Answer

MEDIA_TYPE = "application/vnd.apache.arrow.stream"
PREFIX = "/correlations"


def address(name: str) -> str:
    """Where the rows of a kept answer are."""
    return f"{PREFIX}/{name}.arrow"


def router(catalog: Catalog) -> APIRouter:
    """The door to kept answers; they are let go of after a while."""
    made = APIRouter()

    @made.get(PREFIX + "/{name}.arrow")
    def rows(name: str) -> StreamingResponse:
        answer = catalog.answers.find(name)
        return StreamingResponse(
            _stream(answer), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"}
        )

    return made


def _stream(answer: Answer) -> Iterator[bytes]:
    yield from answer.parts()
