"""Gathering what the fields of one level ask for into one question."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from strawberry.dataloader import DataLoader

from catalog_service.terms import Iri

Source = TypeVar("Source")
Answer = TypeVar("Answer")

One = DataLoader[Iri, Answer | None]
Many = DataLoader[Iri, tuple[Answer, ...]]


def one(
    question: Callable[[Source, Iterable[Iri]], Mapping[Iri, Answer]], source: Source
) -> "One[Answer]":
    """A question that has one answer for a subject, or none."""

    async def load(keys: list[Iri]) -> list[Answer | None]:
        found = await run_in_threadpool(question, source, keys)
        return [found.get(key) for key in keys]

    return DataLoader(load_fn=load)


def many(
    question: Callable[[Source, Iterable[Iri]], Mapping[Iri, tuple[Answer, ...]]], source: Source
) -> "Many[Answer]":
    """A question that has any number of answers for a subject."""

    async def load(keys: list[Iri]) -> list[tuple[Answer, ...]]:
        found = await run_in_threadpool(question, source, keys)
        return [found.get(key, ()) for key in keys]

    return DataLoader(load_fn=load)


def whole(question: Callable[[], Answer]) -> Callable[[], Awaitable[Answer]]:
    """A question about the whole mesh: asked once in a request, whoever waits for it."""

    async def load(keys: list[str]) -> list[Answer]:
        return [await run_in_threadpool(question)] * len(keys)

    loader = DataLoader[str, Answer](load_fn=load)
    return lambda: loader.load("")
