// Against a real server: SEAWALL_SERVER is its address, and SEAWALL_REQUEST a file with a request to register.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";

import { fromJson, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";

import { PeriodResultSchema } from "../gen/seawall/v1/execution_pb.js";
import {
  ExecutionCompletedSchema,
  ExecutionStartedSchema,
  RegisterDatasetVersionRequestSchema,
  ReplayOutcome,
} from "../gen/seawall/v1/stress_service_pb.js";
import { type Options, type Refusal, refusalOf, SeawallClient, toMinor } from "../src/index.js";
import { cable } from "./cable.js";

const ADDRESS = process.env.SEAWALL_SERVER ?? "";
const COMPANY = fromJson(
  RegisterDatasetVersionRequestSchema,
  JSON.parse(readFileSync(process.env.SEAWALL_REQUEST ?? "", "utf8")),
);
const QUICK: Options = { retry: { firstWaitMs: 20 } };
const CUTS = [[2_000], [10_000, 10_000], [6_000, 6_000, 6_000, 6_000]];
const SCHEMAS = { started: ExecutionStartedSchema, period: PeriodResultSchema, completed: ExecutionCompletedSchema };

const client = new SeawallClient(ADDRESS);
after(() => client.close());
const { datasetVersionId } = await client.stress.registerDatasetVersion(COMPANY);
const { scenarioId } = await client.stress.createScenario({
  scenario: { datasetVersionId, name: "Severe", horizonMonths: 24 },
  templateName: "severe",
});
const source = { case: "scenario", value: { scenarioId, datasetVersionId } } as const;

/** What a caller received, as the bytes of each event. */
async function received(events: ReturnType<SeawallClient["execute"]>): Promise<string[]> {
  const lines: string[] = [];
  for await (const { case: kind, value } of events) {
    lines.push(`${kind} ${Buffer.from(toBinary(SCHEMAS[kind] as never, value as never)).toString("hex")}`);
  }
  return lines;
}

async function failure(call: Promise<unknown>): Promise<Refusal> {
  return call.then(() => assert.fail("the call was answered"), refusalOf);
}

test("the same figures have the same id, and amounts are bigint", async () => {
  const again = await client.stress.registerDatasetVersion(COMPANY);
  assert.deepEqual([again.datasetVersionId, again.created], [datasetVersionId, false]);
  const { datasetVersion } = await client.stress.getDatasetVersion({ datasetVersionId });
  assert.equal(datasetVersion?.balanceSheet?.cashMinor, toMinor("68169000.00", datasetVersion?.minorDigits ?? 0));
});

test("a stream that is cut goes on, with the same bytes as one that is not", async () => {
  await received(client.execute({ source })); // from now on it is stored
  const whole = await received(client.execute({ source }));
  assert.deepEqual(whole.map((line) => line.split(" ")[0]), ["started", ...Array(24).fill("period"), "completed"]);
  const stored = { case: "executionId", value: await executionIdOf() } as const;
  for (const cutAfter of CUTS) {
    for (const periodsPerMessage of [1, 5]) {
      for (const from of [source, stored]) {
        using wire = await cable(ADDRESS, cutAfter);
        const events = new SeawallClient(wire.address, QUICK).execute({ source: from, periodsPerMessage });
        assert.deepEqual(await received(events), whole);
        assert.ok(wire.connections() > 1, "nothing was cut");
      }
    }
  }
});

test("a replay that is cut is one replay", async () => {
  using wire = await cable(ADDRESS, [6_000, 6_000]);
  const executionId = await executionIdOf();
  const kinds: string[] = [];
  for await (const event of new SeawallClient(wire.address, QUICK).replay({ executionId, datasetVersionId })) {
    kinds.push(event.case);
    if (event.case === "completed") assert.equal(event.value.outcome, ReplayOutcome.IDENTICAL);
  }
  assert.equal(kinds.length, 26);
  assert.equal(wire.connections(), 3);
});

test("a caller may stop early", async () => {
  for await (const event of client.execute({ source })) if (event.case === "period") break;
  assert.equal((await client.stress.registerDatasetVersion(COMPANY)).created, false);
});

test("every field at fault is named at once", async () => {
  const wrong = structuredClone(COMPANY);
  wrong.datasetVersion!.companyName = " ";
  wrong.datasetVersion!.asOfDate = "31/12/2017";
  wrong.datasetVersion!.incomeStatement!.taxRate = "21";
  const error = await failure(client.stress.registerDatasetVersion(wrong));
  assert.equal(error.code, Code.InvalidArgument);
  assert.deepEqual(
    error.violations.map(({ field, reason }) => [field, reason]).sort(),
    [
      ["dataset_version.as_of_date", "MALFORMED"],
      ["dataset_version.company_name", "MALFORMED"],
      ["dataset_version.income_statement.tax_rate", "OUT_OF_RANGE"],
    ],
  );
  assert.match(error.violations.map(({ description }) => description).join(), /21/);
  assert.equal(error.retryAfterMs, undefined);
});

test("a refusal of a stream is one too, and is not repeated", async () => {
  using wire = await cable(ADDRESS, []);
  const nobodys = { case: "executionId", value: `sha256:${"0".repeat(64)}` } as const;
  const error = await failure(received(new SeawallClient(wire.address, QUICK).execute({ source: nobodys })));
  assert.deepEqual([error.code, error.reason, wire.connections()], [Code.NotFound, "EXECUTION_NOT_FOUND", 1]);
});

test("a call whose connection drops is made again", async () => {
  using wire = await cable(ADDRESS, [0, 0]);
  const registered = await new SeawallClient(wire.address, QUICK).stress.registerDatasetVersion(COMPANY);
  assert.deepEqual([registered.datasetVersionId, wire.connections()], [datasetVersionId, 3]);
});

test("it gives up after the last attempt", async () => {
  const nobody = new SeawallClient("127.0.0.1:1", { retry: { attempts: 2, firstWaitMs: 1 } });
  const error = await failure(nobody.stress.registerDatasetVersion(COMPANY));
  assert.deepEqual([error.code, error.reason], [Code.Unavailable, ""]);
  assert.equal((await failure(received(nobody.execute({ source })))).code, Code.Unavailable);
});

test("a program imports the package and its messages by name", async () => {
  const name = "seawall-client";
  assert.equal((await import(name)).SeawallClient, SeawallClient);
  assert.ok((await import(`${name}/v1/dataset_pb.js`)).DatasetVersionSchema);
});

test("a token is not sent to another machine without TLS", () => {
  for (const address of ["192.0.2.1:50551", "seawall.example:50551", "localhost.example:1"]) {
    assert.throws(() => new SeawallClient(address, { token: "secret" }), /a token is not sent to/);
    assert.ok(new SeawallClient(address, { onBehalfOf: "ada" }));
  }
  for (const address of ["127.0.0.1:50551", "localhost:50551", "[::1]:50551"]) {
    assert.ok(new SeawallClient(address, { tokenFile: "any" }));
  }
});

async function executionIdOf(): Promise<string> {
  const { executions } = await client.stress.listExecutions({ scenarioId });
  return executions[0]?.executionId ?? "";
}
