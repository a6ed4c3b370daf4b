/**
 * What is told of transfers to a collector of traces, where an operator has one. Each transfer is
 * one trace, from its first sight to its end, whichever relayers work on it.
 */
import type { JobsOptions, Telemetry } from "bullmq";

/** What a relayer does for transfers, in this order; each is a span. */
export type Step = "prove batch" | "enclave settle" | "submit batch" | "enclave payout" | "await batch" | "await end";

/** A transfer that has ended; times are ms since 1970. */
export interface EndedTransfer {
  readonly kind: "deposit" | "withdrawal";
  /** Its id. */
  readonly transfer: string;
  readonly at: { readonly seen: number; readonly settled?: number | undefined; readonly finalized: number };
  /** What is told beside, such as how it ended. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface Tracing {
  /** Has BullMQ tell of each run of a job; undefined while nothing is traced. */
  readonly telemetry: Telemetry | undefined;
  /** Makes what a transfer's job keeps: whoever runs it goes on with its trace. */
  readonly jobOptions: (transfer: string) => Pick<JobsOptions, "telemetry">;
  /** Does something for transfers, by id, and tells how long it took and whether it failed. */
  readonly step: <T>(name: Step, transfers: readonly string[], work: () => Promise<T>) => Promise<T>;
  /** Tells of something that ends now. @param since ms since 1970 */
  readonly record: (name: Step, transfers: readonly string[], since: number) => void;
  /** Tells of a whole transfer, under which all else of it stands. */
  readonly ended: (transfer: EndedTransfer) => void;
  /** Sends what isn't sent yet. */
  readonly stop: () => Promise<void>;
}

/** Tells nothing, and costs nothing. */
export const NO_TRACING: Tracing = {
  telemetry: undefined,
  jobOptions: () => ({}),
  step: (_, __, work) => work(),
  record: () => undefined,
  ended: () => undefined,
  stop: async () => undefined,
};
