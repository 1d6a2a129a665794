"""`python -m tests.actus FILE...`: every test of the files, each difference, and `P of T passed`."""

import json
import sys
from pathlib import Path

from tests.actus.compare import differences

#: Tests that contradict the standard, and how.
KNOWN = {"lam18": "asks for interest on the initial notional and expects it on the outstanding one"}


def main(files: list[str]) -> int:
    """0 where every test passes but those known to contradict the standard."""
    passed = total = surprises = 0
    for file in files:
        for name, test in json.loads(Path(file).read_text()).items():
            total += 1
            unlike = differences(test)
            passed += not unlike
            surprises += bool(unlike) != (name in KNOWN)
            for difference in unlike:
                print(f"{name}: {difference}")
            if unlike and name in KNOWN:
                print(f"{name}: expected to fail: it {KNOWN[name]}")
    print(f"{passed} of {total} passed")
    return 1 if surprises else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
