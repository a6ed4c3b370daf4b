import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Polled } from "../api/poll.js";
import { RelayerError } from "../api/relayer-error.js";
import { formatSpan } from "../format/time.js";
import { TEXTS } from "../texts.js";

const STALE_MS = 15_000;

/** Says why nothing new comes, in a person's words. */
export const explain = (error: Error): string => {
  if (!(error instanceof RelayerError)) return error.message;
  if (error.code === "page/offline") return TEXTS.common.unreachable;
  return error.code === "relayer/starting" ? `${TEXTS.common.starting} ${error.message}` : error.message;
};

/** Shows what came, or that it is loading, or why there is none. */
export const Shown = <T,>({ of, children }: { of: Signal<Polled<T>>; children: (value: T) => ComponentChildren }) => {
  const { value, at, error } = of.value;
  if (value === undefined)
    return error === undefined ? (
      <p class="busy placeholder" role="status">
        {TEXTS.common.loading}
      </p>
    ) : (
      <div class="banner bad" role="alert">
        <p>{explain(error)}</p>
      </div>
    );
  const age = Date.now() - at;
  return (
    <>
      {error !== undefined && age > STALE_MS ? (
        <div class="banner warn" role="status">
          <p>{TEXTS.common.stale(formatSpan(age))}</p>
        </div>
      ) : null}
      {children(value)}
    </>
  );
};
