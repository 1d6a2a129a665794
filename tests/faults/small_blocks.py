"""`python -m tests.faults.small_blocks serve ...`: a server whose sweeps have blocks of 16 rows.

A worker computes the rows of its task, however many: only the server cuts sweeps into blocks.
"""

if __name__ == "__main__":  # a worker imports this module, and must be as every other
    import sys

    from seawall.engine.sweeps import block, rows
    from seawall.server.__main__ import main
    from seawall.server.services import sweep_service

    for module in (block, rows, sweep_service):
        setattr(module, "BLOCK_ROWS", 16)  # noqa: B010
    sys.exit(main(sys.argv[1:]))
