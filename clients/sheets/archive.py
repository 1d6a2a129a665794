"""What an .xlsx file may be before anything reads it: an archive of bounded size, whose XML declares nothing.

A few bytes can stand for gigabytes, as an archive and as entities in its XML. So what is inflated is counted, and a
document type is refused in every part, whatever a library that reads it later may do with one.
"""

import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ..files.tree import FileRefused, Place
from .grid import refused

MOST_INFLATED = 32 * 2**20  #: bytes of all parts together
MOST_PARTS = 2_000
MOST_ELEMENTS = 300_000  #: of XML in all parts together
MOST_DEPTH = 100  #: of elements in elements
CHUNK = 2**16
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
XLSX = "an .xlsx workbook"
SMALLER = "a workbook with the sheets of a company and nothing else"


def opened(file: str, content: bytes) -> ZipFile:
    """The archive, of which every part was inflated and parsed once; raises FileRefused where it may not be read."""
    place = Place(file)
    if content.startswith(OLE):
        raise refused(place, "is an .xls workbook, or has a password", XLSX, "save it as .xlsx, without a password")
    try:
        archive = ZipFile(BytesIO(content))
        _check(place, archive)
    except FileRefused:
        raise
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError, ValueError) as error:
        raise refused(place, f"is no archive that can be read: {error}", XLSX) from error
    return archive


def _check(place: Place, archive: ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_INFLATED:
        raise refused(place, f"inflates to more than {MOST_INFLATED >> 20} MiB or {MOST_PARTS:,} parts", SMALLER)
    if len(names) < len(parts):
        raise refused(place, "has two parts of one name", XLSX)
    if any(name.endswith("vbaproject.bin") for name in names):
        raise refused(place, "has macros", XLSX, "save it as .xlsx, which has none")
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise refused(place, "is an archive and no workbook", XLSX, "save it as .xlsx")
    parser = _Elements(place)
    for part in parts:
        if part.flag_bits & 1 or part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise refused(place, f"{part.filename} is encrypted or packed in another way", XLSX)
        parser.part(part, _inflated(archive, part))


def _inflated(archive: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


class _Elements:
    """Counts the elements of all parts, and refuses what declares a document type."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.elements = self.depth = 0

    def part(self, part: ZipInfo, chunks: Iterator[bytes]) -> None:
        """Reads a part to its end; what is no XML is inflated only."""
        parser = None
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            parser = expat.ParserCreate()
            parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
            parser.StartDoctypeDeclHandler = self._doctype
        self.depth = 0
        try:
            for chunk in chunks:
                if parser:
                    parser.Parse(chunk)
            if parser:
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise refused(self.place, f"{part.filename} is not well-formed XML: {error}", XLSX) from error

    def _start(self, *_: object) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > MOST_ELEMENTS:
            raise refused(self.place, f"has more than {MOST_ELEMENTS:,} cells, rows and other elements", SMALLER)
        if self.depth > MOST_DEPTH:
            raise refused(self.place, f"has XML of more than {MOST_DEPTH} elements in each other", XLSX)

    def _end(self, *_: object) -> None:
        self.depth -= 1

    def _doctype(self, *_: object) -> None:
        raise refused(self.place, "declares a document type, which can stand for any number of bytes", XLSX)
