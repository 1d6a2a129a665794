"""Page tokens: sealed, so that a caller reads no position in them and can make none.

Their key is derived from that of the log, so every server of one database opens them, also after it was replaced for as
long as the old one signs. They are a tenant's: another one's is none.
"""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..log.note import Signer

NONCE_BYTES, KEY_BYTES = 12, 32
PURPOSE = b"seawall page token"
_PLACE = struct.Struct(">q8s")  #: the last position on a page, and the list that it is of


class TokenRefused(ValueError):
    """A token of another tenant, of another list or of nobody."""


def sealed(signers: Sequence[Signer], tenant: str, list_hash: bytes, position: int) -> str:
    """The token of a place in a list, under the newest of the keys."""
    nonce, cipher = token_bytes(NONCE_BYTES), _cipher(signers[-1].seed)
    place = cipher.encrypt(nonce, _PLACE.pack(position, list_hash), tenant.encode())
    return _encoded(nonce + place)


def opened(signers: Sequence[Signer], tenant: str, list_hash: bytes, token: str) -> int:
    """The position in a token of this list; raises `TokenRefused` for any other text."""
    content = _decoded(token)
    for signer in reversed(signers):
        try:
            place = _cipher(signer.seed).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], tenant.encode())
        except (InvalidTag, ValueError):  # too short for a nonce
            continue
        position, list_of_token = _PLACE.unpack(place)
        if list_of_token == list_hash and position > 0:
            return int(position)
    raise TokenRefused


def _decoded(token: str) -> bytes:
    """The bytes of a token, which has one spelling for each."""
    try:
        content = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise TokenRefused from None
    if _encoded(content) != token:
        raise TokenRefused
    return content


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


@lru_cache(maxsize=8)
def _cipher(seed: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=PURPOSE).derive(seed))
