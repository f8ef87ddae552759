"""What all tests share: seeded randomness, and the files that others wrote, where they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]
REALDATA = ROOT.parent / "shared" / "realdata"

settings.register_profile(
    "seeded",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("seeded")


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of files that others wrote; a test that needs it is skipped where it is absent."""
    if not REALDATA.is_dir():
        pytest.skip(f"no {REALDATA.name} folder beside this checkout")
    return REALDATA


@pytest.fixture(autouse=True)
def literals_as_written() -> Iterator[None]:
    """Literals are kept as they are written, as in the gate; pySHACL's own door undoes that."""
    rdflib.NORMALIZE_LITERALS = False
    yield
    rdflib.NORMALIZE_LITERALS = False
