// Registers a company, executes a severe stress, and prints cash at the end of each month.
//   SEAWALL_SERVER=HOST:PORT [SEAWALL_CA=FILE SEAWALL_TOKEN_FILE=FILE] node dist/example.js REQUEST.json

import { readFileSync } from "node:fs";

import { fromJson } from "@bufbuild/protobuf";
import { fromMinor, refusalOf, SeawallClient } from "seawall-client";
import { RegisterDatasetVersionRequestSchema } from "seawall-client/v1/stress_service_pb.js";

const { SEAWALL_SERVER = "127.0.0.1:50551", SEAWALL_CA: ca, SEAWALL_TOKEN_FILE: tokenFile } = process.env;
const client = new SeawallClient(SEAWALL_SERVER, { ca, tokenFile });
try {
  const file = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
  const company = fromJson(RegisterDatasetVersionRequestSchema, file);
  const { datasetVersionId } = await client.stress.registerDatasetVersion(company);
  const { scenarioId } = await client.stress.createScenario({
    scenario: { datasetVersionId, name: "Severe", horizonMonths: 24 },
    templateName: "severe",
  });
  const source = { case: "scenario", value: { scenarioId, datasetVersionId } } as const;
  for await (const event of client.execute({ source })) {
    if (event.case !== "period") continue;
    console.log(event.value.periodEnd, fromMinor(event.value.position?.cashMinor ?? 0n, 2));
  }
} catch (error) {
  const { code, message, reason, violations } = refusalOf(error);
  console.error(code, reason, message, violations);
  process.exitCode = 1;
} finally {
  client.close();
}
