"""The key file: it signs the log. One key a line, mode 0600; whoever has it can sign another history.

Every signer signs every checkpoint, so a key is replaced in two steps: `rotate` adds a second one, and once every
auditor knows it, `retire` keeps only the public half of the first, by which older checkpoints are still verified.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes, token_hex

from .files import write_atomically
from .note import PRIVATE, Signer, Verifier, is_key_name

MODE = 0o600
PUBLIC_SUFFIX = ".pub"  #: beside the key file, for auditors


class KeyRefused(RuntimeError):
    """A key file that is missing, malformed, or readable by others. The message repeats nothing of the file."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The signers of a log, none where it is only verified, and the public halves of other keys that signed it."""

    signers: tuple[Signer, ...]
    retired: tuple[Verifier, ...] = ()

    @property
    def origin(self) -> str:
        """The name of the log: that of its keys."""
        return self.verifiers[0].name

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        return (*(signer.verifier for signer in self.signers), *self.retired)


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
    return Keys((_new_signer(origin),))


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
    """The keys of a file that nobody else can read, one of which signs."""
    keys = load_public(path)
    if not keys.signers:
        raise KeyRefused(f"{path} is no key file: it has no key that signs, only public ones")
    return keys


def load_public(path: Path) -> Keys:
    """The keys of a key file, or of the public file beside it, which are enough to verify."""
    try:
        lines = path.read_text(encoding="utf-8").split()
        signers = tuple(Signer.parse(line) for line in lines if line.startswith(PRIVATE))
        retired = tuple(Verifier.parse(line) for line in lines if not line.startswith(PRIVATE))
        if signers and path.stat().st_mode & 0o077:
            raise KeyRefused(f"{path} can be read by others: chmod 600 {path}")
    except OSError as error:
        raise KeyRefused(f"no key of the log: {error}") from error
    except ValueError:  # the decoder's own would repeat a byte of it
        raise KeyRefused(f"{path} is no key file") from None
    if len({signer.name for signer in signers} | {key.name for key in retired}) != 1:
        raise KeyRefused(f"{path} is no key file: it needs a key, and one name for all its keys")
    return Keys(signers, retired)


def rotate(path: Path) -> Keys:
    """Adds a second signer of the same name."""
    current = load(path)
    return _replace(path, Keys((*current.signers, _new_signer(current.origin)), current.retired))


def retire(path: Path) -> Keys:
    """Keeps the newest signer, and only the public halves of the others."""
    current = load(path)
    *old, newest = current.signers
    return _replace(path, Keys((newest,), (*current.retired, *(signer.verifier for signer in old))))


def _new_signer(name: str) -> Signer:
    return Signer(name, token_bytes(32))


def _replace(path: Path, keys: Keys) -> Keys:
    write_atomically(path, _text(keys), MODE)
    _publish(path, keys)
    return keys


def _publish(path: Path, keys: Keys) -> None:
    text = "".join(f"{key}\n" for key in keys.verifiers)
    write_atomically(path.with_name(path.name + PUBLIC_SUFFIX), text, 0o644)


def _text(keys: Keys) -> str:
    return "".join(f"{line}\n" for line in (*(signer.line for signer in keys.signers), *map(str, keys.retired)))
