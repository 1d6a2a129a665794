"""Tenants and API keys as commands change them, beside servers, and what a verification says of it."""

import asyncio
import json
import random
import re

import pytest

from seawall.server import administer
from seawall.server.__main__ import main
from seawall.server.accounts import register as register_module
from seawall.server.accounts.accounts import Accounts
from seawall.server.accounts.changes import changing, read_register
from seawall.server.accounts.register import ChangeRefused, Register
from seawall.server.documents import canonical
from seawall.server.documents.accounts import AccountEntry, KeyEntry, KeyState, QuotaEntry, TenantEntry, TenantState
from seawall.server.documents.document import address_of, seal
from seawall.server.documents.kinds import OPERATOR_KINDS
from seawall.server.identity.api_keys import ApiKey, new_api_key
from seawall.server.log.tenants import OPERATOR
from seawall.server.store import operator_documents
from seawall.server.store.appends import StoredDocument
from tests.log.stores import all_verified, companies, opened

OPEN, CLOSED = TenantState.OPEN, TenantState.CLOSED


async def done(command, place, *arguments):
    """Runs a command of the operator on a place."""
    assert await command(place.database, place.files, *arguments) == 0


async def decided(place, *entries):
    """Stores changes in one go, as commands would."""
    async with changing(place.database, place.files) as changes:
        for entry in entries:
            await changes.make(lambda register, entry=entry: entry)  # type: ignore[misc]


async def made(place):
    """The tables and the key of a place, as a server that ran once leaves them."""
    async with opened(place):
        pass


async def added_key(place, capsys, label=""):
    capsys.readouterr()
    await done(administer.add_key, place, label)
    text = capsys.readouterr().out.strip()
    assert re.fullmatch("swk_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", text)
    return ApiKey(text[4:16], text)


def applied(register, entry):
    """The register after a change of the operator."""
    register.check(entry)
    before = register.newest(entry)
    document = seal(entry, previous=before.address) if before else seal(entry)
    register.apply(StoredDocument(register.position + 1, document.address, document.kind, document.body, "2026"))


def test_each_change_follows_from_what_holds_or_says_what_does():
    register, key = Register(), ("0" * 12, "1" * 64)
    steps: list[tuple[AccountEntry, str]] = [
        (TenantEntry("acme", CLOSED), "there is no tenant acme"),
        (QuotaEntry("acme", writer_share="5"), "there is no tenant acme: seawall tenants add acme makes it"),
        (TenantEntry("acme", OPEN), ""),
        (TenantEntry("acme", OPEN), "the tenant acme is open already, since 2026"),
        (TenantEntry("acme", CLOSED), ""),
        (TenantEntry("acme", CLOSED), "the tenant acme is closed already"),
        (TenantEntry("acme", OPEN), ""),
        (TenantEntry("local", OPEN), "always there, and open"),
        (TenantEntry("local", CLOSED), "always there, and open"),
        (KeyEntry(*key, KeyState.RETIRED), "there is no API key 000000000000"),
        (KeyEntry(*key, KeyState.ACTIVE, "x"), ""),
        (KeyEntry(*key, KeyState.ACTIVE), "there is an API key 000000000000 already"),
        (KeyEntry(key[0], "2" * 64, KeyState.RETIRED), "there is an API key 000000000000 already"),
        (KeyEntry(*key, KeyState.RETIRED), ""),
        (KeyEntry(*key, KeyState.RETIRED), "is retired already, since 2026, and stays so"),
        (KeyEntry(*key, KeyState.ACTIVE), "is retired already, since 2026, and stays so"),
        (QuotaEntry("acme"), "the quotas of acme are these already"),
        (QuotaEntry("acme", writer_share="5"), ""),
        (QuotaEntry("acme", writer_share="5"), "the quotas of acme are these already"),
        (QuotaEntry("acme"), ""),
        (QuotaEntry("local", calls_at_once="5"), ""),
    ]
    for entry, refusal in steps:
        if refusal:
            with pytest.raises(ChangeRefused, match=refusal):
                applied(register, entry)
        else:
            applied(register, entry)
            change = register.newest(entry)
            assert change
            assert change.entry == entry
    assert register.is_open("acme")


