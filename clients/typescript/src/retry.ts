// When a failed call is made again, and how long to wait before. Every call of the API is safe to repeat.

import { setTimeout as sleep } from "node:timers/promises";

import { Code, type Interceptor } from "@connectrpc/connect";

import { refusalOf } from "./errors.js";

/** At most `attempts` tries in a row without progress; a wait that a server asks for counts up to `patienceMs`. */
export interface Retry {
  readonly attempts: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  readonly patienceMs: number;
}

export const RETRY: Retry = { attempts: 20, firstWaitMs: 100, longestWaitMs: 2_000, patienceMs: 30_000 };

/** What a broken connection is called by whoever notices it. What a server itself refuses has a reason. */
const CUT = new Set([Code.Unavailable, Code.Aborted, Code.Canceled, Code.Internal]);
/** What Node.js says of a file or a certificate: the next connection meets the same. */
const FOR_GOOD = /^(CERT|DEPTH_ZERO|EACCES|ENOENT|ERR_(OSSL|SSL|TLS)|SELF_SIGNED|UNABLE)/;

/** Wait before try number `attempt` (2 is the first repetition), or throw the error where none is left. */
export async function waitBefore(attempt: number, error: unknown, retry: Retry): Promise<void> {
  const { code, reason, retryAfterMs } = refusalOf(error);
  const { code: cause = "" } = ((error as Error).cause ?? {}) as { code?: string };
  const helps = retryAfterMs !== undefined || (CUT.has(code) && reason === "" && !FOR_GOOD.test(cause));
  const outOfPatience = (retryAfterMs ?? 0) * (attempt - 1) > retry.patienceMs; // had each try met the same
  if (!helps || outOfPatience || attempt > retry.attempts) throw error;
  const wait = Math.min(retry.longestWaitMs, retry.firstWaitMs * 2 ** (attempt - 2));
  // Callers that were cut off together should not come back together.
  await sleep(Math.max(wait * (0.5 + Math.random() / 2), retryAfterMs ?? 0));
}

/** Makes unary calls again until they answer or fail for good; streams are resumed elsewhere. */
export function retrying(retry: Retry): Interceptor {
  return (next) => async (request) => {
    if (request.stream) return next(request);
    for (let attempt = 2; ; attempt++) {
      try {
        return await next(request);
      } catch (error) {
        if (request.signal.aborted) throw error; // the caller gave up, or its time is over
        await waitBefore(attempt, error, retry);
      }
    }
  };
}
