"""The most that a log can be set to has no credential, whole or in part, no figure and no name of a company."""

import json

from seawall.server.identity.api_keys import new_api_key
from seawall.server.observing.lines import logged
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from tests.identity.credentials import token_key
from tests.identity.secured import COMPANY, Files, bearer, row, secured
from tests.server.running import registration

REGISTER, CREATE = "StressService/RegisterDatasetVersion", "StressService/CreateScenario"


async def test_a_log_at_its_most_has_no_credential_and_no_figure(tmp_path, capsys):
    key, unknown = new_api_key(), new_api_key()
    token, expired = token_key().token(), token_key().token(exp=1_000)
    files = Files(tmp_path)
    files.write(COMPANY + row('issuer = "company"\nclaims = { sub = "anna" }') + row(f'api_key = "{key.key_id}"'))
    request = registration()
    scenario = s.CreateScenarioRequest(scenario=c.Scenario(name="Swordfish", horizon_months=77), template_name="severe")
    with logged("debug", "json"):
        async with secured(files, key) as server:
            await server.outcome(REGISTER, request.SerializeToString(), bearer(token))
            await server.outcome(REGISTER, request.SerializeToString(), bearer(key.text))
            await server.outcome(CREATE, scenario.SerializeToString(), bearer(key.text))
            for credential in (unknown.text, expired, f"{token}x"):
                await server.outcome(REGISTER, request.SerializeToString(), bearer(credential))
    written = capsys.readouterr().err
    calls = [json.loads(line) for line in written.splitlines() if '"seawall.access"' in line]
    codes = [call["code"] for call in calls]
    assert codes == ["OK", "OK", "INVALID_ARGUMENT", *["UNAUTHENTICATED"] * 3]
    assert [call.get("cause") for call in calls[3:]] == ["UNMAPPED", "EXPIRED", "MALFORMED"]
    assert {(call["tenant"], call["actor"]) for call in calls[:3]} == {("acme", "anna")}
    texts = (key.text, unknown.text, token, expired)
    parts = {part for text in texts for part in (text[-20:], text[20:40], text.rpartition(".")[2])}
    figures = [f"{request.dataset_version.balance_sheet.cash_minor}", request.dataset_version.company_name]
    assert [part for part in (*parts, *figures, "Swordfish") if part in written] == []
