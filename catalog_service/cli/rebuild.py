"""polyseme rebuild: make graph and search index anew."""

from time import perf_counter

from catalog_service.cli.session import Given


def rebuild(*, session: Given) -> None:
    """Prove the journal, then make the graph and the search index anew from it."""
    asked = session.writes("text", "json")
    started = perf_counter()
    with session.writing() as catalog, session.out.busy("rebuilding"):
        revision = catalog.rebuild()
        figures = {
            "revision": revision,
            "documents": len(catalog.index),
            "quads": len(catalog.store),
        }
    if asked == "json":
        session.out.json(figures)
        return
    session.out.line(
        f"rebuilt at revision {revision}: {figures['documents']:,} documents to search,"
        f" {figures['quads']:,} quads · {perf_counter() - started:.2f} s"
    )
