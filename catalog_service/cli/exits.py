"""What the command's exit code says, the same for every verb."""

from collections.abc import Iterable

from catalog_service.domain.findings import Finding, Severity
from catalog_service.errors import CatalogError, Unavailable, Unreadable

FINE = 0
FINDINGS = 1
"""Something does not conform."""
USAGE = 2
"""The command line, the configuration or the question is wrong."""
UNCHECKED = 3
"""Something could not be read or checked: a file, a service, or a fault of ours."""
INTERRUPTED = 130
BROKEN_PIPE = 141


def of(fault: CatalogError) -> int:
    """The exit code of an error: 3 where trying again may help, 2 where the caller must mend it."""
    return UNCHECKED if isinstance(fault, Unavailable | Unreadable) else USAGE


def judged(
    findings: Iterable[Finding], *, unread: bool, fail_on: Severity = Severity.VIOLATION
) -> int:
    """The exit code of a check. What could not be read weighs more than what does not conform."""
    if unread:
        return UNCHECKED
    weighs = (f.waiver is None and f.severity.weight >= fail_on.weight for f in findings)
    return FINDINGS if any(weighs) else FINE
