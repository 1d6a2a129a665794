"""An API key: `swk_`, its id, and a secret. The id may be read by anybody; of the key itself only the hash is kept."""

import re
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from typing import NamedTuple

_KEY = re.compile(r"swk_([0-9a-f]{12})_[A-Za-z0-9_-]{43}", re.ASCII)


class ApiKey(NamedTuple):
    """A key with the id that it names."""

    key_id: str  #: 12 hex digits
    text: str  #: the id with `swk_` before it, and `_` with 43 characters of base64url behind it

    @property
    def sha256(self) -> str:
        """Of the whole key; its secret has 256 random bits, so that no hash of a slow kind is needed."""
        return sha256(self.text.encode()).hexdigest()


def new_api_key() -> ApiKey:
    """A key that nobody has."""
    key_id = token_hex(6)
    return ApiKey(key_id, f"swk_{key_id}_{token_urlsafe(32)}")


def read_api_key(text: str) -> ApiKey | None:
    """A key as a caller sends it; None where it is none."""
    match = _KEY.fullmatch(text)
    return ApiKey(match[1], text) if match else None
