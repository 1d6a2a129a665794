"""Stores with something in them, and what a verification of one finds."""

from contextlib import asynccontextmanager, closing
from functools import partial

from seawall.engine import execute
from seawall.server.database.connect import database_of
from seawall.server.documents import canonical
from seawall.server.documents.document import Document, address_of, seal
from seawall.server.log import key_file
from seawall.server.log.checkpoint import read_checkpoint
from seawall.server.log.tenants import LOCAL
from seawall.server.services.recomputing import recomputed
from seawall.server.store.appends import Request
from seawall.server.verification.findings import Finding, Result
from seawall.server.verification.recompute import Recomputation
from seawall.server.verification.verify import verify, verify_all
from seawall.server.verification.workers import Workers
from tests.companies import company, scenario
from tests.places import Copy

REQUEST = Request("11111111-2222-3333-4444-555555555555", "RegisterDatasetVersionRequest", "0" * 64)


def documents():
    """A dataset version, a scenario and an execution."""
    dataset = seal(company())
    stress = seal(scenario(dataset.address))
    execution = execute(scenario(dataset.address), company())
    return [dataset, stress, seal(execution, scenario=stress.address, dataset_version=dataset.address)]


def of_month_v1():
    """The same as the release before this one wrote their kinds, parents and model."""
    addresses: dict[str, str] = {}
    for document in documents():
        fields = canonical.decode(document.body) | {"kind": document.kind.replace(".v2", ".v1")}
        links = {name: addresses[address] for name, address in fields.get("parents", {}).items()}
        inputs = ""
        if links:
            fields["parents"] = links
        if document.inputs:
            fields["model"] = "month.v1"
            inputs = f"month.v1 {links['scenario']} {links['dataset_version']} {fields['analysis_date']}"
        body = canonical.encode(fields)
        addresses[document.address] = address_of(body)
        yield Document(fields["kind"], body, address_of(body), tuple(sorted(links.items())), inputs)


def companies(count, first=0):
    """Small documents, each another one; the first of all is labelled."""
    labelled = {0: {"company_id": "4711", "labels": ("b",)}}
    numbers = range(first, first + count)
    return [seal(company(company_name=f"Company {number}", **labelled.get(number, {}))) for number in numbers]


def resealed(document, **changed):
    """The same document with other words in its bytes, at the address of these, filed under what they say."""
    fields = canonical.decode(document.body) | changed
    parents = fields.get("parents", {})
    inputs = document.inputs and " ".join(
        str(each)
        for each in (fields["model"], parents["scenario"], parents["dataset_version"], fields["analysis_date"])
    )
    body = canonical.encode(fields)
    return Document(document.kind, body, address_of(body), tuple(sorted(parents.items())), inputs, document.labels)


class OfTenant:
    """An open store as one of its tenants sees it, and what only the whole of it has."""

    def __init__(self, store, tenant=LOCAL):
        self._whole, self._own = store, store.of(tenant)

    def __getattr__(self, name):
        return getattr(self._whole if hasattr(self._whole, name) else self._own, name)


@asynccontextmanager
async def opened(place, **options):
    """The store of a place as its usual tenant sees it."""
    store = place.store(**options)
    await store.open()
    try:
        yield OfTenant(store)
    finally:
        await store.close()


_filled: dict[tuple[str, int], Copy] = {}


async def filled(place, count=5):
    """A new place with something in it: filled the first time, copied from then on."""
    if (place.server, count) in _filled:
        place.become(_filled[place.server, count])
    else:
        await fill(place, count)
        _filled[place.server, count] = place.copy()


async def fill(place, count=5):
    """Stores three linked documents, one answer to a request, and some more, each with a commit of its own."""
    async with opened(place) as store:
        await store.append(documents())
        for document in companies(count):
            await store.append([document], REQUEST if document.body == companies(1)[0].body else None)
        await store.append(documents()[2:], outcome="IDENTICAL")


async def verified(place, kept_note="", recompute=False, processes=1, reopen=None, tenant=LOCAL):
    """Every finding of a verification of a tenant, and its result; its log must begin with the kept checkpoint.

    With `recompute` what the engine made is computed again; several processes `reopen` the database.
    """
    log_keys = key_file.load(place.files.key).of(tenant)
    kept_checkpoints = [read_checkpoint(kept_note, log_keys)] if kept_note else []
    recomputation = Recomputation(recomputed) if recompute else None
    with closing(Workers(reopen or partial(database_of, place.database), processes)) as workers:
        return await _findings(
            place, lambda database: verify(database, tenant, log_keys, kept_checkpoints, recomputation, workers)
        )


async def all_verified(place, kept_notes=None):
    """The same of all tenants, with the checkpoints that somebody keeps, by tenant."""
    keys = key_file.load(place.files.key)
    kept = {tenant: [read_checkpoint(note, keys.of(tenant))] for tenant, note in (kept_notes or {}).items()}
    return await _findings(place, lambda database: verify_all(database, keys, kept))


async def _findings(place, verification):
    database = database_of(place.database)
    events = [event async for event in verification(database)]
    await database.dispose()
    (result,) = (event for event in events if isinstance(event, Result))
    return [event for event in events if isinstance(event, Finding)], result
