"""The pages of the API, made from the .proto files while the docs are built: no comment of them is written twice.

A page asks for a part of the API with a line of its own, as `<!-- api: services -->`, and gets it as Markdown.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodOptions,
    ServiceDescriptorProto,
)
from grpc_tools import protoc
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from seawall.v1 import options_pb2

ROOT = Path(__file__).parent.parent.parent
PACKAGE = "seawall.v1"
REQUEST = re.compile(r"^<!-- api: ([\w ]+) -->$", re.MULTILINE)
#: "What it means. GRPC_CODE with Detail; metadata keys. More of what it means."
REASON = re.compile(
    r"(?P<what>.+?\.) (?P<code>[A-Z_]{4,})(?: with (?P<detail>\w+(?: and \w+)*))?; (?P<keys>[^.]+)\.(?P<more>.*)"
)
MESSAGES, ENUMS, SERVICES, FIELDS, VALUES, METHODS, ONEOFS = 4, 5, 6, 2, 2, 2, 8  # numbers of descriptor.proto
SCALARS = {
    number: name.removeprefix("TYPE_").lower() for name, number in FieldDescriptorProto.Type.items()
}  #: number of a type -> its name in a .proto

Comments = dict[tuple[int, ...], str]


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True}


def _fill(app: Sphinx, page: str, source: list[str]) -> None:
    if REQUEST.search(source[0]):
        for proto in sorted((ROOT / "protos").glob("**/*.proto")):
            app.env.note_dependency(str(proto))
        source[0] = REQUEST.sub(lambda request: part(request[1]), source[0])


def part(request: str) -> str:
    """One part as Markdown: `services`, `errors`, or `messages` of some files, as `messages dataset loan`."""
    kind, *names = request.split()
    makers: dict[str, Callable[[list[FileDescriptorProto]], Iterator[str]]] = {
        "services": _services,
        "errors": _errors,
        "messages": _messages,
    }
    read = {Path(file.name).stem: file for file in api_files()}
    return "\n".join(makers[kind]([read[name] for name in names or read]))


def api_files() -> list[FileDescriptorProto]:
    """The descriptors of every file, with their comments."""
    protos = ROOT / "protos"
    names = sorted(str(path.relative_to(protos)) for path in protos.glob("seawall/**/*.proto"))
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "api.binpb"
        options = ["--include_source_info", f"--descriptor_set_out={image}", f"-I{protos}"]
        if protoc.main(["protoc", *options, f"-I{files('grpc_tools') / '_proto'}", *names]):
            raise ExtensionError("the .proto files do not compile")
        return list(FileDescriptorSet.FromString(image.read_bytes()).file)


def comments_of(file: FileDescriptorProto) -> Comments:
    """Path of an element in its file -> its comment in one line."""
    return {tuple(at.path): " ".join(at.leading_comments.split()) for at in file.source_code_info.location}


def _services(read: list[FileDescriptorProto]) -> Iterator[str]:
    for file in read:
        comments = comments_of(file)
        for number, service in enumerate(file.service):
            yield f"\n## {service.name}\n\n{_text(comments[SERVICES, number])}\n"
            yield from _methods(service, (SERVICES, number), comments)


def _methods(service: ServiceDescriptorProto, path: tuple[int, ...], comments: Comments) -> Iterator[str]:
    for number, method in enumerate(service.method):
        level = MethodOptions.IdempotencyLevel.Name(method.options.idempotency_level)
        takes, gives = _link(method.input_type), _link(method.output_type)
        stream = "a stream of " if method.server_streaming else ""
        yield f"### {method.name}\n\n{_text(comments[*path, METHODS, number])}\n"
        yield f"Takes {takes}, gives {stream}{gives}. {IDEMPOTENCY[level]} {_permission(method.options)}\n"


def _permission(options: MethodOptions) -> str:
    """What a caller must be allowed to do, as `access` says it."""
    access = options.Extensions[options_pb2.access]
    name = options_pb2.Permission.Name(access.permission)
    lighter = f"; with `{access.reads_with}` `PERMISSION_READ` is enough" if access.reads_with else ""
    return f"Needs `{name}`{lighter}."


IDEMPOTENCY = {
    "IDEMPOTENT": "Stores what is new; safe to repeat.",
    "NO_SIDE_EFFECTS": "Stores nothing.",
    "IDEMPOTENCY_UNKNOWN": "",
}


def _messages(read: list[FileDescriptorProto]) -> Iterator[str]:
    for file in read:
        comments = comments_of(file)
        if len(read) > 1:
            yield f"\n## {Path(file.name).stem.replace('_', ' ').capitalize()}\n\n`{file.name}`\n"
        for number, message in enumerate(file.message_type):
            yield from _message(message, (MESSAGES, number), comments)
        for number, enum in enumerate(file.enum_type):
            yield from _enum(enum, (ENUMS, number), comments)


def _message(message: DescriptorProto, path: tuple[int, ...], comments: Comments) -> Iterator[str]:
    if message.nested_type or message.enum_type:
        raise ExtensionError(f"{message.name} holds a type of its own, which the pages of the API do not show yet")
    yield f"(api-{message.name.lower()})=\n### {message.name}\n\n{_text(comments[path])}\n"
    if message.field:
        yield "| field | type | what it is |\n|---|---|---|"
        for number, field in enumerate(message.field):
            what = _text(comments[*path, FIELDS, number])
            if field.HasField("oneof_index") and not field.proto3_optional:
                what += f" *One of `{message.oneof_decl[field.oneof_index].name}`.*"
            yield f"| `{field.name}` | {_type(field)} | {what} |"
        yield ""


def _enum(enum: EnumDescriptorProto, path: tuple[int, ...], comments: Comments) -> Iterator[str]:
    yield f"(api-{enum.name.lower()})=\n### {enum.name}\n\n{_text(comments[path])}\n"
    yield "| value | what it means |\n|---|---|"
    for number, value in enumerate(enum.value):
        yield f"| `{value.name}` | {_text(comments[*path, VALUES, number])} |"
    yield ""


def _errors(read: list[FileDescriptorProto]) -> Iterator[str]:
    yield "| reason | gRPC code | details beside `ErrorInfo` | `ErrorInfo` metadata | when |\n|---|---|---|---|---|"
    for name, reason in reasons(read):
        what = _text(f"{reason['what']}{reason['more']}")
        details = reason["detail"] or ("BadRequest" if reason["keys"] == "field keys" else "")
        keys = "field, found, allowed, faults" if reason["keys"] == "field keys" else reason["keys"]
        yield f"| `{name}` | `{reason['code']}` | {details} | {_text(keys)} | {what} |"
    yield ""


def reasons(read: list[FileDescriptorProto]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each reason without its prefix, with what its comment says: what, code, detail, keys, more."""
    for file in read:
        comments = comments_of(file)
        for number, enum in enumerate(file.enum_type):
            if enum.name == "ErrorReason":
                for place, value in enumerate(enum.value):
                    comment = comments[ENUMS, number, VALUES, place]
                    reason = REASON.fullmatch(comment)
                    if reason:
                        groups = {key: text or "" for key, text in reason.groupdict().items()}
                        yield value.name.removeprefix("ERROR_REASON_"), groups
                    elif value.number:
                        raise ExtensionError(f"{value.name} does not give its gRPC code and metadata: {comment}")


def _type(field: FieldDescriptorProto) -> str:
    named = field.type in (FieldDescriptorProto.TYPE_MESSAGE, FieldDescriptorProto.TYPE_ENUM)
    name = _link(field.type_name) if named else f"`{SCALARS[field.type]}`"
    return f"list of {name}" if field.label == FieldDescriptorProto.LABEL_REPEATED else name


def _link(type_name: str) -> str:
    """A type of the API as a link to its heading, any other by its name."""
    package, _, name = type_name.removeprefix(".").rpartition(".")
    return f"[{name}](#api-{name.lower()})" if package == PACKAGE else f"`{package}.{name}`"


def _text(comment: str) -> str:
    """A comment as Markdown that reads as it is written."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", comment)
