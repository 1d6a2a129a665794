"""`make bench`: every benchmark, one after the other, each with the noise of the machine beside it."""

import sys

from tests.bench import lanes


def main() -> int:
    lanes.report()
    return 0


if __name__ == "__main__":
    sys.exit(main())
