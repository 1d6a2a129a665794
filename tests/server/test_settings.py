"""Every option of `serve` and `db` also comes from the environment or a file, and a password is printed nowhere."""

import json
import os
import re

import pytest

from seawall.server.__main__ import _parser as parser
from seawall.server.__main__ import main
from seawall.server.database.connect import database_of
from seawall.server.database.database import DatabaseRefused
from seawall.server.log.tenants import NAME_RULE
from seawall.server.settings.sources import resolve
from seawall.server.settings.table import settings_of
from tests.journeys import pages
from tests.journeys.test_docs import DOCS

SECRET = "swordfish"
URL = f"postgresql://app:{SECRET}@127.0.0.1:1/none"
SETTINGS = {
    "database": URL,
    "key": "log.key",
    "checkpoints": "log.checkpoints",
    "address": "127.0.0.1:1",
    "tls": "yes",
    "mtls": "yes",
    "certificate": "server.pem",
    "certificate_key": "server.key",
    "client_ca": "clients.pem",
    "identities": "identities.toml",
    "operations_address": "127.0.0.1:2",
    "code_folder": "code",
    "ready_file": "ready",
    "accept_truncation": "yes",
    "until_stdin_ends": "1",
    "drain_seconds": "2.5",
    "foreign": "other",
    "log_level": "error",
    "log_format": "text",
    "otlp_endpoint": "http://127.0.0.1:3",
    "workers": "dask://127.0.0.1:4",
    "engine_processes": "3",
    "recompute": "on",
    "processes": "3",
    "tenant": "acme",
    "quotas": "quotas.toml",
}
COMMANDS = ("serve", "db upgrade", "db check", "db verify", "tenants list", "keys list", "quotas list")


@pytest.fixture
def settings(monkeypatch):
    for name, value in SETTINGS.items():
        monkeypatch.setenv(f"SEAWALL_{name.upper()}", value)


def resolved(command, *options):
    """The value of each setting of a command, with the environment of the test."""
    arguments = parser().parse_args([*command.split(), *options])
    resolve(arguments, command, os.environ)
    return {setting.key: getattr(arguments, setting.key) for setting in settings_of(command)}


def as_texts(values):
    return {name: value if value is True else str(value) for name, value in values.items()}


