"""Publishes products, one after the other, and tells each revision once it is acknowledged.

Each is published again, unchanged, with a warning: `!` tells that this is acknowledged as well.
"""

import sys
from itertools import count
from pathlib import Path

from test_publisher import GOVERNANCE, product, submission

from catalog_service.bootstrap import build
from catalog_service.domain.findings import Finding, Severity
from catalog_service.settings import Settings

with build(Settings(home=Path(sys.argv[1]))) as catalog:
    catalog.publisher.publish([submission(GOVERNANCE)], publisher="federation")
    print("ready", flush=True)  # noqa: T201 - the test reads it
    for number in count():
        name = f"orders{number % 20}"
        stated = product(name, version=f"1.{sys.argv[2]}.{number}")
        (outcome,) = catalog.publisher.publish([submission(stated, name)], publisher="ana")
        print(f"{outcome.subject} {outcome.revision}.", flush=True)  # noqa: T201 - the same
        found = Finding("unread-key", Severity.WARNING, "One key is not read.", file=f"{name}.ttl")
        noticed = {outcome.subject: (found,)}
        catalog.publisher.publish([submission(stated, name)], noticed, publisher="ana")
        print(f"{outcome.subject} {outcome.revision}!", flush=True)  # noqa: T201 - the same
