"""Why no connection comes about to a server that is there: TLS that fails is met once more, and read closely.

gRPC says "failed to connect to all addresses" of a wrong authority, of an expired certificate and of no TLS alike.
"""

import asyncio
import ssl

import grpc

from .credentials import Credentials, host_and_port
from .errors import SeawallError

SECONDS = 2  #: for the connection, and for the server's first word on it

#: X509_V_ERR numbers of OpenSSL, which verify_code of the standard library gives.
NOT_YET_VALID, EXPIRED, OTHER_NAMES = 9, 10, (62, 64)
NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "UNEXPECTED_MESSAGE")

NO_TLS_SPOKEN = "it has no TLS. Leave out --ca, and send it no token unless it is on this machine."


class NotConnected(SeawallError):
    """A server is there, and no connection to it comes about; the text says why."""


async def check(address: str, credentials: Credentials) -> None:
    """Raises NotConnected where TLS with this server must fail; nothing where nobody answers or all is well."""
    place = host_and_port(address)
    if place is None:
        return
    context = credentials.tls_context()
    why = await (_why_plain(*place) if context is None else _why_tls(*place, context, credentials))
    if why:
        raise NotConnected(grpc.StatusCode.UNAVAILABLE, f"No connection to the server at {address}: {why}")


async def _why_plain(host: str, port: int) -> str:
    """Of a caller without TLS: whether the server takes nothing else."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    try:
        await _first_word(host, port, anybody)
    except ssl.SSLError as error:
        if error.reason in NO_TLS:
            return ""
    except OSError:  # nobody there, or somebody who hangs up on TLS
        return ""
    return "it takes TLS only. Name the authority of its certificate with --ca FILE."


async def _why_tls(host: str, port: int, context: ssl.SSLContext, credentials: Credentials) -> str:
    try:
        heard = await _first_word(host, port, context)
    except ssl.SSLCertVerificationError as error:
        return _why_not_trusted(error, host, credentials)
    except ssl.SSLError as error:
        return NO_TLS_SPOKEN if error.reason in NO_TLS else _why_not_taken(credentials)
    except OSError:
        return ""
    return "" if heard else _why_not_taken(credentials)


def _why_not_taken(credentials: Credentials) -> str:
    """Of a server that hangs up once it knows the caller: it says no more than that."""
    if credentials.cert is None:
        return "it hangs up on a caller without a certificate. Give yours with --cert FILE and --cert-key FILE."
    return (
        f"it hangs up on a caller with the certificate {credentials.cert}. It has expired, or comes from an authority"
        " that the server does not take: its log says which."
    )


def _why_not_trusted(error: ssl.SSLCertVerificationError, host: str, credentials: Credentials) -> str:
    if error.verify_code == EXPIRED:
        return "its certificate has expired. Its operator has to replace it; if not so, set this machine's clock."
    if error.verify_code == NOT_YET_VALID:
        return "its certificate is not valid yet. Compare this machine's clock with the server's."
    if error.verify_code in OTHER_NAMES:
        return f"its certificate does not name {host}. Call it by a name that its certificate has."
    return (
        f"its certificate comes from no authority in {credentials.ca} ({error.verify_message}). Ask its operator for"
        " the right file. If you did, somebody else answers there."
    )


async def _first_word(host: str, port: int, context: ssl.SSLContext) -> bool:
    """Connect as gRPC does and wait for the server's first byte; false where it hangs up without one.

    A server refuses a caller after that caller's handshake, and gRPC's then sends no alert.
    """
    context.set_alpn_protocols(["h2"])
    try:
        async with asyncio.timeout(SECONDS):
            reader, writer = await asyncio.open_connection(host, port, ssl=context)
            try:
                return bool(await reader.read(1))
            finally:
                writer.transport.abort()
    except TimeoutError:
        return True
