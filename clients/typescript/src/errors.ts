// What a server refused, out of the error that Connect throws: its reason and every field at fault.

import { Code, ConnectError } from "@connectrpc/connect";

import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "../gen/google/rpc/error_details_pb.js";

/** One field of the request that is at fault: its path in the request, the reason, and the reason in words. */
export interface FieldViolation {
  readonly field: string;
  readonly reason: string;
  readonly description: string;
}

/** A call that failed. `reason` is a value of the API's ErrorReason without its prefix, or "" where none came. */
export interface Refusal {
  readonly code: Code;
  readonly message: string;
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];
  readonly retryAfterMs: number | undefined; // set where the server says that a retry helps
}

/** The details of google.rpc.Status that came with an error of a call, or of a stream. */
export function refusalOf(error: unknown): Refusal {
  const failed = ConnectError.from(error);
  const [info] = failed.findDetails(ErrorInfoSchema);
  const [retry] = failed.findDetails(RetryInfoSchema);
  const delay = retry?.retryDelay;
  return {
    code: failed.code,
    message: failed.rawMessage,
    reason: info?.reason ?? "",
    metadata: info?.metadata ?? {},
    violations: failed.findDetails(BadRequestSchema).flatMap((request) => request.fieldViolations),
    retryAfterMs: delay && Number(delay.seconds) * 1_000 + delay.nanos / 1e6,
  };
}
