"""What the API says of its messages, fields and choices: the comments of the .proto files that lie beside its code.

Generated code has no comments. The files are formatted by buf, so that a line holds one thing; a test compares what is
read here with what the compiler of the API reads.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

_BLOCK = re.compile(r"(?P<kind>message|enum|oneof|service|rpc) (?P<name>\w+)")
_MEMBER = re.compile(r"(?:[\w.]+ )*(?P<name>\w+) = -?\d+")


@cache
def comments() -> Mapping[str, str]:
    """The comment of everything in the API by its name, in one line.  Asset.market_value_minor: Market value ..."""
    protos = (file for file in files("seawall.v1").iterdir() if file.name.endswith(".proto"))
    return {name: comment for file in protos for name, comment in read(file.read_text(encoding="utf-8"))}


def read(proto: str) -> Iterator[tuple[str, str]]:
    """Name and comment of everything in one .proto file, in its order."""
    around: list[str] = []  # the names of the blocks that a line is in; a oneof gives its fields no name of its own
    words: list[str] = []
    for line in map(str.strip, proto.splitlines()):
        if line.startswith("//"):
            words.append(line.removeprefix("//").strip())
            continue
        block = _BLOCK.match(line)
        if named := block or _MEMBER.match(line):
            yield ".".join(filter(None, (*around, named["name"]))), " ".join(filter(None, words))
        if line.endswith("{") and not line.endswith("= {"):
            around.append(block["name"] if block and block["kind"] != "oneof" else "")
        elif line == "}":
            around.pop()
        words = []
