"""How much memory a mesh takes, against rdflib holding the same graph."""

import subprocess
import sys
import tempfile
from pathlib import Path

from bench import mesh
from bench.machine import table
from catalog_service.bootstrap import build
from catalog_service.settings import Settings

_OURS = """
import sys
from pathlib import Path
from bench.machine import resident
from catalog_service.bootstrap import build
from catalog_service.settings import Settings
from catalog_service.graph import Store
catalog = build(Settings(home=Path(sys.argv[1])), write=False)
empty = resident()
catalog.store
print(len(catalog.store), empty, resident())
"""
_RDFLIB = """
import sys, rdflib
from bench.machine import resident
empty = resident()
dataset = rdflib.Dataset(default_union=True)
dataset.parse(sys.argv[1], format="nquads")
print(len(dataset), empty, resident())
"""


def main(products: int = 1_000) -> None:
    """Publish a mesh, then load it in a fresh process each."""
    with tempfile.TemporaryDirectory() as folder:
        home, dump = Path(folder) / "home", Path(folder) / "dump.nq"
        mesh.write(Path(folder) / "mesh", products)
        with build(Settings(home=home, base_iri=mesh.BASE)) as catalog:
            catalog.publish(catalog.read([Path(folder) / "mesh"]))
            dump.write_bytes(b"".join(catalog.projection.contents()))
        disk = sum(f.stat().st_size for f in home.rglob("*") if f.is_file()) / 2**20
        ours, rdflib = loaded(_OURS, home), loaded(_RDFLIB, dump)
    table(
        f"Memory at {products:,} products",
        ("", "quads", "process before MiB", "with the mesh MiB", "the mesh alone MiB", "ratio"),
        [
            ("polyseme", *ours, ours[2] - ours[1], (rdflib[2] - rdflib[1]) / (ours[2] - ours[1])),
            ("rdflib", *rdflib, rdflib[2] - rdflib[1], 1.0),
        ],
    )
    print(f"\nOn disk: {disk:.1f} MiB for journal and search index.")


def loaded(code: str, path: Path) -> tuple[int, float, float]:
    """Quads, and the memory of a fresh process before and after it loaded them, in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True
    )
    quads, before, after = done.stdout.split()
    return int(quads), float(before), float(after)


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:]))
