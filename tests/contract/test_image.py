"""The committed image is today's API, so that a later change is checked against what callers have."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUF = Path(sys.executable).parent / "buf"


def test_the_committed_image_is_what_buf_builds_today(tmp_path):
    built = tmp_path / "v1.binpb"
    subprocess.run([BUF, "build", "protos", "--exclude-source-info", "-o", built], cwd=HERE.parent.parent, check=True)
    same = built.read_bytes() == (HERE / "v1.binpb").read_bytes()
    assert same, "the API changed since `make contract` took its image"
