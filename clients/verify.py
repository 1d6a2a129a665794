"""Checks a receipt, offline, with nothing but Python's standard library: one file, to be copied anywhere.

    python verify.py --key NAME+ID+KEY RECEIPT [DOCUMENT]
    python verify.py --key NAME+ID+KEY RECEIPT SWEEP --row ROW
    python verify.py --key NAME+ID+KEY --checkpoint FILE

It shares no code with the server, on purpose. The public key comes from the operator of the log, never from the server
that is being checked. Exit status: 0 right, 1 wrong, 2 wrong usage.
"""

import argparse
import json
import re
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any, NamedTuple

HEADER = "c2sp.org/tlog-proof@v1"
ED25519, HASH_BYTES = b"\x01", 32
STILL = 2**63  #: above every size: until which a key counts that signs today

#: The fields of a record, each text of this form; `seq`, its number, is the only other one.
RECORD = {
    "kind": r"record\.v2",
    "tenant": r".+",
    "actor": r".+",
    "subject": r"sha256:[0-9a-f]{64}",
    "action": r"[a-z][a-z_]*",
    "recorded_at": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z",
    "software": r".+",
    "salt": r"[0-9a-f]{32}",
    "on_behalf_of": r".+",
    "request_id": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "request_sha256": r"[0-9a-f]{64}",
    "outcome": r"[a-z][a-z_]*",
    "checkpoint": r".+",
}
OPTIONAL = ("on_behalf_of", "request_id", "request_sha256", "outcome", "checkpoint")  #: left out where there is none
OF_CHECKPOINTS = ("truncation_accepted", "tenant_checkpoint")  #: actions whose subject is a checkpoint
TENANT = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"  #: what follows the name of an installation in the origin of a log


class Wrong(ValueError):
    """The check failed: nothing is proven."""


class NoKey(Wrong):
    """This is no public key of a log. The text does not repeat it: it may be a secret."""


class Key(NamedTuple):
    """A public key of a log, and the sizes of the checkpoints at which its signature counts: `first` to `last`.

    Its signatures begin with the four bytes of its id.
    """

    name: str
    public: bytes
    first: int = 0
    last: int = STILL

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]


class Checkpoint(NamedTuple):
    """A head of the log that a known key has signed."""

    origin: str
    size: int
    root: bytes


class Shown(NamedTuple):
    """What a receipt shows: the record, its number, and the log that it is in."""

    record: dict[str, Any]
    number: int
    checkpoint: Checkpoint


def check_receipt(text: str, keys: Iterable[str]) -> Shown:
    """The record of a receipt, which is in the log that a key has signed; else raises `Wrong`."""
    head, blank, note = text.partition("\n\n")
    header, extra, index, *proof = [*head.split("\n"), "", ""]
    if not blank or header != HEADER or not extra.startswith("extra ") or not index.startswith("index "):
        raise Wrong("this is no receipt: header, extra, index, hashes, an empty line, a checkpoint")
    checkpoint = check_checkpoint(note, keys)
    body, number = _base64(extra[6:]), _number(index[6:])
    hashes = [_hash(line) for line in proof if line]
    root = root_of_inclusion(number, checkpoint.size, sha256(b"\x00" + body).digest(), hashes)
    if root != checkpoint.root:
        raise Wrong(f"the record is not number {number} of the log that was signed")
    record = record_of(body)
    if record["seq"] != number:
        raise Wrong(f"the record says that it is number {record['seq']}, the receipt {number}")
    return Shown(record, number, checkpoint)