def test_no_more_subjects_are_kept_than_a_server_has_room_for(monkeypatch):
    monkeypatch.setitem(register_module.MOST, "tenant.v1", 2)
    register = Register()
    for name in ("a", "b"):
        applied(register, TenantEntry(name, OPEN))
    with pytest.raises(ChangeRefused, match="no more are kept"):
        applied(register, TenantEntry("c", OPEN))
    applied(register, TenantEntry("a", CLOSED))


async def test_a_tenant_is_added_closed_and_opened_again(place, capsys):
    await made(place)
    await done(administer.add_tenant, place, "acme", False)
    await done(administer.close_tenant, place, "acme")
    with pytest.raises(ChangeRefused, match="--reopen opens it again, with all that it has stored"):
        await done(administer.add_tenant, place, "acme", False)
    await done(administer.add_tenant, place, "acme", True)
    capsys.readouterr()
    await done(administer.list_tenants, place)
    head, row = (line.split() for line in capsys.readouterr().out.splitlines())
    assert (head, row[:2]) == (["TENANT", "STATE", "ADDED", "CHANGED"], ["acme", "open"])
    findings, result = await all_verified(place)
    assert (findings, result.documents) == ([], 3)


async def test_an_api_key_is_shown_once_kept_as_a_hash_and_retired_for_good(sqlite_place, capsys):
    place = sqlite_place
    await made(place)
    key = await added_key(place, capsys, "nightly job")
    await done(administer.retire_key, place, key.key_id)
    with pytest.raises(ChangeRefused, match="is retired already"):
        await done(administer.retire_key, place, key.key_id)
    capsys.readouterr()
    await done(administer.list_keys, place)
    assert capsys.readouterr().out.splitlines()[1].split()[:2] == [key.key_id, "retired"]
    bodies = [bytes(body).decode() for (body,) in place.rows("SELECT body FROM evidence")]
    assert all(key.text[-43:] not in body and f'"sha256":"{key.sha256}"' in body for body in bodies)
    assert (await all_verified(place))[0] == []


