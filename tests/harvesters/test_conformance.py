"""Every harvester that is registered keeps the contract, over its own samples and hostile input."""

from pathlib import Path

import pytest

from catalog_service.harvesting.registry import harvesters
from catalog_service.harvesting.suite import Claim, claims

ROOT = Path(__file__).parents[2]
ALL = [
    claim
    for kind, harvester in harvesters().items()
    for claim in claims(harvester, ROOT / "harvesters" / kind / "samples")
]


@pytest.mark.parametrize("claim", ALL, ids=str)
def test_a_harvester_keeps_the_contract(claim: Claim, tmp_path: Path) -> None:
    claim.prove(tmp_path)
