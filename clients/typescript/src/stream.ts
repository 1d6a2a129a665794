// A stream that survives a cut: the call is made again from the last period + 1, so each period comes exactly once.

import { Code, ConnectError } from "@connectrpc/connect";

import type { PeriodResult } from "../gen/seawall/v1/execution_pb.js";
import { type Retry, waitBefore } from "./retry.js";

/** What Execute and Replay say: started once, each period once and in order, completed once. */
export type Event<Started, Completed> =
  | { readonly case: "started"; readonly value: Started }
  | { readonly case: "period"; readonly value: PeriodResult }
  | { readonly case: "completed"; readonly value: Completed };

interface HasHeader {
  readonly header?: { readonly horizonMonths: number } | undefined;
}

interface Response<Started, Completed> {
  readonly executionId: string;
  readonly event:
    | { case: "started"; value: Started }
    | { case: "periods"; value: { periods: PeriodResult[] } }
    | { case: "completed"; value: Completed }
    | { case: undefined; value?: undefined };
}

/** Opens the stream at a period; the id is that of an earlier opening, "" the first time. */
export type Open<S, C> = (period: number, executionId: string, signal: AbortSignal) => AsyncIterable<Response<S, C>>;

/** The events of a stream, however often it is cut. A server that says nothing for `silenceMs` has failed. */
export async function* resumed<S extends HasHeader, C>(
  open: Open<S, C>,
  startPeriod: number,
  retry: Retry,
  silenceMs: number,
): AsyncGenerator<Event<S, C>, void> {
  let [next, executionId, horizon, attempt] = [startPeriod, "", 0, 1];
  for (;;) {
    const call = new AbortController();
    const listening = () => setTimeout(() => call.abort(silent(silenceMs)), silenceMs);
    let timer = listening();
    let cut: unknown = new ConnectError("the stream ended without its last message", Code.Unavailable);
    try {
      for await (const { executionId: id, event } of open(next, executionId, call.signal)) {
        clearTimeout(timer); // the caller's own time between two messages does not count
        if (executionId && id !== executionId) throw broken(`the stream of ${executionId} went on with ${id}`);
        if (event.case === "started" && !executionId) {
          [executionId, horizon, attempt] = [id, event.value.header?.horizonMonths ?? 0, 1];
          yield event;
        } else if (event.case === "periods") {
          for (const value of event.value.periods) {
            if (value.period !== next) throw broken(`period ${value.period} came in place of ${next}`);
            [next, attempt] = [next + 1, 1];
            yield { case: "period", value };
          }
        } else if (event.case === "completed") {
          if (next <= horizon) throw broken(`the stream was completed before period ${next} of ${horizon}`);
          return yield event;
        }
        timer = listening();
      }
    } catch (error) {
      cut = call.signal.aborted ? call.signal.reason : error;
    } finally {
      clearTimeout(timer);
      call.abort();
    }
    await waitBefore(++attempt, cut, retry);
  }
}

const silent = (ms: number) => new ConnectError(`the server said nothing for ${ms} ms`, Code.DeadlineExceeded);
const broken = (message: string) => new ConnectError(message, Code.DataLoss);
