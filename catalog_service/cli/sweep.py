"""polyseme sweep: judge what is published anew, and recover what fell out."""

import os
from time import perf_counter
from typing import Literal

from catalog_service.cli.exits import INTERRUPTED
from catalog_service.cli.formats import FORMATS, targets
from catalog_service.cli.session import Given
from catalog_service.cli.swept import report
from catalog_service.cli.writing import write
from catalog_service.domain.findings import Severity


def sweep(
    *,
    full: bool = False,
    no_recover: bool = False,
    fail_on: Literal["violation", "warning"] = "violation",
    exit_zero: bool = False,
    processes: int = 0,
    output: tuple[str, ...] = (),
    session: Given,
) -> int:
    """Judge all that is published at the runtime gate, by the clock and by what was measured.

    What nothing has changed for since the last sweep is carried over. What no longer conforms stays
    published; it is read again from its source, or rolled back, where it then conforms.

    Args:
        full: Judge everything, and carry nothing over.
        no_recover: Only detect: recover nothing.
        fail_on: The weight from which a finding makes the exit code 1.
        exit_zero: Exit 0 whatever is found; what could not be judged still exits 3.
        processes: How many processes judge; one for each processor by default.
        output: A file to write the report to, as FORMAT:PATH; may be repeated.
        session: What every verb is given.
    """
    session.writes(*FORMATS)
    outputs = targets(output)
    started = perf_counter()
    wanted = processes if processes > 0 else len(os.sched_getaffinity(0))
    with session.writing() as catalog:
        with session.out.busy("sweeping"):
            swept = catalog.sweep(full=full, recover=not no_recover, processes=wanted)
        told = report(swept, catalog, Severity(fail_on), exit_zero=exit_zero)
        code = write(session, told, catalog, started=started, outputs=outputs)
    return INTERRUPTED if swept.left else code
