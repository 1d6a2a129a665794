"""The server's log: an event is a line, whatever is in it, and nobody waits for who reads it."""

import json
import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from seawall.server.observing import lines
from seawall.server.observing.lines import FORMATS, LEVELS, Lines, logged

log = logging.getLogger("seawall.server")
NASTY = 'a\nb\r\x1b[31m\u2028"c"\x85\x00é'


def printed(capsys):
    return capsys.readouterr().err.splitlines()


def test_an_event_is_an_object(capsys):
    with logged("info", "json"):
        log.warning("%s calls", 3, extra={"fields": {"method": "M", "seconds": 0.5}})
        try:
            raise ValueError(NASTY)
        except ValueError:
            log.exception("a defect")
    first, second = map(json.loads, printed(capsys))
    assert first.pop("time").endswith("Z")
    event = {"level": "WARNING", "logger": "seawall.server", "message": "3 calls", "method": "M", "seconds": 0.5}
    assert first == event
    assert (second["message"], second["traceback"].splitlines()[0]) == (
        "a defect",
        "Traceback (most recent call last):",
    )


@pytest.mark.parametrize("line_format", FORMATS)
def test_what_callers_send_begins_no_line_and_steers_no_terminal(capsys, line_format):
    with logged("info", line_format):
        log.warning("found %s", NASTY, extra={"fields": {"request_id": NASTY}})
        try:
            raise ValueError(NASTY)
        except ValueError:
            log.exception(NASTY)
    written = capsys.readouterr().err
    assert written.count("\n") == 2
    assert all(character.isprintable() for line in written.splitlines() for character in line)
    assert len(written.splitlines()) == 2


def test_an_event_that_cannot_be_written_does_not_end_the_log(capsys):
    handler = Lines(sys.stderr, FORMATS["json"])
    for message, values in (("%d calls", ("three",)), ("next", ())):
        handler.handle(logging.LogRecord("seawall.server", logging.INFO, __file__, 0, message, values, None))
    handler.close()
    first, second = map(json.loads, printed(capsys))
    assert first["message"].startswith(f"An event of {__file__} cannot be written: TypeError(")
    assert second["message"] == "next"


def test_text_has_the_fields_behind_the_message(capsys):
    with logged("info", "text"):
        log.info("call", extra={"fields": {"method": "M", "code": "OK"}})
    (line,) = printed(capsys)
    assert line.partition(" ")[2] == "INFO seawall.server: call method=M code=OK"


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_has_what_is_at_least_as_grave_and_of_libraries_warnings(capsys, level):
    events = [(name, grave) for name in ("seawall.server", "aiosqlite") for grave in LEVELS]
    with logged(level, "json"):
        for name, grave in events:
            logging.getLogger(name).log(LEVELS[grave], grave)
    least = {"seawall.server": LEVELS[level], "aiosqlite": max(LEVELS[level], logging.WARNING)}
    expected = [(name, grave) for name, grave in events if LEVELS[grave] >= least[name]]
    written = [(event["logger"], event["level"].lower()) for event in map(json.loads, printed(capsys))]
    assert written == expected


def test_lines_beyond_those_that_may_wait_are_lost_and_counted(monkeypatch):
    most, size, number = 100, 1_000, 2_000
    monkeypatch.setattr(lines, "MOST_WAITING", most)
    reading, writing = os.pipe()
    with (
        open(reading, encoding="utf-8") as reader,
        ThreadPoolExecutor(1) as thread,
        open(writing, "w", encoding="utf-8") as stream,
        monkeypatch.context() as patch,
    ):
        patch.setattr(sys, "stderr", stream)
        with logged("info", "json"):
            for _ in range(number):  # a pipe takes 64 KiB, and nobody reads yet
                log.info("x" * size)
            written = thread.submit(reader.readlines)
        stream.close()
        messages = [json.loads(line)["message"] for line in written.result(60)]
    losses = [message for message in messages if message != "x" * size]
    lost = sum(int(loss.split()[0]) for loss in losses)
    assert {loss.partition(" ")[2] for loss in losses} == {"lines were lost: standard error took them too slowly"}
    assert len(messages) - len(losses) + lost == number > lost > number // 2


def test_a_server_whose_log_nobody_reads_goes_on():
    """It is a process of its own: its standard error is a pipe that is full."""
    code = (
        "import logging\n"
        "from seawall.server.observing.lines import logged\n"
        "with logged('info', 'json'):\n"
        "    for _ in range(1_000): logging.getLogger('seawall.server').info('x' * 1_000)\n"
        "    print('goes on', flush=True)\n"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdout=pipe, stderr=pipe) as process:
        assert process.stdout
        assert process.stdout.readline() == b"goes on\n"
        process.kill()
