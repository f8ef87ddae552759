"""What to call a thing that nobody gave a label."""

from urllib.parse import unquote

from catalog_service.terms import PREFIXES, Iri


def short(named: Iri) -> str:
    """The last segment or fragment of an IRI, decoded: `orders` of `https://mesh.example/orders`.

    The address itself where the IRI is a mailbox; the whole IRI where nothing else is left.
    """
    if named.startswith("mailto:"):
        return unquote(named.removeprefix("mailto:"))
    trimmed = named.rstrip("/#")
    last = trimmed[max(trimmed.rfind("/"), trimmed.rfind("#"), trimmed.rfind(":")) + 1 :]
    return unquote(last) or named


def compact(named: Iri) -> str:
    """The IRI with one of the catalog's prefixes, such as `pm:Domain`; in full where none fits."""
    for prefix, base in PREFIXES.items():
        local = named.removeprefix(base)
        if local != named and local and "/" not in local:
            return f"{prefix}:{local}"
    return named
