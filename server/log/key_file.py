"""The key file: it signs every log of an installation. Mode 0600; whoever has it can sign another history.

Its lines with private halves are those of the operator's log. The same keys sign the tenants' logs, each under an
origin and so with an id of its own; once a key was replaced, each log has lines of its own, which say from which and
until which of its sizes each key counts. The published file beside it has the same lines with the public halves; an
auditor of the whole installation needs no other, and a tenant is given those of its own log alone.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import NamedTuple

from .files import write_atomically
from .keys import Keys, LogKey
from .note import Signer, Verifier, is_key_name
from .tenants import OPERATOR, origin_of, tenant_in

ROOT = 0  #: the number of a user
MODE = 0o600
PUBLIC_SUFFIX = ".pub"  #: beside the key file, for auditors


class KeyRefused(RuntimeError):
    """A key file that is missing, malformed, or readable by others. The message repeats nothing of the file."""


class SignedSize(NamedTuple):
    """The records under the newest checkpoint of a log, and whether the newest key has signed that."""

    size: int
    signed: bool = True


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The keys of every log of an installation."""

    operator: Keys  #: of the operator's log
    tenants: Mapping[str, Keys] = field(default_factory=dict)  #: of logs that have lines of their own

    @property
    def lines(self) -> list[str]:
        """The published file, line by line."""
        return [line for keys in (self.operator, *self.tenants.values()) for line in keys.lines]

    @property
    def private_lines(self) -> list[str]:
        """The key file. A secret."""
        return [*(key.private_line for key in self.operator.keys), *self.lines[len(self.operator.keys) :]]

    def of(self, tenant: str) -> Keys:
        """The keys of a log, with the private halves that the file has."""
        if tenant == OPERATOR:
            return self.operator
        own = self.tenants.get(tenant) or self._of_a_new_log(tenant)
        origin = own.origin
        return own.signed_with(
            {signer.verifier.public: Signer(origin, signer.seed) for signer in self.operator.signers}
        )

    def _of_a_new_log(self, tenant: str) -> Keys:
        """Of a log without lines of its own: every key that signs today signs all of it, the newest must."""
        origin = origin_of(self.operator.origin, tenant)
        signing = [key.verifier.public for key in self.operator.keys if key.last is None]
        newest = len(signing) - 1
        return Keys(
            tuple(
                LogKey(Verifier(origin, public), first=1 if 0 < number == newest else 0)
                for number, public in enumerate(signing)
            )
        )


def make(path: Path, name: str | None = None) -> KeyFile:
    """A new key in a new file."""
    key_file = generate(name)
    save_new(path, key_file)
    return key_file


def generate(name: str | None = None) -> KeyFile:
    """A new key, not yet in a file; without a name the logs get a random one."""
    installation = f"seawall.local/{token_hex(8)}" if name is None else name
    if not is_key_name(installation):
        raise KeyRefused(
            f"{installation!r} cannot name a log: a name is not empty and has no space, '+' or control character"
        )
    return KeyFile(Keys.of(_new_signer(installation)))


def save_new(path: Path, key_file: KeyFile) -> None:
    """Writes keys to a new file and their public halves beside it, both or neither."""
    if os.path.lexists(path):
        raise KeyRefused(f"{path} is there already: a log that loses its key cannot go on")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(_text(key_file.private_lines))
                file.flush()
                os.fsync(file.fileno())
            _publish(path, key_file)
        except BaseException:
            path.unlink()
            raise
    except OSError as error:
        raise KeyRefused(f"no key can be made: {error}") from None


def load(path: Path) -> KeyFile:
    """The keys of a file that nobody else can read, the newest of which signs."""
    key_file = load_public(path)
    if not key_file.operator.newest.signer:
        raise KeyRefused(f"{path} is no key file: it has no key that signs, only public ones")
    for tenant in key_file.tenants:
        if not key_file.of(tenant).newest.signer:
            raise KeyRefused(f"{path} is no key file: the newest key of the log of {tenant} is none that signs")
    return key_file


