"""Callers of several tenants: until credentials say who calls, a caller names its tenant."""

from contextlib import asynccontextmanager

import grpc

from seawall.server.identity.caller import Caller, Role
from seawall.server.log.tenants import LOCAL
from seawall.server.run import serving
from seawall.v1.evidence_service_pb2_grpc import EvidenceServiceStub
from seawall.v1.stress_service_pb2_grpc import StressServiceStub

TENANT = "test-tenant"


async def named_caller(context):
    """Who calls, as the metadata of the call says it."""
    tenant = dict(context.invocation_metadata()).get(TENANT, LOCAL)
    return Caller(tenant, "test", frozenset(Role))


class OfTenant:
    """A server as the callers of a tenant see it: what the calls of `tests.server.running` take."""

    def __init__(self, channel, tenant):
        self.channel, self.tenant = channel, tenant

    @property
    def stress(self):
        return _Stub(StressServiceStub(self.channel), self.tenant)

    @property
    def evidence(self):
        return _Stub(EvidenceServiceStub(self.channel), self.tenant)


class _Stub:
    def __init__(self, stub, tenant):
        self._stub, self._tenant = stub, tenant

    def __getattr__(self, name):
        method = getattr(self._stub, name)
        return lambda request: method(request, metadata=((TENANT, self._tenant),))


@asynccontextmanager
async def as_tenants(place, *tenants, **options):
    """A server, as each of these tenants sees it."""
    async with (
        serving(place.database, "127.0.0.1:0", place.files, identify=named_caller, **options) as address,
        grpc.aio.insecure_channel(address) as channel,
    ):
        yield [OfTenant(channel, tenant) for tenant in tenants]
