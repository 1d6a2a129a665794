"""What functions computed last, kept for the next time: bounded by what it weighs, however many results that are.

Only for pure functions: what is kept is what would be computed again.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def kept(most: int, weight: Callable[..., int]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep the results of a function that were used last, as many as together weigh `most`.

    `weight` takes the arguments and then the result, as both are kept. Arguments are compared as `lru_cache` does.
    """

    def keeping(compute: Callable[P, T]) -> Callable[P, T]:
        results: Kept[T] = Kept(most)

        @wraps(compute)
        def known_or_computed(*args: P.args, **kwargs: P.kwargs) -> T:
            key = _Key((args, tuple(kwargs.items())))
            result = results.get(key)
            if result is None:
                result = compute(*args, **kwargs)
                results.add(key, result, weight(*args, *kwargs.values(), result))
            return result

        return known_or_computed

    return keeping


class _Key:
    """Arguments that are hashed once: to hash an instrument takes longer than to look it up."""

    __slots__ = ("arguments", "hash")

    def __init__(self, arguments: tuple[Any, ...]) -> None:
        self.arguments, self.hash = arguments, hash(arguments)

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.arguments == other.arguments


class Kept(Generic[T]):
    """Results by their keys, those used last at the end."""

    def __init__(self, most: int) -> None:
        self._most, self._weight = most, 0
        self._weighed: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._lock = Lock()  # threads that compute at once share what is kept

    def get(self, key: Hashable) -> T | None:
        """A result that is kept, or None."""
        with self._lock:
            if key not in self._weighed:
                return None
            self._weighed.move_to_end(key)
            return self._weighed[key][0]

    def take(self, key: Hashable) -> T | None:
        """A result that is kept, for the last time; or None."""
        with self._lock:
            result, weight = self._weighed.pop(key, (None, 0))
            self._weight -= weight
            return result

    def add(self, key: Hashable, result: T, weight: int = 1) -> None:
        """Keep a result; those unused for longest make room. One that is too heavy by itself is not kept."""
        if weight > self._most:
            return
        with self._lock:
            if key in self._weighed:  # another thread has computed it too
                self._weight -= self._weighed.pop(key)[1]
            self._weighed[key] = (result, weight)
            self._weight += weight
            while self._weight > self._most:
                _, (_, dropped) = self._weighed.popitem(last=False)
                self._weight -= dropped
