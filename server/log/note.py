"""Signed notes (C2SP signed-note): a text and who signed it, with Ed25519, as Go's sumdb writes and reads them."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_BYTES, KEY_ID_BYTES, SIGNATURE_BYTES = 32, 4, 64
PRIVATE = "PRIVATE+KEY+"
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")  #: what a line of a note can carry, in UTF-8
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")

SigningKey = tuple[str, bytes]  #: name and id of a key


class NoteRefused(ValueError):
    """A note that is malformed, or that no known key has signed.

    The message never repeats the text: it may come from a file, and that may be the wrong one.
    """


def is_key_name(text: str) -> bool:
    """Whether a key may have this name: not empty, without spaces, '+' and control characters."""
    return _NAME.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under a name: `name+id+key`."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """The key of a line; a ValueError that does not repeat the line if it is none."""
        name, _, id_and_key = text.strip().partition("+")
        key_id, _, encoded = id_and_key.partition("+")
        verifier = cls(name, _key(encoded))
        if not is_key_name(name) or key_id != verifier.key_id.hex():
            raise ValueError("no verifier key")
        return verifier

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:KEY_ID_BYTES]

    @property
    def signing_key(self) -> SigningKey:
        return self.name, self.key_id

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(ED25519 + self.public).decode()}"

    def accepts(self, text: str, signature: bytes) -> bool:
        """Whether the signature is this key's over the text."""
        try:
            _public_key(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under a name: `PRIVATE+KEY+name+id+seed`."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "Signer":
        """The key of a line; a ValueError that does not repeat the line if it is none."""
        name, _, id_and_key = text.strip().removeprefix(PRIVATE).partition("+")
        key_id, _, encoded = id_and_key.partition("+")
        signer = cls(name, _key(encoded))
        if not text.startswith(PRIVATE) or not is_key_name(name) or key_id != signer.verifier.key_id.hex():
            raise ValueError("no signer key")
        return signer

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, _public_half(self.seed))

    @property
    def line(self) -> str:
        """The key as a line of a key file. A secret."""
        return f"{PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{b64encode(ED25519 + self.seed).decode()}"

    def signature(self, text: str) -> str:
        """The line that a note carries below its text."""
        signed = b64encode(self.verifier.key_id + _private_key(self.seed).sign(text.encode())).decode()
        return f"— {self.name} {signed}\n"


def sign(text: str, signers: Iterable[Signer]) -> str:
    """The text as a note that every signer signed."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise ValueError("a note is lines of text without control characters")
    return text + "\n" + "".join(signer.signature(text) for signer in signers)


def open_note(note: str, verifiers: Iterable[Verifier]) -> str:
    """The text of a note that a known key has signed, and on which no known key's signature is wrong."""
    known = {key.signing_key: key for key in verifiers}
    text, signatures = _parts(note)
    accepted = False
    for name, signed in signatures:
        key = known.get((name, signed[:KEY_ID_BYTES]))
        if key and not key.accepts(text, signed[KEY_ID_BYTES:]):
            raise NoteRefused(f"the signature of {name} is not over this text")
        accepted = accepted or key is not None
    if not accepted:
        raise NoteRefused("no known key has signed this")
    return text


def signed_by(note: str) -> list[SigningKey]:
    """The keys that a note names as its signers, line by line; nothing is verified."""
    return [(name, signed[:KEY_ID_BYTES]) for name, signed in _parts(note)[1]]


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, blank, below = note.rpartition("\n\n")
    lines = below.removesuffix("\n").split("\n")
    if not blank or not below.endswith("\n") or _CONTROL.search(note):
        raise NoteRefused("no signed note: a text, an empty line, and lines of signatures")
    return text + "\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    match = re.fullmatch(r"— ([^\s+]+) (\S+)", line)
    try:
        signed = b64decode(match[2], validate=True) if match else b""
    except ValueError:  # also where a letter is no ASCII
        signed = b""
    if match is None or len(signed) <= KEY_ID_BYTES or b64encode(signed).decode() != match[2]:
        raise NoteRefused("a line below the text is no signature")
    return match[1], signed


@lru_cache(maxsize=64)
def _private_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


@lru_cache(maxsize=64)
def _public_half(seed: bytes) -> bytes:
    return _private_key(seed).public_key().public_bytes_raw()


@lru_cache(maxsize=64)
def _public_key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


def _key(encoded: str) -> bytes:
    try:
        key = b64decode(encoded, validate=True)
    except ValueError:  # also where a letter is no ASCII
        key = b""
    if key[:1] != ED25519 or len(key) != 1 + KEY_BYTES:
        raise ValueError("no Ed25519 key")
    return key[1:]
