"""`make bench`: every benchmark, one after the other, each with the noise of the machine beside it."""

import asyncio
import sys

from tests.bench import executions, flood, loans, log, noisy, observing, service, verification


def main() -> int:
    executions.report()
    loans.report()
    asyncio.run(service.report())
    asyncio.run(flood.report())
    asyncio.run(observing.report())
    asyncio.run(noisy.report())
    log.report()
    verification.report()
    return 0


if __name__ == "__main__":
    sys.exit(main())
