"""The gRPC channel to a cluster."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import grpc.aio  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID
from pydgraph.proto import api_pb2 as api  # type: ignore[import-untyped]

from atoll._version import __version__
from atoll.connections.dgraph.address import Address

CONNECT_SECONDS = 10.0
"""For connecting to one address, TLS handshake included."""

IDLE_SECONDS = 300
"""After which an unused connection is closed."""

_UNKNOWN = (grpc.ChannelConnectivity.IDLE, grpc.ChannelConnectivity.CONNECTING)

_AROUND = 1 << 16
"""Bytes of a message beside its payload."""


class Channel:
    """One HTTP/2 connection, shared by all statements; made again when it is lost."""

    def __init__(self, address: Address, channel: Any) -> None:
        self._channel = channel
        self._users = 0
        self._unused = asyncio.Event()
        self._metadata = (("authorization", address.authorization),) * bool(address.authorization)
        self._calls = {
            method: channel.unary_unary(
                f"/api.Dgraph/{method}",
                request_serializer=request.SerializeToString,
                response_deserializer=response.FromString,
            )
            for method, request, response in (
                ("Query", api.Request, api.Response),
                ("Alter", api.Operation, api.Payload),
                ("Login", api.LoginRequest, api.Response),
            )
        }

    @property
    def connected(self) -> bool:
        return self._state() is grpc.ChannelConnectivity.READY

    @property
    def failed(self) -> bool:
        """Whether the last try to connect failed. It waits then before the next one, and refuses
        calls meanwhile, also when the server is back: a new channel tries at once."""
        return self._state() is grpc.ChannelConnectivity.TRANSIENT_FAILURE

    async def call(
        self, method: str, request: Any, seconds: float, metadata: Sequence[tuple[str, str]] = ()
    ) -> Any:
        """One call, which the server is to answer within ``seconds``.

        Raises:
            grpc.aio.AioRpcError: of the library.
        """
        self._users += 1
        try:
            await self._settled()
            sent = (*self._metadata, *metadata)
            return await self._calls[method](request, timeout=seconds, metadata=sent)
        finally:
            self._users -= 1
            if not self._users:
                self._unused.set()

    async def close(self) -> None:
        """Once its calls have ended."""
        while self._users:
            self._unused.clear()
            await self._unused.wait()
        await self._channel.close()

    async def _settled(self) -> None:
        """Until it is known whether there is a connection."""
        while (state := self._channel.get_state(try_to_connect=True)) in _UNKNOWN:
            await self._channel.wait_for_state_change(state)

    def _state(self) -> Any:
        return self._channel.get_state()


async def open_channel(address: Address, *, max_bytes: int) -> Channel:
    """A channel that connects with its first call.

    Raises:
        OSError: ``unverified`` TLS, and the certificate could not be fetched.
    """
    options = [
        ("grpc.max_receive_message_length", max_bytes + _AROUND),
        ("grpc.max_send_message_length", -1),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1000),
        # In spite of its name, the least time that connecting may take.
        ("grpc.min_reconnect_backoff_ms", round(CONNECT_SECONDS * 1000)),
        ("grpc.client_idle_timeout_ms", IDLE_SECONDS * 1000),
        ("grpc.enable_http_proxy", 0),
        ("grpc.service_config_disable_resolution", 1),
        # Channels to one address share their connections otherwise, also after one is closed.
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.primary_user_agent", f"atoll/{__version__}"),
    ]
    if address.tls == "off":
        return Channel(address, grpc.aio.insecure_channel(address.target, options))
    if address.tls == "verified":
        roots = await asyncio.to_thread(_authorities)
    else:
        roots, shown = await _shown_certificate(address)
        options.append(("grpc.ssl_target_name_override", shown))
    credentials = grpc.ssl_channel_credentials(roots)
    return Channel(address, grpc.aio.secure_channel(address.target, credentials, options))


def _authorities() -> bytes | None:
    """Those that the machine trusts, or the library's own where it has none."""
    paths = ssl.get_default_verify_paths()
    files = [Path(paths.cafile)] if paths.cafile else []
    if not files and paths.capath:
        files = sorted(file for file in Path(paths.capath).iterdir() if file.is_file())
    return b"\n".join(file.read_bytes() for file in files) or None


async def _shown_certificate(address: Address) -> tuple[bytes, str]:
    """The certificate that the server shows, and a name in it.

    The library has no TLS without checks. What is the same: to trust this one certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    async with asyncio.timeout(CONNECT_SECONDS):
        _, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
    try:
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.transport.abort()
    return ssl.DER_cert_to_PEM_cert(shown).encode(), _name(x509.load_der_x509_certificate(shown))


def _name(certificate: x509.Certificate) -> str:
    try:
        names = certificate.extensions.get_extension_for_oid(
            ExtensionOID.SUBJECT_ALTERNATIVE_NAME
        ).value
        assert isinstance(names, x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(common[0].value) if common else ""
    for kind in (x509.DNSName, x509.IPAddress):
        if found := names.get_values_for_type(kind):
            return str(found[0])
    return ""
