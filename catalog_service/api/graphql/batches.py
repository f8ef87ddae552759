"""Gathering what the fields of one level ask for into one question."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from strawberry.dataloader import DataLoader

from catalog_service.terms import Iri

Source = TypeVar("Source")
Answer = TypeVar("Answer")

One = DataLoader[Iri, Answer | None]
Many = DataLoader[Iri, tuple[Answer, ...]]

_ASKERS = ThreadPoolExecutor(min(8, os.cpu_count() or 2), thread_name_prefix="asker")
"""Who asks what one level asks. Such questions are many and short; with a thread for each of them,
most of the time goes to threads that wait for each other."""


def one(
    question: Callable[[Source, Iterable[Iri]], Mapping[Iri, Answer]], source: Source
) -> "One[Answer]":
    """A question that has one answer for a subject, or none."""

    async def load(keys: list[Iri]) -> list[Answer | None]:
        found = await _asked(question, source, keys)
        return [found.get(key) for key in keys]

    return DataLoader(load_fn=load)


def many(
    question: Callable[[Source, Iterable[Iri]], Mapping[Iri, tuple[Answer, ...]]], source: Source
) -> "Many[Answer]":
    """A question that has any number of answers for a subject."""

    async def load(keys: list[Iri]) -> list[tuple[Answer, ...]]:
        found = await _asked(question, source, keys)
        return [found.get(key, ()) for key in keys]

    return DataLoader(load_fn=load)


async def _asked(
    question: Callable[[Source, Iterable[Iri]], Answer], source: Source, keys: list[Iri]
) -> Answer:
    return await asyncio.get_running_loop().run_in_executor(_ASKERS, question, source, keys)


def whole(question: Callable[[], Answer]) -> Callable[[], Awaitable[Answer]]:
    """A question about the whole mesh: asked once in a request, whoever waits for it."""

    async def load(keys: list[str]) -> list[Answer]:
        return [await run_in_threadpool(question)] * len(keys)

    loader = DataLoader[str, Answer](load_fn=load)
    return lambda: loader.load("")
