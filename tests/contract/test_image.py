"""The committed image is today's API, so that a later change is checked against what callers have."""

import subprocess
import sys
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from seawall.v1 import options_pb2

HERE = Path(__file__).resolve().parent
BUF = Path(sys.executable).parent / "buf"


def test_the_committed_image_is_what_buf_builds_today(tmp_path):
    built = tmp_path / "v1.binpb"
    subprocess.run([BUF, "build", "protos", "--exclude-source-info", "-o", built], cwd=HERE.parent.parent, check=True)
    same = built.read_bytes() == (HERE / "v1.binpb").read_bytes()
    assert same, "the API changed since `make contract` took its image"


def test_the_descriptors_of_a_release_are_today_s_api_with_its_comments():
    made = subprocess.run(
        ["make", "--no-print-directory", "--old-file=build/contract.stamp", "descriptors"],
        cwd=HERE.parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert options_pb2.DESCRIPTOR.extensions_by_name, "read with the options of the API known"
    written = FileDescriptorSet.FromString((HERE.parent.parent / made.stdout.strip()).read_bytes())
    assert any(location.leading_comments for file in written.file for location in file.source_code_info.location)
    for file in written.file:
        file.ClearField("source_code_info")
    image = FileDescriptorSet.FromString((HERE / "v1.binpb").read_bytes())
    for descriptors in (written, image):  # buf's own notes on each file, and what is newer than the runtime
        descriptors.DiscardUnknownFields()
    assert written == image
