"""The keys of a log, each with the sizes of the checkpoints at which its signature counts.

A line of a key file is the log's name, the key, and those sizes: from which, and until which, "-" while it signs. A key
is replaced in two steps: `rotate` adds a second one, which signs beside the first, and once every auditor knows it,
`retire` ends the first and keeps only its public half. A checkpoint of any size so has one newest key, and without its
signature it is none: a retired key neither extends a log nor rewrites it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .note import PRIVATE, Signer, SigningKey, Verifier

STILL = "-"  #: until which size a key counts that signs
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


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
    def are_in_order(self) -> bool:
        """Whether none counts from an earlier size than the one before, and the last one from a later, and for good."""
        firsts = [key.first for key in self.keys]
        return firsts == sorted(firsts) and firsts[-1] not in firsts[:-1] and self.newest.last is None

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

    def signed_with(self, signers: Mapping[bytes, Signer]) -> "Keys":
        """The same keys with their private halves, by the public ones, for as far as they sign."""
        return Keys(
            tuple(
                replace(key, signer=signers.get(key.verifier.public)) if key.last is None else key for key in self.keys
            )
        )

    def beginning_after(self, size: int) -> "Keys":
        """The newest key counts from the next record on."""
        *older, newest = self.keys
        return Keys((*older, replace(newest, first=size + 1)))

    def joined_by(self, signer: Signer, size: int) -> "Keys":
        """A second signer, which counts beyond `size`."""
        return Keys((*self.keys, LogKey(signer.verifier, size + 1, signer=signer)))

    def retired(self, size: int, signed: bool) -> "Keys":
        """The newest signer, and of the others the public halves, which count up to `size`.

        Of a log that was cut back to this size, keys are forgotten that began beyond.
        """
        *older, newest = self.keys
        first = newest.first if signed and newest.first <= size else size + 1
        ended = (key.ended(size) for key in older if key.first <= size)
        return Keys((*ended, replace(newest, first=first)))