def record_of(body: bytes) -> dict[str, Any]:
    """The record of these bytes, each field exactly as it is specified and written; else raises `Wrong`."""
    try:
        record = json.loads(body)
        canonical = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Wrong("what the receipt carries is no record: it is no JSON") from None
    if not isinstance(record, dict) or canonical != body or b"\x7f" in body:
        raise Wrong("what the receipt carries is no record: it is no object in canonical form")
    if unknown := record.keys() - RECORD.keys() - {"seq"}:
        raise Wrong(f"the record has a field that no record has: {min(unknown)[:60]!r}")
    if missing := RECORD.keys() - record.keys() - {*OPTIONAL}:
        raise Wrong(f"the record lacks the field {min(missing)}")
    if type(record.get("seq")) is not int:
        raise Wrong("the record has no number: its seq is no integer")
    for name in record.keys() - {"seq"}:
        text = record[name]
        if not isinstance(text, str) or not re.fullmatch(RECORD[name], text, re.ASCII | re.DOTALL):
            raise Wrong(f"the record is not as records are written: its {name} is {str(text)[:60]!r}")
    for name, expected in (
        ("request_sha256", "request_id" in record),
        ("outcome", record["action"] == "replayed"),
        ("checkpoint", record["action"] in OF_CHECKPOINTS),
    ):
        if (name in record) != expected:
            raise Wrong(f"the record {'lacks its' if expected else 'must not have a'} {name}")
    return record


def check_checkpoint(note: str, keys: Iterable[str]) -> Checkpoint:
    """What a checkpoint says, which the newest key that counts at its size has signed; else raises `Wrong`."""
    text, blank, signatures = note.rpartition("\n\n")
    lines = text.split("\n")
    if not blank or len(lines) < 3 or not note.endswith("\n"):
        raise Wrong("this is no signed checkpoint: origin, size, root, an empty line, signatures")
    known = [_key(key) for key in keys]
    own = {(key.name, key.key_id): key for key in _keys_of(lines[0], known)}  # no other log signs for this one
    if not own:
        names = ", ".join(sorted({key.name for key in known}))
        raise Wrong(f"the checkpoint is of the log {lines[0]}, the keys are of {names}")
    signers = [key for line in signatures.split("\n")[:-1] if (key := _signed_by(text + "\n", line, own))]
    if not signers:
        raise Wrong("no key at hand has signed this checkpoint")
    checkpoint = Checkpoint(lines[0], _number(lines[1]), _hash(lines[2]))
    counting = [key for key in own.values() if key.first <= checkpoint.size <= key.last]
    if not any(key in signers for key in counting if key.first == max(each.first for each in counting)):
        raise Wrong(f"the newest key that counts at {_records(checkpoint.size)} has not signed this checkpoint")
    return checkpoint


def check_newest_checkpoint(note: str, keys: Sequence[str]) -> Checkpoint:
    """The same of the newest checkpoint of a log, which must be of the days of the newest key."""
    checkpoint = check_checkpoint(note, keys)
    first = max(key.first for key in _keys_of(checkpoint.origin, [_key(key) for key in keys]))
    if checkpoint.size < first:
        raise Wrong(
            f"the log has {_records(checkpoint.size)}, and its newest key, which counts from {first}, has not signed"
        )
    return checkpoint