async def test_commands_at_the_same_time_take_turns_and_one_of_two_alike_is_refused(place):
    await made(place)
    alike = await asyncio.gather(
        *(done(administer.add_tenant, place, "acme", False) for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in alike) == ["ChangeRefused"] * 2 + ["NoneType"]
    await asyncio.gather(*(done(administer.add_tenant, place, f"bank-{number}", False) for number in range(2)))
    register = await read_register(place.database, place.files)
    assert [change.entry.tenant for change in register.tenants()] == ["acme", *(f"bank-{n}" for n in range(2))]
    assert (await all_verified(place))[0] == []


async def test_a_server_sees_what_commands_change_beside_it_and_goes_on_in_its_own_log(place, capsys):
    async with opened(place) as store:
        accounts = Accounts(store.operator_documents)
        await accounts.open()
        key = await added_key(place, capsys)
        await done(administer.add_tenant, place, "acme", False)
        assert not accounts.tenant_is_open("acme")
        await accounts.refresh()
        assert [accounts.tenant_is_open(name) for name in ("acme", "local", "other", OPERATOR)] == [1, 1, 0, 0]
        assert await accounts.lookup(key.key_id, key.sha256)
        assert not await accounts.lookup(key.key_id, new_api_key().sha256)
        assert not await accounts.lookup("0" * 12, key.sha256)
        assert not await accounts.lookup("0" * 12, "0" * 64)
        await store.of("acme").append(companies(1))  # its checkpoint follows the changes in the operator's log
        await done(administer.retire_key, place, key.key_id)
        await done(administer.close_tenant, place, "acme")
        await accounts.refresh()
        assert not await accounts.lookup(key.key_id, key.sha256)
        assert not accounts.tenant_is_open("acme")
    findings, result = await all_verified(place)
    assert (findings, result.documents) == ([], 5)


async def test_more_changes_than_are_read_at_once_are_all_read(sqlite_place, monkeypatch):
    monkeypatch.setattr(operator_documents, "AT_ONCE", 3)
    async with opened(sqlite_place) as store:
        for number in range(7):
            assert await store.operator_documents.append(seal(TenantEntry(f"t{number}", OPEN)), number)
        accounts = Accounts(store.operator_documents)
        await accounts.open()
        assert accounts.tenant_is_open("t6")
        assert await store.operator_documents.append(seal(TenantEntry("late", OPEN)), 6) is None
    register = await read_register(sqlite_place.database, sqlite_place.files)
    assert len(list(register.tenants())) == 7


def forged(place, number, entry):
    """A row that somebody adds who owns the database and has no key."""
    document = seal(entry)
    body = f"X'{document.body.hex()}'" if place.server == "" else f"'\\x{document.body.hex()}'"
    place.tamper(
        "INSERT INTO evidence (tenant, position, address, kind, inputs, body, recorded_at) VALUES"
        f" ('{OPERATOR}', {number}, '{document.address}', '{document.kind}', '', {body}, '2026-01-01T00:00:00.000000Z')"
    )


async def test_a_row_that_the_log_does_not_have_lets_nobody_in(place, caplog):
    async with opened(place) as store:
        await done(administer.add_tenant, place, "acme", False)
        accounts = Accounts(store.operator_documents)
        await accounts.open()
        key = new_api_key()
        forged(place, 2, KeyEntry(key.key_id, key.sha256, KeyState.ACTIVE))
        for _ in range(2):
            await accounts.refresh()
        assert not await accounts.lookup(key.key_id, key.sha256)
        assert accounts.tenant_is_open("acme")
        said = [record.getMessage() for record in caplog.records if "Changes of tenants" in record.getMessage()]
        assert said == [
            "Changes of tenants, API keys and quotas are not seen: a change of tenants, API keys or quotas is stored"
            " and the operator's log has no record of it"
        ]
        place.tamper("DELETE FROM evidence WHERE position = 2")
        await accounts.refresh()
        assert caplog.records[-1].getMessage().endswith("are seen again")


async def test_a_change_that_is_missing_between_two_others_is_missed(sqlite_place):
    place = sqlite_place
    await made(place)
    for name in ("acme", "bank", "other"):
        await done(administer.add_tenant, place, name, False)
    place.tamper("DELETE FROM evidence WHERE position = 2")
    with pytest.raises(Exception, match="document 2 of the operator's log is missing"):
        await read_register(place.database, place.files)


async def test_a_signed_change_that_does_not_follow_is_found_and_not_taken(sqlite_place):
    place, entry = sqlite_place, TenantEntry("acme", CLOSED)
    words = "acme: it follows nothing, and not the newest change before it"
    async with opened(place) as store:
        await done(administer.add_tenant, place, "acme", False)
        assert await store.operator_documents.append(seal(entry), 1)
        accounts = Accounts(store.operator_documents)
        with pytest.raises(ChangeRefused, match=words):
            await accounts.open()
        assert accounts.tenant_is_open("acme")
    ((finding,), _) = await all_verified(place)
    assert (finding.kind.name, finding.where) == ("PARENT", f"{OPERATOR}: {seal(entry).address}")
    assert words in finding.description


def test_whatever_the_bytes_of_a_document_are_it_is_a_change_or_refused():
    """Whoever has the key of the log can sign anything: it must neither be taken nor end a server."""
    luck, taken = random.Random(13), 0
    key = KeyEntry("0" * 12, "0" * 64, KeyState.ACTIVE, "x")
    sound = [seal(TenantEntry("acme", OPEN)), seal(key), seal(QuotaEntry("acme", stored_bytes="7"))]
    words = [
        *(value for each in sound for value in canonical.decode(each.body).values()),
        0,
        None,
        [],
        {},
        "",
        "previous",
    ]
    for _ in range(500):
        fields = dict(canonical.decode(luck.choice(sound).body))
        for _ in range(luck.randrange(3)):
            fields[luck.choice([*fields, "parents", "state", "model"])] = luck.choice(words)
        body = json.dumps(fields).encode()
        register = Register()
        try:
            register.apply(StoredDocument(1, address_of(body), luck.choice(list(OPERATOR_KINDS)), body, ""))
            taken += 1
        except ChangeRefused:
            pass
    assert 25 < taken < 475


async def test_changes_stand_in_no_tenants_log_and_no_tenants_documents_in_the_operators(sqlite_place):
    change, dataset = seal(TenantEntry("acme", OPEN)), companies(1)[0]
    async with opened(sqlite_place) as store:
        await store.of("acme").append([change])
        await store.operator_documents.append(dataset, 0)
    findings, _ = await all_verified(sqlite_place)
    assert {(finding.where, finding.description) for finding in findings} == {
        (f"acme: {change.address}", "no tenant.v1 is a document of acme"),
        (f"{OPERATOR}: {dataset.address}", f"no dataset_version.v2 is a document of {OPERATOR}"),
    }


async def test_a_database_that_is_gone_leaves_what_was_known(sqlite_place, capsys):
    async with opened(sqlite_place) as store:
        await done(administer.add_tenant, sqlite_place, "acme", False)
        accounts = Accounts(store.operator_documents)
        await accounts.open()
        await store.database.dispose()
        sqlite_place.database.rename(sqlite_place.database.with_suffix(".away"))
        sqlite_place.database.mkdir()
        await accounts.refresh()
        assert accounts.tenant_is_open("acme")
        sqlite_place.database.rmdir()
        sqlite_place.database.with_suffix(".away").rename(sqlite_place.database)
        await done(administer.close_tenant, sqlite_place, "acme")
        await accounts.refresh()
        assert not accounts.tenant_is_open("acme")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tenants", "add", "Acme"], "found 'Acme', allowed: 1 to 63 of a-z, 0-9 and '-'"),
        (["tenants", "add", "_operator"], "found '_operator', allowed"),
        (["tenants", "close", ""], "found '', allowed"),
        (["keys", "retire", "swk_0123456789ab_secret"], "found 'swk_01234567', allowed: 12 of 0-9 and a-f"),
        (["keys", "add", "--label", "\n"], "at most 64 printable characters"),
        (["keys"], "the following arguments are required: COMMAND"),
    ],
)
def test_wrong_words_are_refused_with_what_is_allowed(arguments, words, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert words in error
    assert "secret" not in error


def test_a_command_makes_no_database_but_the_first_key_of_one(tmp_path, capsys):
    database = ["--database", str(tmp_path / "seawall.db")]
    assert main(["tenants", "add", "acme", *database]) == 1
    assert "seawall db upgrade makes its tables" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert main(["db", "upgrade", *database]) == 0
    assert main(["tenants", "add", "acme", *database]) == 0
    assert main(["tenants", "add", "acme", *database]) == 1
    assert "seawall: the tenant acme is open already" in capsys.readouterr().err
    public = ["--key", str(tmp_path / "seawall.db.key.pub"), "--checkpoints", str(tmp_path / "seawall.db.checkpoints")]
    assert main(["tenants", "list", *database, *public]) == 0
    assert main(["tenants", "close", "acme", *database, *public]) == 1
    assert "it has no key that signs" in capsys.readouterr().err


def test_the_bytes_of_a_change_are_these_for_ever():
    assert seal(TenantEntry("acme", OPEN)).body == b'{"kind":"tenant.v1","state":"open","tenant":"acme"}'
    closed = seal(TenantEntry("acme", CLOSED), previous=seal(TenantEntry("acme", OPEN)).address)
    assert closed.address == address_of(closed.body)
    assert closed.address == "sha256:44f20d56564f4982a0de1567558bc2a67a2057e10b56e701083a498e76d6d256"
    key = KeyEntry("0123456789ab", "0" * 64, KeyState.ACTIVE, "nightly job")
    assert seal(key).body.decode() == (
        f'{{"key_id":"0123456789ab","kind":"api_key.v1","label":"nightly job","sha256":"{"0" * 64}","state":"active"}}'
    )
