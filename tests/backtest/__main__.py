"""`python -m tests.backtest`: run it whole, print its tables, and write them, the result and the picture anew."""

from pathlib import Path

from .picture import drawn
from .result import FILE, measured, text_of
from .tables import all_tables, page_with

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE, PICTURE = DOCS / "backtest.md", DOCS / "backtest.svg"


def main() -> None:
    result = measured()
    FILE.write_text(text_of(result), encoding="utf-8")
    PICTURE.write_text(drawn(result), encoding="utf-8")
    PAGE.write_text(page_with(PAGE.read_text(encoding="utf-8"), result), encoding="utf-8")
    for name, table in all_tables(result).items():
        print(f"{name.replace('_', ' ')}\n\n{table}\n")


if __name__ == "__main__":
    main()