def check_row(
    leaf: bytes, number: int, path: Sequence[bytes], sweep: bytes, receipt: str, keys: Iterable[str]
) -> dict[str, int]:
    """The entries of a row by their columns, which is in a sweep that is in the log; else raises `Wrong`.

    `sweep` are the bytes of the document of the sweep, and `receipt` is of the record about it.
    """
    subject, address = check_receipt(receipt, keys).record["subject"], f"sha256:{sha256(sweep).hexdigest()}"
    if subject != address:
        raise Wrong(f"the sweep is {address}, the record is about {subject}")
    try:
        document = json.loads(sweep)
        columns, rows, root = [str(name) for name in document["columns"]], int(document["rows"]), document["root"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Wrong("the document is no sweep: it has no columns, rows and root") from None
    if len(leaf) != 8 * len(columns):
        raise Wrong(f"row {number} has {len(leaf)} bytes, and {len(columns)} columns have {8 * len(columns)}")
    try:
        reached = root_of_inclusion(number, rows, sha256(b"\x00" + leaf).digest(), path)
    except Wrong as wrong:
        raise Wrong(f"row {number} of {rows}: {wrong}") from None
    if reached.hex() != root:
        raise Wrong(f"these are not the figures of row {number} of the sweep")
    entries = [int.from_bytes(leaf[at : at + 8], "big", signed=True) for at in range(0, len(leaf), 8)]
    return dict(zip(columns, entries, strict=True))


def check_consistency(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """That the old log is the beginning of the new one (RFC 9162, section 2.1.4.2); else `Wrong`."""
    if old.origin != new.origin or old.size > new.size or old.size < 1:
        raise Wrong(f"{_records(old.size)} of {old.origin} do not begin {new.size} of {new.origin}")
    if old.size == new.size:
        if proof or old.root != new.root:
            raise Wrong(f"two different logs of {_records(old.size)} were signed")
        return
    path = list(proof) if old.size & (old.size - 1) else [old.root, *proof]
    place, last = old.size - 1, new.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0] if path else b""
    for sibling in path[1:]:
        if not last:
            raise Wrong("the proof is too long")
        if place & 1 or place == last:
            first, second = _node(sibling, first), _node(sibling, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = _node(second, sibling)
        place, last = place >> 1, last >> 1
    if last or first != old.root or second != new.root:
        raise Wrong(f"the log of {_records(old.size)} is not the beginning of the one of {new.size}")


def root_of_inclusion(number: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2)."""
    if not 0 <= number < size:
        raise Wrong(f"there is no record {number} in a log of {size}")
    place, last, node = number, size - 1, leaf
    for sibling in proof:
        if not last:
            raise Wrong("the proof is too long")
        if place & 1 or place == last:
            node = _node(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = _node(node, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise Wrong("the proof is too short")
    return node


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _signed_by(text: str, line: str, keys: Mapping[tuple[str, bytes], Key]) -> Key | None:
    """The key at hand that made this signature; one of its own that is not over the text is `Wrong`."""
    dash, name, encoded = line.split(" ") if line.count(" ") == 2 else ("", "", "")
    signature = _base64(encoded)
    if dash != "—" or not name or len(signature) < 5:
        raise Wrong(f"{line[:60]!r} is no signature")
    key = keys.get((name, signature[:4]))
    if key and not ed25519_accepts(key.public, text.encode(), signature[4:]):
        raise Wrong(f"the signature of {name} is not over this checkpoint")
    return key


def _key(text: str) -> Key:
    """The key of a line of the published file: `NAME KEY FROM UNTIL`, or the key alone, which counts at every size."""
    origin, key_text, first, last = line if len(line := text.strip().split(" ")) == 4 else ("", text.strip(), "0", "-")
    name, _, numbered = key_text.partition("+")
    key_id, _, encoded = numbered.partition("+")
    try:
        public = _base64(encoded)
        sizes = _number(first), STILL if last == "-" else _number(last)
    except Wrong:
        public, sizes = b"", (0, 0)
    key = Key(name, public[1:], *sizes)
    if not name or public[:1] != ED25519 or len(public) != 33 or key_id != key.key_id.hex() or origin not in ("", name):
        raise NoKey("no key of a log: NAME+ID+KEY, or a file of lines NAME KEY FROM UNTIL, as keygen printed them")
    return key


def _keys_of(origin: str, known: Sequence[Key]) -> list[Key]:
    """The keys of a log. One that has none of its own is signed, from its first record on, by those of the installation
    that sign today, under its origin; the newest of them must."""
    own = [key for key in known if key.name == origin]
    installation, _, tenant = origin.rpartition("/")
    signing = [key for key in known if key.name == installation and key.last == STILL]
    if own or not signing or not re.fullmatch(TENANT, tenant, re.ASCII):
        return own
    oldest, newest = min(key.first for key in signing), max(key.first for key in signing)
    return [Key(origin, key.public, 1 if oldest < key.first == newest else 0) for key in signing]


def _base64(text: str) -> bytes:
    """The bytes of a text in base64, which has one spelling for each."""
    try:
        content = b64decode(text, validate=True)
    except ValueError:
        content = b""
    if b64encode(content).decode() != text:
        raise Wrong(f"{text[:60]!r} is not base64")
    return content


def _hash(text: str) -> bytes:
    digest = _base64(text)
    if len(digest) != HASH_BYTES:
        raise Wrong(f"{text[:60]!r} is no SHA-256")
    return digest


def _records(number: int) -> str:
    return f"{number} {'record' if number == 1 else 'records'}"


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or str(int(text[:20])) != text or int(text) >= 2**63:
        raise Wrong(f"{text[:60]!r} is no number")
    return int(text)


# Ed25519 (RFC 8032), in the words of its section 5.1. Verifying needs no secret, so it need not take constant time.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, x * y = T/Z


def ed25519_accepts(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is this key's over the message."""
    if len(signature) != 64:
        return False
    key, nonce = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return _equal(_times(scalar, BASE), _plus(nonce, _times(challenge, key)))


def _plus(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _plus(total, point)
        point, scalar = _plus(point, point), scalar >> 1
    return total


def _equal(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def _point(encoded: bytes) -> Point | None:
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = _x_of(y, sign) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def _x_of(y: int, sign: int) -> int | None:
    squared = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - squared) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


_BASE_Y = 4 * pow(5, -1, P) % P
_BASE_X = _x_of(_BASE_Y, 0) or 0
BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


def main(argv: list[str] | None = None) -> int:
    """Checks what the arguments name, and says what it shows."""
    parser = argparse.ArgumentParser(description="Check a Seawall receipt or checkpoint, offline.")
    parser.add_argument("--key", action="append", required=True, help="public key of the log, or a file of such keys")
    parser.add_argument("--checkpoint", type=Path, help="check only that a key has signed this checkpoint")
    parser.add_argument(
        "--row", type=Path, help="with the document of a sweep: a row of it, as `seawall sweep` writes it"
    )
    parser.add_argument("receipt", nargs="?", type=Path, help="a receipt, as `seawall execute` or GetProof gives it")
    parser.add_argument("document", nargs="?", type=Path, help="the bytes that the record is about")
    arguments = parser.parse_args(argv)
    if (arguments.receipt is None) == (arguments.checkpoint is None):
        parser.error("one of RECEIPT and --checkpoint")
    if arguments.row and not arguments.document:
        parser.error("--row takes a RECEIPT and the DOCUMENT of a sweep")
    try:
        keys = [line for key in arguments.key for line in keys_in(key)]
        for line in _checked(arguments, keys):
            print(line)
    except NoKey as none:
        print(f"--key: {none}", file=sys.stderr)
        return 2
    except (ValueError, OSError) as wrong:
        print(f"WRONG: {wrong}", file=sys.stderr)
        return 1
    return 0


def keys_in(argument: str) -> list[str]:
    """The keys of a file, or the key itself; `NoKey` where any of them is none."""
    keys = text_of(Path(argument)).split("\n") if Path(argument).is_file() else [argument]
    keys = [key for key in keys if key.strip()]
    if not keys:
        raise NoKey(f"{argument} is empty")
    for key in keys:
        _key(key)
    return keys


def text_of(path: Path) -> str:
    """A file as it is: a line that ends otherwise than it was signed is another text."""
    return path.read_bytes().decode("utf-8")


def _checked(arguments: argparse.Namespace, keys: list[str]) -> list[str]:
    if arguments.checkpoint:
        checkpoint = check_checkpoint(text_of(arguments.checkpoint), keys)
        return [f"checkpoint of {checkpoint.origin} over {_records(checkpoint.size)}: signed"]
    shown = check_receipt(text_of(arguments.receipt), keys)
    lines = [f"record {shown.number} of {shown.checkpoint.size} in the log {shown.checkpoint.origin}:"]
    lines += [f"  {name}: {value}" for name, value in shown.record.items()]
    if arguments.document:
        address = f"sha256:{sha256(arguments.document.read_bytes()).hexdigest()}"
        if address != shown.record.get("subject"):
            raise Wrong(f"the document is {address}, the record is about {shown.record.get('subject')}")
        lines.append("the document is the one that the record is about")
    if arguments.row:
        lines += _row(arguments, keys)
    return lines


def _row(arguments: argparse.Namespace, keys: list[str]) -> list[str]:
    """What a row says that is in the sweep: an object of `row`, `leaf` and `path`, bytes in hex digits."""
    try:
        proof = json.loads(text_of(arguments.row))
        number, leaf = int(proof["row"]), bytes.fromhex(proof["leaf"])
        path = [bytes.fromhex(each) for each in proof["path"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Wrong("this is no row: an object of row, leaf and path") from None
    entries = check_row(leaf, number, path, arguments.document.read_bytes(), text_of(arguments.receipt), keys)
    return [f"row {number} of the sweep:", *(f"  {name}: {entry}" for name, entry in entries.items())]


if __name__ == "__main__":
    sys.exit(main())
