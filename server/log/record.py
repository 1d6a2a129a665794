"""One entry of the log: what was done, with which document, for whom and when. Its canonical bytes are a leaf."""

import re
from secrets import token_hex
from typing import Annotated

import msgspec

from ..documents import canonical

KIND = "record.v2"
_TIME = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z", re.ASCII)
_SALT = re.compile(r"[0-9a-f]{32}", re.ASCII)
KEY_ADDED = "key_added"  #: its subject is not a document but the public half of a key, which signs from here on
TRUNCATION_ACCEPTED = "truncation_accepted"  #: its subject is not a document but the checkpoint over what was lost
TENANT_CHECKPOINT = "tenant_checkpoint"  #: in the operator's log: its subject is a checkpoint of a tenant's log


class Record(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind", tag=KIND):
    """A record; `outcome` only of a replay, `checkpoint` only where that is its subject.

    The salt is random: a receipt shows the hash of a neighbouring record, and nobody can guess what is in that.
    """

    seq: Annotated[int, msgspec.Meta(ge=0, lt=canonical.MOST_INTEGER)]
    tenant: str
    actor: str
    subject: str
    action: str
    recorded_at: str
    software: str
    salt: str
    on_behalf_of: str = ""
    request_id: str = ""
    request_sha256: str = ""
    outcome: str = ""
    checkpoint: str = ""

    @property
    def body(self) -> bytes:
        """The canonical bytes, without what is empty."""
        return canonical.encode_checked(self)


def new_salt() -> str:
    """16 random bytes, in hex."""
    return token_hex(16)


_DECODER = msgspec.json.Decoder(Record)


def read_record(body: bytes) -> Record:
    """What `Record.body` wrote; a ValueError where it is not exactly that."""
    try:
        record = _DECODER.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"no {KIND}: {error}") from None
    if record.body != body or not _TIME.fullmatch(record.recorded_at) or not _SALT.fullmatch(record.salt):
        raise ValueError(f"it is not as a {KIND} is written")
    return record
