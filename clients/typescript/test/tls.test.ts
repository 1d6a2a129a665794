// Against real servers with TLS: SEAWALL_TLS knows callers by tokens, SEAWALL_MTLS by certificates; SEAWALL_FILES has
// company-ca.pem, stranger.pem, token, and me.pem with me.key.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { Code } from "@connectrpc/connect";

import { type Options, refusalOf, SeawallClient } from "../src/index.js";
import { cable } from "./cable.js";

const { SEAWALL_TLS = "", SEAWALL_MTLS = "", SEAWALL_FILES = "" } = process.env;
const file = (name: string) => join(SEAWALL_FILES, name);
const ca = file("company-ca.pem");

/** How many templates a caller with these credentials is given, or why none. */
async function templates(address: string, options: Options) {
  const client = new SeawallClient(address, { ...options, retry: { firstWaitMs: 20 } });
  try {
    return (await client.stress.listScenarioTemplates({})).templates.length;
  } catch (error) {
    return refusalOf(error);
  } finally {
    client.close();
  }
}

function code(result: Awaited<ReturnType<typeof templates>>) {
  return typeof result === "number" ? undefined : result.code;
}

test("a token says who calls, and what replaces it is shown by the next call", async () => {
  const tokenFile = join(mkdtempSync(join(tmpdir(), "seawall-")), "token");
  writeFileSync(tokenFile, readFileSync(file("token")));
  const client = new SeawallClient(SEAWALL_TLS, { ca, tokenFile });
  try {
    assert.ok((await client.stress.listScenarioTemplates({})).templates.length);
    writeFileSync(tokenFile, "nonsense");
    const refusal = await client.stress.listScenarioTemplates({}).then(() => assert.fail("answered"), refusalOf);
    assert.deepEqual([refusal.code, refusal.reason], [Code.Unauthenticated, "UNAUTHENTICATED"]);
  } finally {
    client.close();
  }
});

test("a person for whom a service may not act is refused", async () => {
  const mine = { ca, tokenFile: file("token") };
  assert.equal(code(await templates(SEAWALL_TLS, { ...mine, onBehalfOf: "ada@example.com" })), undefined);
  assert.equal(code(await templates(SEAWALL_TLS, { ...mine, onBehalfOf: "eve" })), Code.Unauthenticated);
});

test("a TLS connection that is cut is made again", async () => {
  using wire = await cable(SEAWALL_TLS, [0, 2_000]);
  assert.equal(code(await templates(wire.address, { ca, tokenFile: file("token") })), undefined);
  assert.equal(wire.connections(), 3);
});

test("a certificate says who calls", async () => {
  const mine = { ca, cert: file("me.pem"), certKey: file("me.key") };
  assert.equal(code(await templates(SEAWALL_MTLS, mine)), undefined);
});

test("a server that another authority vouches for is not called", async () => {
  const refusal = await templates(SEAWALL_TLS, { ca: file("stranger.pem"), token: "secret" });
  assert.match(typeof refusal === "number" ? "" : refusal.message, /unable to verify|self-signed|issuer/);
  const none = await templates(SEAWALL_TLS, { ca: file("none.pem") });
  assert.match(typeof none === "number" ? "" : none.message, /ENOENT.*none\.pem/);
});