def is_open(mode: int, owner: int, user: int) -> bool:
    """Whether a secret file with this mode can be read by others than this user needs.

    One that root owns may be read by its group: so an orchestrator mounts it for a server that is not root.
    """
    return bool(mode & (0o037 if owner == ROOT != user else 0o077))


def load_public(path: Path) -> KeyFile:
    """The keys of a key file, or of the published file beside it, which are enough to verify."""
    try:
        keys = [LogKey.parse(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
        status = path.stat()
        if any(key.signer for key in keys) and is_open(status.st_mode, status.st_uid, os.geteuid()):
            raise KeyRefused(f"{path} can be read by others: chmod 600 {path}")
    except OSError as error:
        raise KeyRefused(f"no key of the log: {error}") from error
    except ValueError:  # the decoder's own would repeat a byte of it
        raise KeyRefused(f"{path} is no key file") from None
    return _sorted_by_log(path, keys)


def rotate(path: Path, sizes: Mapping[str, SignedSize]) -> KeyFile:
    """Adds a second signer, which counts beyond the sizes that the logs have.

    While a newest key has not signed each log yet no third joins it: in those it counts from their next record on.
    """
    logs = _logs(path, sizes)
    waiting = {tenant: keys for tenant, keys in logs.items() if _has_not_signed(keys, sizes[tenant])}
    if waiting:
        changed = {tenant: keys.beginning_after(sizes[tenant].size) for tenant, keys in waiting.items()}
        return _replace(path, logs | changed)
    seed = token_bytes(32)
    joined = {tenant: keys.joined_by(Signer(keys.origin, seed), sizes[tenant].size) for tenant, keys in logs.items()}
    return _replace(path, joined)


def retire(path: Path, sizes: Mapping[str, SignedSize]) -> KeyFile:
    """Keeps the newest signer, and of the others the public halves, which count up to the sizes that the logs have."""
    logs = _logs(path, sizes)
    return _replace(path, {tenant: keys.retired(*sizes[tenant]) for tenant, keys in logs.items()})


def _sorted_by_log(path: Path, keys: list[LogKey]) -> KeyFile:
    """The operator's come first; those of a tenant's log have no private halves."""
    by_log: dict[str, list[LogKey]] = {}
    for key in keys:
        tenant = tenant_in(keys[0].verifier.name, key.verifier.name)
        if not tenant or (key.signer and tenant != OPERATOR):
            raise KeyRefused(f"{path} is no key file: its logs have not one name, or a tenant's has a private key")
        by_log.setdefault(tenant, []).append(key)
    logs = {tenant: Keys(tuple(of_log)) for tenant, of_log in by_log.items()}
    if not logs:
        raise KeyRefused(f"{path} is no key file: it needs a key")
    if not all(of_log.are_in_order for of_log in logs.values()):
        raise KeyRefused(
            f"{path} is no key file: each key counts from a later size than the one before, the last signs"
        )
    return KeyFile(logs.pop(OPERATOR), logs)


def _logs(path: Path, sizes: Mapping[str, SignedSize]) -> dict[str, Keys]:
    """The keys of each log whose size is given, which must be all of those that the file names."""
    current = load(path)
    for tenant in current.tenants:
        if tenant not in sizes:
            raise KeyRefused(f"the size of the log of {tenant} is not known, which {path} has keys of")
    return {tenant: current.of(tenant) for tenant in sizes}


def _has_not_signed(keys: Keys, head: SignedSize) -> bool:
    return keys.newest.first > head.size or not head.signed


def _new_signer(name: str) -> Signer:
    return Signer(name, token_bytes(32))


def _replace(path: Path, logs: Mapping[str, Keys]) -> KeyFile:
    key_file = KeyFile(logs[OPERATOR], {name: keys.public for name, keys in logs.items() if name != OPERATOR})
    write_atomically(path, _text(key_file.private_lines), MODE)
    _publish(path, key_file)
    return key_file


def _publish(path: Path, key_file: KeyFile) -> None:
    write_atomically(path.with_name(path.name + PUBLIC_SUFFIX), _text(key_file.lines), 0o644)


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
