"""A connection to a server that speaks Spark Connect: Spark itself, or Sail."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from catalog_service.errors import Misconfigured, Unavailable

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession
    from pyspark.sql.types import StructType

_PATIENCE: Final = 10.0
"""Seconds that a server may take until it answers."""

_SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.variable.substitute": "false",
}
"""Moments without a zone stay what they are, sums that do not fit fail, and `${...}` in a value is
text: Spark would put a setting of its own or a variable of its environment in its place."""


@contextmanager
def connected(url: str) -> Iterator["SparkSession"]:
    """A session of one's own on a server; all that was named in it goes with it.

    Args:
        url: its address, such as `sc://127.0.0.1:15002`.

    Raises:
        Unavailable: the server does not answer, or the client is not installed.
        Misconfigured: the address is none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the client warns of versions of libraries that we pin
        session = _opened(url)
    try:
        yield session
    finally:
        if not session.client.is_closed:
            with suppress(*fault_type()):  # the server may be gone, or have let go of it already
                session.client.release_session()
        session.client.close()


def fault_type() -> tuple[type[BaseException], ...]:
    """What the client raises, whatever goes wrong on the way or at the other end."""
    import grpc  # noqa: PLC0415 - comes with the client
    from pyspark.errors import PySparkException  # noqa: PLC0415

    return PySparkException, grpc.RpcError, ValueError  # the last where its channel is closed


def shape(schema: pa.Schema) -> "StructType":
    """The columns of an Arrow table as Spark declares them, moments without a zone kept so."""
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415 - large, seldom wanted

    return from_arrow_schema(schema, prefer_timestamp_ntz=True)


def _opened(url: str) -> "SparkSession":
    connect = _client()
    import grpc  # noqa: PLC0415 - comes with the client

    retries, builders, sessions, faults = connect
    try:
        channel = builders.DefaultChannelBuilder(url).toChannel()
    except faults.PySparkException as fault:
        raise Misconfigured(
            f"spark_url: {url!r} is no address of Spark Connect", hint="write sc://host:15002"
        ) from fault
    try:
        grpc.channel_ready_future(channel).result(timeout=_PATIENCE)
    except grpc.FutureTimeoutError as fault:
        raise Unavailable(
            "the Spark server does not answer", hint="start it, or mend `spark_url`"
        ) from fault
    finally:
        channel.close()
    session: SparkSession = sessions.SparkSession(connection=url)
    session.client.set_retry_policies([retries.DefaultPolicy(max_retries=2, max_backoff=500)])
    # Threads that would let go of reattachable answers are shared by all sessions of the process,
    # and wait for each other forever where one session ends while another is being read.
    session.client.disable_reattachable_execute()
    for name, value in _SETTINGS.items():
        session.conf.set(name, value)
    return session


def _client() -> tuple[ModuleType, ModuleType, ModuleType, ModuleType]:
    try:
        from pyspark.errors import exceptions  # noqa: PLC0415 - large, and seldom wanted
        from pyspark.sql.connect import session  # noqa: PLC0415
        from pyspark.sql.connect.client import core, retries  # noqa: PLC0415
    except ImportError as fault:
        raise Unavailable(
            "the client of Spark is not installed", hint="pip install 'polyseme[spark]'"
        ) from fault
    return retries, core, session, exceptions.base
