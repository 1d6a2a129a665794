"""The key file: it signs the log. One key a line, mode 0600; whoever has it can sign another history.

A line is the log's name, the key, and the sizes of the checkpoints at which its signature counts: from which, and until
which, "-" while it signs. The published file beside it has the same lines with the public halves; an auditor needs no
other. A key is replaced in two steps: `rotate` adds a second one, which signs beside the first, and once every auditor
knows it, `retire` ends the first and keeps only its public half. A checkpoint of any size so has one newest key, and
without its signature it is none: a retired key neither extends a log nor rewrites it.
"""

import os
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from secrets import token_bytes, token_hex

from .files import write_atomically
from .note import PRIVATE, Signer, SigningKey, Verifier, is_key_name

MODE = 0o600
PUBLIC_SUFFIX = ".pub"  #: beside the key file, for auditors
STILL = "-"  #: until which size a key counts that signs
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class KeyRefused(RuntimeError):
    """A key file that is missing, malformed, or readable by others. The message repeats nothing of the file."""


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key, and the sizes of the checkpoints at which its signature counts: `first` to `last`, None while it signs."""

    verifier: Verifier
    first: int = 0
    last: int | None = None
    signer: Signer | None = None  #: its private half, None where it only verifies

    @classmethod
    def parse(cls, line: str) -> "LogKey":
        """The key of a line, which without sizes counts at all of them; a ValueError that does not repeat the line."""
        name, key, first, last = fields if len(fields := line.split(" ")) == 4 else ("", line, "0", STILL)
        signer = Signer.parse(key) if key.startswith(PRIVATE) else None
        verifier = signer.verifier if signer else Verifier.parse(key)
        if (
            name not in ("", verifier.name)
            or not _SIZE.fullmatch(first)
            or not (last == STILL or _SIZE.fullmatch(last))
        ):
            raise ValueError("no line of a key file")
        return cls(verifier, int(first), None if last == STILL else int(last), signer)

    @property
    def line(self) -> str:
        """What the published file says of it."""
        return self._line(str(self.verifier))

    @property
    def private_line(self) -> str:
        """What the key file says of it. A secret where it signs."""
        return self._line(self.signer.line if self.signer else str(self.verifier))

    def counts_at(self, size: int) -> bool:
        """Whether its signature counts on a checkpoint over `size` records."""
        return self.first <= size and (self.last is None or size <= self.last)

    def ended(self, size: int) -> "LogKey":
        """The public half alone, which counts no further than at this size."""
        return replace(self, last=size if self.last is None else min(self.last, size), signer=None)

    def _line(self, key: str) -> str:
        return f"{self.verifier.name} {key} {self.first} {STILL if self.last is None else self.last}"


@dataclass(frozen=True, slots=True)
class Keys:
    """Every key that signs a log or signed it before, the oldest first."""

    keys: tuple[LogKey, ...]

    @classmethod
    def of(cls, *signers: Signer) -> "Keys":
        """Keys that sign from the first record on."""
        return cls(tuple(LogKey(signer.verifier, signer=signer) for signer in signers))

    @property
    def origin(self) -> str:
        """The name of the log: that of its keys."""
        return self.keys[0].verifier.name

    @property
    def signers(self) -> tuple[Signer, ...]:
        return tuple(key.signer for key in self.keys if key.signer)

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        return tuple(key.verifier for key in self.keys)

    @property
    def newest(self) -> LogKey:
        return self.keys[-1]

    @property
    def lines(self) -> list[str]:
        """The published file, line by line."""
        return [key.line for key in self.keys]

    @property
    def public(self) -> "Keys":
        """The same keys without their private halves, which are enough to verify."""
        return Keys(tuple(replace(key, signer=None) for key in self.keys))

    @property
    def in_no_order(self) -> "Keys":
        """The same keys, none of them newer than another: each may sign alone, up to where it ended."""
        return Keys(tuple(replace(key, first=0) for key in self.keys))

    def counting_at(self, size: int) -> set[SigningKey]:
        """The keys whose signatures a checkpoint over `size` records has."""
        return {key.verifier.signing_key for key in self.keys if key.counts_at(size)}

    def newest_at(self, size: int) -> set[SigningKey]:
        """The newest of them, without which it is none; several only where they came without sizes."""
        counting = [key for key in self.keys if key.counts_at(size)]
        newest = max((key.first for key in counting), default=0)
        return {key.verifier.signing_key for key in counting if key.first == newest}


def make(path: Path, name: str | None = None) -> Keys:
    """A new key in a new file."""
    keys = generate(name)
    save_new(path, keys)
    return keys


def generate(name: str | None = None) -> Keys:
    """A new key, not yet in a file; without a name the log gets a random one."""
    origin = f"seawall.local/{token_hex(8)}" if name is None else name
    if not is_key_name(origin):
        raise KeyRefused(
            f"{origin!r} cannot name a log: a name is not empty and has no space, '+' or control character"
        )
    return Keys.of(_new_signer(origin))


def save_new(path: Path, keys: Keys) -> None:
    """Writes keys to a new file and their public halves beside it, both or neither."""
    if os.path.lexists(path):
        raise KeyRefused(f"{path} is there already: a log that loses its key cannot go on")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(_text(keys))
                file.flush()
                os.fsync(file.fileno())
            _publish(path, keys)
        except BaseException:
            path.unlink()
            raise
    except OSError as error:
        raise KeyRefused(f"no key can be made: {error}") from None


def load(path: Path) -> Keys:
    """The keys of a file that nobody else can read, the newest of which signs."""
    keys = load_public(path)
    if not keys.newest.signer:
        raise KeyRefused(f"{path} is no key file: it has no key that signs, only public ones")
    return keys


def load_public(path: Path) -> Keys:
    """The keys of a key file, or of the published file beside it, which are enough to verify."""
    try:
        keys = [LogKey.parse(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
        if any(key.signer for key in keys) and path.stat().st_mode & 0o077:
            raise KeyRefused(f"{path} can be read by others: chmod 600 {path}")
    except OSError as error:
        raise KeyRefused(f"no key of the log: {error}") from error
    except ValueError:  # the decoder's own would repeat a byte of it
        raise KeyRefused(f"{path} is no key file") from None
    if len({key.verifier.name for key in keys}) != 1:
        raise KeyRefused(f"{path} is no key file: it needs a key, and one name for all its keys")
    if any(older.first >= newer.first for older, newer in pairwise(keys)) or keys[-1].last is not None:
        raise KeyRefused(
            f"{path} is no key file: each key counts from a later size than the one before, the last signs"
        )
    return Keys(tuple(keys))


def rotate(path: Path, size: int, *, signed: bool = True) -> Keys:
    """Adds a second signer, which counts beyond `size`, the records in the log.

    A newest key that has not `signed` a checkpoint yet is not joined by a third: it counts from the next one on.
    """
    current = load(path)
    *older, newest = current.keys
    if newest.first > size or not signed:
        return _replace(path, Keys((*older, replace(newest, first=size + 1))))
    signer = _new_signer(current.origin)
    return _replace(path, Keys((*current.keys, LogKey(signer.verifier, size + 1, signer=signer))))


def retire(path: Path, size: int, *, signed: bool = True) -> Keys:
    """Keeps the newest signer, and of the others the public halves, which count up to `size`, the records in the log.

    Of a log that was cut back to this size, keys are forgotten that began beyond.
    """
    *older, newest = load(path).keys
    first = newest.first if signed and newest.first <= size else size + 1
    ended = (key.ended(size) for key in older if key.first <= size)
    return _replace(path, Keys((*ended, replace(newest, first=first))))


def _new_signer(name: str) -> Signer:
    return Signer(name, token_bytes(32))


def _replace(path: Path, keys: Keys) -> Keys:
    write_atomically(path, _text(keys), MODE)
    _publish(path, keys)
    return keys


def _publish(path: Path, keys: Keys) -> None:
    text = "".join(f"{line}\n" for line in keys.lines)
    write_atomically(path.with_name(path.name + PUBLIC_SUFFIX), text, 0o644)


def _text(keys: Keys) -> str:
    return "".join(f"{key.private_line}\n" for key in keys.keys)
