"""Files that change under a running server: taken as a whole, once nobody writes them any more."""

import logging

from seawall.server.identity import server_certificate
from seawall.server.identity.reloading import Reloaded
from seawall.server.identity.tables import FileRefused
from tests.identity.credentials import authority
from tests.identity.secured import Files


def number_in(path):
    def load(reads):
        text = reads.read(path, 100).decode()
        if text == "defect":
            raise RuntimeError("a defect\nof the reader")
        if not text.isdigit():
            raise FileRefused(f"{path}: found {text!r}, allowed: a number")
        return int(text)

    return load


def test_a_file_is_taken_at_the_second_look_that_finds_the_same(tmp_path):
    path = tmp_path / "number"
    path.write_text("1")
    number = Reloaded("number", number_in(path))
    for text, value in (("2", 1), ("22", 1)):  # it changes between two looks: somebody writes it
        path.write_text(text)
        number.reload()
        assert number.value == value
    number.reload()
    assert number.value == 22


def test_what_cannot_be_taken_is_said_once_and_the_last_good_one_stays(tmp_path, caplog):
    caplog.set_level(logging.INFO, "seawall.server")
    path = tmp_path / "number"
    path.write_text("1")
    number = Reloaded("number", number_in(path))
    path.write_text("x")
    for _ in range(5):
        number.reload()
    assert number.value == 1
    path.unlink()
    for _ in range(5):
        number.reload()
    assert number.value == 1
    path.write_text("defect")
    for _ in range(5):
        number.reload()
    assert number.value == 1
    path.write_text("3")
    for _ in range(5):
        number.reload()
    assert number.value == 3
    assert caplog.messages[2].endswith(r"stays: RuntimeError('a defect\nof the reader')")
    assert [line.partition(str(path))[2] for line in caplog.messages] == [
        ": found 'x', allowed: a number",
        " cannot be read: No such file or directory",
        "",
        "",
    ]


def test_a_file_of_authorities_that_is_empty_is_not_taken(tmp_path):
    files = Files(tmp_path, authority(), mutual=True)
    files.write("")
    certificates = Reloaded("certificates", lambda reads: server_certificate.load(files.tls, reads))
    (tmp_path / "clients.pem").write_bytes(b"")
    certificates.reload()
    certificates.reload()
    assert [each.subject for each in certificates.value.authorities] == [files.signer.certificate.subject]
