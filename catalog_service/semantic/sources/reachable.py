"""Addresses of services that may be asked over the network."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.faults import unavailable


def see_where(relation: Relation, address: str, *, loopback: bool) -> None:
    """See that an address is no place that only this machine can reach.

    Args:
        relation: what is read there.
        address: the address of the service.
        loopback: whether the settings allow it to be on this machine.

    Raises:
        SourceUnavailable: it is such a place, and the settings do not allow it; or it has none.
    """
    at = urlsplit(address)
    try:
        found = socket.getaddrinfo(at.hostname, at.port or at.scheme, type=socket.SOCK_STREAM)
    except OSError as fault:
        raise unavailable(relation, "its service cannot be found") from fault
    for *_, place in found:
        there = ip_address(str(place[0]).partition("%")[0])
        there = getattr(there, "ipv4_mapped", None) or there
        never = there.is_link_local or there.is_unspecified or there.is_multicast
        if never or (there.is_loopback and not loopback):
            raise unavailable(
                relation,
                "its service is at an address that may not be asked",
                hint="set `loopback = true` for its connection, if it is to be this machine",
            )
