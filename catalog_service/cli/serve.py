"""polyseme serve: the catalog over HTTP."""

import gc
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn

from catalog_service.api.app import check_exposure, create_app
from catalog_service.api.graphql.subscriptions import Subscriptions
from catalog_service.api.guard import MAX_BODY
from catalog_service.bootstrap import build
from catalog_service.cli.exits import FINE
from catalog_service.cli.session import Given, Session
from catalog_service.errors import Misconfigured

_DRAIN_SECONDS = 20


def serve(*, host: str | None = None, port: int | None = None, session: Given) -> None:
    """Serve the catalog over HTTP until told to stop.

    Without a token (POLYSEME_TOKEN) it serves this machine only.

    Args:
        host: The address to listen on; 127.0.0.1 by default.
        port: The port; 8000 by default, 0 for any that is free.
        session: What every verb is given.
    """
    session.writes("text")
    signal.signal(signal.SIGTERM, _stopped)
    settings = session.settings(host=host, port=port)
    check_exposure(settings)
    with _listening(settings.host, settings.port) as listener, build(settings) as catalog:
        with session.out.busy("filling the graph"):
            app = create_app(catalog)
            revision = catalog.projection.revision
            _settled()
        address = _address(settings.host, listener)
        greeting = f"serving revision {revision} on {address} · stop with Ctrl-C"
        subscriptions = app.state.subscriptions
        _Server(app, subscriptions, session, greeting).run(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn, which says when it is there, and for which SIGTERM is a good end."""

    def __init__(
        self,
        app: Callable[..., Any],
        subscriptions: Subscriptions,
        session: Session,
        greeting: str,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,  # the command has set up logging
                access_log=session.verbose,
                proxy_headers=False,  # nobody in front is trusted to say who asks
                server_header=False,
                ws_max_size=MAX_BODY,
                ws_per_message_deflate=False,  # what is small when it comes stays small
                timeout_graceful_shutdown=_DRAIN_SECONDS,
            )
        )
        self._subscriptions = subscriptions
        self._session = session
        self._greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and say so."""
        await super().startup(sockets)
        self._session.out.line((self._greeting, "bold"))
        sys.stdout.flush()  # whoever started the server in the background waits for it

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of those who follow the feed, then wait for whom an answer is on its way to."""
        self._subscriptions.stop()
        await super().shutdown(sockets)


def _settled() -> None:
    """Take what is there now out of what is looked through for garbage, again and again."""
    gc.collect()
    gc.freeze()


def _stopped(_: int, __: FrameType | None) -> None:
    """End well: before the server runs, or when it has shut down and passes the signal on."""
    sys.exit(FINE)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as fault:
        raise Misconfigured(
            f"cannot listen on {host} port {port}: {fault.strerror}",
            hint="end what is listening there, or choose another --port",
        ) from fault
    # A response is written in two parts, and the kernel would keep the second back for 40 ms. Every
    # connection takes this over; asyncio sets it by itself only on sockets that it has opened.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _address(host: str, listener: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}"