EXPECTED = (
    SETTINGS
    | dict.fromkeys(("accept_truncation", "tls", "mtls", "until_stdin_ends", "recompute"), True)
    | {"foreign": "('other',)"}
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_comes_from_the_environment(settings, command):
    assert as_texts(resolved(command)) == {name: EXPECTED[name] for name in resolved(command)}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_comes_from_a_file(tmp_path, command):
    file = tmp_path / "seawall.toml"
    values = {name: "true" if EXPECTED[name] is True else json.dumps(value) for name, value in SETTINGS.items()}
    values |= {name: SETTINGS[name] for name in ("processes", "engine_processes", "drain_seconds")}
    file.write_text("".join(f"{name} = {value}\n" for name, value in values.items()))
    options = resolved(command, "--config", str(file))
    assert as_texts(options) == {name: EXPECTED[name] for name in options}


def test_every_setting_is_an_option_of_a_command():
    assert {name for command in COMMANDS for name in resolved(command)} == set(SETTINGS) == set(resolved("config"))


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path, monkeypatch, capsys):
    file = tmp_path / "seawall.toml"
    file.write_text('database = "in_file.db"\n\nkey = "in_file.key"\ntenant = "acme"\naccept_truncation = true\n')
    for name, value in {"CONFIG": file, "KEY": "variable.key", "TENANT": "", "DATABSE": SECRET}.items():
        monkeypatch.setenv(f"SEAWALL_{name}", f"{value}")
    assert main(["config", "--no-accept-truncation", "--processes", "2", "--checkpoints", "there"]) == 0
    lines = [re.sub(" +", " ", line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        f'database = "in_file.db" # {file}, line 1, database',
        'key = "variable.key" # SEAWALL_KEY',
        'checkpoints = "there" # --checkpoints',
        "# foreign = # not set",
        'address = "127.0.0.1:50551" # default',
        "# tls = # not set",
        "# mtls = # not set",
        "# certificate = # not set",
        "# certificate_key = # not set",
        "# client_ca = # not set",
        "# identities = # not set",
        "# quotas = # not set",
        "# operations_address = # not set",
        "# code_folder = # not set",
        "# ready_file = # not set",
        "accept_truncation = false # --accept-truncation",
        "# until_stdin_ends = # not set",
        "# drain_seconds = # not set",
        'log_level = "info" # default',
        'log_format = "json" # default',
        "# otlp_endpoint = # not set",
        "# workers = # not set",
        "# engine_processes = # not set",
        "# recompute = # not set",
        f'tenant = "acme" # {file}, line 4, tenant',
        "processes = 2 # --processes",
        "# SEAWALL_DATABSE is no setting of a server",
    ]


def test_what_config_prints_is_a_file_that_says_the_same(settings, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SEAWALL_DATABASE", 'a "quoted" name\t.db')
    before = resolved("config")
    assert main(["config"]) == 0
    file = tmp_path / "seawall.toml"
    file.write_text(capsys.readouterr().out)
    for name in SETTINGS:
        monkeypatch.delenv(f"SEAWALL_{name.upper()}")
    assert resolved("config", "--config", str(file)) == before


@pytest.mark.parametrize("url", [URL, f"mysql://app:{SECRET}@h/n", f"postgresql://h/n?password={SECRET}"])
def test_config_prints_no_password(monkeypatch, capsys, url):
    monkeypatch.setenv("SEAWALL_DATABASE", url)
    assert main(["config"]) == 0
    printed = capsys.readouterr().out
    assert SECRET not in printed
    assert "# SEAWALL_DATABASE" in printed


#: What is wrong with a file, and what is said of it after its path.
WRONG_FILES = {
    'address = "a"\ndatabse = "b"': ", line 2, databse: 'databse' is no setting, allowed: accept_truncation, address,",
    "[serve]\naddress = 1": ", line 1, serve: 'serve' is no setting, allowed: ",
    'log.key = "a"': ", line 1, log: 'log' is no setting, allowed: ",
    "'ready-file' = 1": ", line 1, ready-file: 'ready-file' is no setting, allowed: ",
    "processes = true": ", line 1, processes: found a boolean, true, allowed: a number, 1 to 64",
    "processes = 65": ", line 1, processes: found '65', allowed: 1 to 64",
    'processes = "3"': ", line 1, processes: found a text, allowed: a number, 1 to 64",
    "drain_seconds = 300.1": ", line 1, drain_seconds: found '300.1', allowed: 0 to 300 seconds",
    "recompute = 1": ", line 1, recompute: found an integer, 1, allowed: true or false",
    f'database = ["{URL}"]': ", line 1, database: found an array, allowed: a text",
    f'database = {{ url = "{URL}" }}': ", line 1, database: found a table, allowed: a text",
    "address = 1979-05-27": ", line 1, address: found a date or a time, allowed: a text",
    'tenant = "A"': ", line 1, tenant: found 'A', allowed: ",
    f"database = {URL}": ": it is no TOML: ",
    'key = "a"\nkey = "b"': ": it is no TOML: ",
    f"a = {'[' * 50_000}": ": it is no TOML: ",
    "\ufeffkey = 1": ": it is no TOML: ",
    "#" * 2**20 + "#": ": it has more than 1048576 bytes",
}


@pytest.mark.parametrize("content", WRONG_FILES, ids=lambda content: content[:30])
def test_a_wrong_file_is_refused_with_the_place_and_what_is_allowed(tmp_path, capsys, content):
    file = tmp_path / "seawall.toml"
    file.write_text(content, encoding="utf-8")
    assert main(["serve", "--config", str(file)]) == 2
    printed = capsys.readouterr().err
    assert printed.startswith(f"seawall: {file}{WRONG_FILES[content]}")
    assert (printed.count("\n"), SECRET in printed) == (1, False)


def test_a_file_that_cannot_be_read_is_refused(tmp_path, capsys):
    (tmp_path / "bytes").write_bytes(b"a = 1\xff")
    reasons = {"none": "No such file or directory", ".": "Is a directory", "bytes": "byte 5 is not UTF-8"}
    for name, reason in reasons.items():
        assert main(["db", "check", "--config", str(tmp_path / name)]) == 2
        assert capsys.readouterr().err == f"seawall: {tmp_path / name}: {reason}\n"


def test_an_empty_variable_is_none(settings, monkeypatch):
    monkeypatch.setenv("SEAWALL_KEY", "")
    monkeypatch.setenv("SEAWALL_DATABASE", "")
    options = resolved("db verify")
    assert (options["key"], options["database"]) == (None, "seawall.db")


def test_serve_and_db_mean_the_same_database():
    assert {resolved(command)["database"] for command in COMMANDS} == {"seawall.db"}


def test_the_page_names_every_setting_of_a_server():
    rows = pages.rows(DOCS / "operating.md", "Start it")
    documented = {(option.strip("`"), variable.strip("`")) for option, variable, *_ in rows}
    of_programs = {"--until-stdin-ends"}  #: no operator's
    settings = {(setting.option, setting.variable) for setting in settings_of("serve")}
    assert {pair for pair in settings if pair[0] not in of_programs} == documented - {("--config", "SEAWALL_CONFIG")}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_names_the_variables_and_shows_no_password(settings, capsys, command):
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    words = " ".join(capsys.readouterr().out.split())
    assert {name for name in resolved(command) if f"[SEAWALL_{name.upper()}]" not in words} == set()
    assert SECRET not in words


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("ACCEPT_TRUNCATION", "perhaps", "1, true, yes, on, 0, false, no, off"),
        ("PROCESSES", "065", "1 to 64"),
        ("TENANT", "A", NAME_RULE),
        ("OTLP_ENDPOINT", "http://u:p@h", "http://HOST:PORT, or https://HOST:PORT with TLS"),
        ("LOG_LEVEL", "INFO", "debug, info, warning, error"),
    ],
)
def test_a_variable_that_is_not_allowed_is_wrong_usage(monkeypatch, capsys, name, value, allowed):
    monkeypatch.setenv(f"SEAWALL_{name}", value)
    assert main(["config"]) == 2
    assert capsys.readouterr().err == f"seawall: SEAWALL_{name}: found {value!r}, allowed: {allowed}\n"


def test_a_database_that_cannot_be_reached_is_named_without_its_password(settings, capsys):
    assert main(["db", "check"]) == 1
    printed = capsys.readouterr()
    assert "Connect call failed" in printed.err
    assert SECRET not in printed.err + printed.out


@pytest.mark.parametrize(
    "url",
    [URL, f"postgres://app:{SECRET}/x?y#z@host/name", f"postgresql://host/name?user=app&password={SECRET}"],
)
def test_the_name_of_a_database_has_no_password(url):
    name = database_of(url).name
    assert SECRET not in name
    assert "/name" in name or "/none" in name


@pytest.mark.parametrize(
    "url",
    [f"postgresql://app:x@{SECRET}@host/name", f"postgresql://app@host:{SECRET}/name", f"mysql://app:{SECRET}@host/n"],
)
def test_a_wrong_url_is_refused_and_nothing_of_it_printed(url):
    with pytest.raises(DatabaseRefused, match="postgresql://USER") as refused:
        database_of(url)
    assert SECRET not in str(refused.value)
