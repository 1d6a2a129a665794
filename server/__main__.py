"""`python -m seawall.server serve`: a server until it is told to stop."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from seawall.server.serving import NotLoopback, serving
from seawall.server.store import StoreUnavailable


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 after a clean stop, 1 where it could not start."""
    asked = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        return int(asked.run(asked))
    except (NotLoopback, StoreUnavailable, RuntimeError) as error:
        print(f"seawall: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m seawall.server")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run a server on a loopback address")
    serve.add_argument("--database", type=Path, default=Path("seawall.db"), help="SQLite file, made if missing")
    serve.add_argument("--address", default="127.0.0.1:50051", help="HOST:PORT; port 0 takes a free one")
    serve.add_argument("--ready-file", type=Path, help="written with the address once the server answers")
    serve.set_defaults(run=lambda asked: asyncio.run(_serve(asked.database, asked.address, asked.ready_file)))
    return parser


async def _serve(database: Path, address: str, ready_file: Path | None) -> int:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with serving(database, address) as bound:
        _announce(database, bound, ready_file)
        await stopped.wait()
    return 0


def _announce(database: Path, bound: str, ready_file: Path | None) -> None:
    if ready_file:
        ready_file.write_text(f"{bound}\n", encoding="utf-8")
    print(f"Seawall serves {database} on {bound}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
