// Calls a Seawall server: typed, patient; files of credentials are read again for each call or connection.

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Client, createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";

import { EvidenceService } from "../gen/seawall/v1/evidence_service_pb.js";
import {
  type ExecuteRequestSchema,
  type ExecutionCompleted,
  type ExecutionStarted,
  type ReplayCompleted,
  type ReplayRequestSchema,
  type ReplayStarted,
  StressService,
} from "../gen/seawall/v1/stress_service_pb.js";
import { RETRY, type Retry, retrying } from "./retry.js";
import { resumed } from "./stream.js";

/** With `ca` the connection is TLS; without it a token is sent to this machine only. */
export interface Credentials {
  readonly ca?: string; // a file of authorities that the server's certificate may come from, PEM
  readonly cert?: string; // the file of the caller's certificate, PEM
  readonly certKey?: string; // the file of its key, PEM
  readonly tokenFile?: string; // a file with a token or an API key
  readonly token?: string; // the same itself
  readonly onBehalfOf?: string; // the person that a service acts for
}

/** An answer with its repetitions, and each message of a stream, may take `timeoutMs`. */
export interface Options extends Credentials {
  readonly timeoutMs?: number;
  readonly retry?: Partial<Retry>;
}

/** The two services, and the two streams that go on where they are cut. */
export class SeawallClient {
  readonly stress: Client<typeof StressService>;
  readonly evidence: Client<typeof EvidenceService>;
  private readonly connection: Http2SessionManager;
  private readonly retry: Retry;
  private readonly timeoutMs: number;

  /** `address` is HOST:PORT. */
  constructor(address: string, options: Options = {}) {
    const plain = options.ca === undefined;
    if (plain && (options.token ?? options.tokenFile) && !/^(localhost|127(\.\d+){3}|\[::1\]):\d+$/.test(address)) {
      throw new RangeError(`a token is not sent to ${address} without TLS: name its authority as ca`);
    }
    this.retry = { ...RETRY, ...options.retry };
    this.timeoutMs = options.timeoutMs ?? 30_000;
    const baseUrl = `${plain ? "http" : "https"}://${address}`;
    this.connection = new Http2SessionManager(baseUrl, {}, tlsFiles(options));
    const transport = createGrpcTransport({
      baseUrl,
      defaultTimeoutMs: this.timeoutMs,
      interceptors: [retrying(this.retry), naming(options)],
      sessionManager: this.connection,
    });
    this.stress = createClient(StressService, transport);
    this.evidence = createClient(EvidenceService, transport);
  }

  /** Ends the connection, which would keep a program alive. */
  close(): void {
    this.connection.abort();
  }

  /** Execute a scenario, or read a stored execution: each month exactly once, even where the connection is cut. */
  execute(request: MessageInitShape<typeof ExecuteRequestSchema>) {
    return resumed<ExecutionStarted, ExecutionCompleted>(
      (startPeriod, executionId, signal) =>
        this.stress.execute(
          // What has begun is stored: to go on, it is only read.
          executionId
            ? { ...request, source: { case: "executionId", value: executionId }, requestId: undefined, startPeriod }
            : { ...request, startPeriod },
          { signal, timeoutMs: 0 },
        ),
      request.startPeriod ?? 1,
      this.retry,
      this.timeoutMs,
    );
  }

  /** Compute a stored execution again; the call that goes on is known by its request id. */
  replay(request: MessageInitShape<typeof ReplayRequestSchema>) {
    const requestId = request.requestId ?? randomUUID();
    return resumed<ReplayStarted, ReplayCompleted>(
      (startPeriod, _, signal) => this.stress.replay({ ...request, requestId, startPeriod }, { signal, timeoutMs: 0 }),
      request.startPeriod ?? 1,
      this.retry,
      this.timeoutMs,
    );
  }
}

/** Says with each try who calls. */
function naming({ token, tokenFile, onBehalfOf }: Credentials): Interceptor {
  return (next) => (request) => {
    const shown = token ?? (tokenFile && readFileSync(tokenFile, "utf8").trim());
    if (shown) request.header.set("authorization", `Bearer ${shown}`);
    if (onBehalfOf) request.header.set("seawall-on-behalf-of", onBehalfOf);
    return next(request);
  };
}

/** Read again for each connection: what replaces a file counts from the next one on. */
function tlsFiles(files: Credentials) {
  const content = (path?: string) => path && readFileSync(path);
  return Object.defineProperties(
    {},
    {
      ca: { enumerable: true, get: () => content(files.ca) },
      cert: { enumerable: true, get: () => content(files.cert) },
      key: { enumerable: true, get: () => content(files.certKey) },
    },
  );
}
