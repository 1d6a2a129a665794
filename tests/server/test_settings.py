"""Every option of `serve` and `db` also comes from the environment, and a password in it is printed nowhere."""

import pytest

from seawall.server.__main__ import _parser as parser
from seawall.server.__main__ import main
from seawall.server.database.connect import database_of
from seawall.server.database.database import DatabaseRefused

SECRET = "swordfish"
URL = f"postgresql://app:{SECRET}@127.0.0.1:1/none"
SETTINGS = {
    "database": URL,
    "key": "log.key",
    "checkpoints": "log.checkpoints",
    "address": "127.0.0.1:1",
    "ready_file": "ready",
    "accept_truncation": "yes",
    "until_stdin_ends": "1",
    "drain_seconds": "2.5",
    "foreign": "other",
    "recompute": "on",
    "processes": "3",
    "tenant": "acme",
}
COMMANDS = ("serve", "db upgrade", "db check", "db verify")


@pytest.fixture
def settings(monkeypatch):
    for name, value in SETTINGS.items():
        monkeypatch.setenv(f"SEAWALL_{name.upper()}", value)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_comes_from_the_environment(settings, command):
    options = {name: value for name, value in vars(parser().parse_args(command.split())).items() if name != "command"}
    expected = SETTINGS | dict.fromkeys(("accept_truncation", "until_stdin_ends", "recompute"), True)
    expected["foreign"] = "('other',)"
    assert {name: value if value is True else str(value) for name, value in options.items()} == {
        name: expected[name] for name in options
    }


def test_every_setting_is_an_option_of_a_command():
    options = {name for command in COMMANDS for name in vars(parser().parse_args(command.split()))}
    assert options - {"command"} == set(SETTINGS)


def test_the_command_line_wins_over_the_environment(settings):
    options = parser().parse_args(["serve", "--database", "other.db", "--no-accept-truncation", "--key", "other.key"])
    assert (options.database, options.accept_truncation, str(options.key)) == ("other.db", False, "other.key")
    assert options.address == SETTINGS["address"]


def test_an_empty_variable_is_none(settings, monkeypatch):
    monkeypatch.setenv("SEAWALL_KEY", "")
    monkeypatch.setenv("SEAWALL_DATABASE", "")
    options = parser().parse_args(["db", "verify"])
    assert (options.key, options.database) == (None, "seawall.db")


def test_serve_and_db_mean_the_same_database():
    databases = {command: parser().parse_args(command.split()).database for command in COMMANDS}
    assert set(databases.values()) == {"seawall.db"}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_names_the_variables_and_shows_no_password(settings, capsys, command):
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    words = " ".join(capsys.readouterr().out.split())
    options = vars(parser().parse_args(command.split())).keys() - {"command"}
    assert {name for name in options if f"[SEAWALL_{name.upper()}]" not in words} == set()
    assert SECRET not in words


def test_a_switch_that_is_neither_on_nor_off_is_wrong_usage(monkeypatch, capsys):
    monkeypatch.setenv("SEAWALL_ACCEPT_TRUNCATION", "perhaps")
    with pytest.raises(SystemExit) as stopped:
        main(["serve"])
    assert stopped.value.code == 2
    assert "found 'perhaps', allowed: 1, true, yes, on, 0, false, no, off" in capsys.readouterr().err


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
