import { feeOf } from "@pdiem/bridge/config/fee";
import { formatAmount } from "@pdiem/bridge-client/examine/format-amount";
import type { SimulatedEnd } from "@pdiem/bridge-client/simulate/simulate-transfer";
import type { DurationsView } from "@pdiem/relayer/views/durations-view";
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { asError } from "../api/as-error.js";
import { RelayerError } from "../api/relayer-error.js";
import { formatSpan } from "../format/time.js";
import { TEXTS } from "../texts.js";
import type { ProvenCurrency } from "../verify/report.js";
import { askVerifier } from "../verify/verifier.js";
import type { Asked, Simulated } from "../verify/worker.js";
import { explain } from "./polled.js";

const T = TEXTS.move;
const TYPED_MS = 500;
const AGAIN_MS = 12_000;

type AskedTransfer = Extract<Asked, { type: "deposit" | "withdrawal" }>;

export interface SimulationState {
  readonly simulated: Simulated | undefined;
  readonly error: Error | undefined;
}

/**
 * Simulates a transfer in the page, again when what it is about changes, and now and then.
 * @param key what identifies it; undefined while it isn't complete
 */
export const useSimulation = (key: string | undefined, asked: () => AskedTransfer): Signal<SimulationState> => {
  const state = useSignal<SimulationState>({ simulated: undefined, error: undefined });
  useEffect(() => {
    state.value = { simulated: undefined, error: undefined };
    if (key === undefined) return;
    let timer: ReturnType<typeof setTimeout>;
    let isOver = false;
    const look = async (): Promise<void> => {
      try {
        const simulated = await askVerifier(asked());
        if (!isOver) state.value = { simulated, error: undefined };
      } catch (error) {
        if (!isOver) state.value = { ...state.value, error: asError(error) };
      }
      if (!isOver) timer = setTimeout(() => void look(), AGAIN_MS);
    };
    timer = setTimeout(() => void look(), TYPED_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [key]);
  return state;
};

const isKnownReason = (reason: string): reason is keyof typeof T.outcome => reason in T.outcome;

/** Says what would become of the money, in words. */
export const outcomeText = (
  end: SimulatedEnd,
  kind: "deposit" | "withdrawal",
): readonly [tone: string, text: string] => {
  if (end.type === "arrives") return ["good", kind === "deposit" ? T.outcome.minted : T.outcome.released];
  const reason = /-window$/.test(end.reason) ? "window" : end.reason.replace(/^asset-frozen$/, "frozen");
  const text = isKnownReason(reason)
    ? T.outcome[reason]
    : `${end.type === "waits" ? "It would wait" : "It would come back"}: ${reason}`;
  return [end.type === "waits" ? "warn" : "bad", text];
};

const timeText = (duration: DurationsView["deposit"] | undefined): string =>
  duration?.p50 === undefined || duration.p95 === undefined
    ? TEXTS.common.unknown
    : T.quote.timeValue(formatSpan(duration.p50), formatSpan(duration.p95), duration.count);

interface QuoteProps {
  readonly kind: "deposit" | "withdrawal";
  readonly code: string;
  readonly amount: bigint | undefined;
  readonly of: SimulationState;
  readonly duration: DurationsView["deposit"] | undefined;
}

const roomOf = ({ roomIn, roomOut }: ProvenCurrency, kind: QuoteProps["kind"]): bigint =>
  kind === "deposit" ? roomIn : roomOut;

/** What arrives, what it costs, how long it takes, and what would happen now. */
export const Quote = ({ kind, code, amount, of: { simulated, error }, duration }: QuoteProps) => {
  const currency = simulated?.state.currencies.find((one) => one.code === code);
  const fee =
    currency === undefined || amount === undefined
      ? undefined
      : feeOf(kind === "deposit" ? currency.depositFee : currency.withdrawalFee, amount);
  const arrives = simulated?.end.type === "arrives" ? simulated.end.amount : undefined;
  const [tone, text] = simulated === undefined ? ["", ""] : outcomeText(simulated.end, kind);
  const amountText = (value: bigint | undefined): string =>
    value === undefined ? "—" : `${formatAmount(value)} ${code}`;
  return (
    <section class="card" aria-live="polite">
      <h2>{T.quote.title}</h2>
      <dl class="facts">
        <dt>{T.quote.send}</dt>
        <dd>{amountText(amount)}</dd>
        <dt>{T.quote.fee}</dt>
        <dd>{amountText(fee)}</dd>
        <dt>{T.quote.arrives}</dt>
        <dd>
          <strong data-quote="arrives">{amountText(arrives)}</strong>
        </dd>
        <dt>{T.quote.time}</dt>
        <dd>{timeText(duration)}</dd>
        <dt>{T.quote.room}</dt>
        <dd>{currency === undefined ? "—" : amountText(roomOf(currency, kind))}</dd>
      </dl>
      {amount === undefined ? null : (
        <div class={`banner ${tone}`} data-quote="outcome">
          {error !== undefined ? (
            <p>{error instanceof RelayerError && error.code === "page/no-ledger" ? error.message : explain(error)}</p>
          ) : simulated === undefined ? (
            <p class="busy">{T.quote.checking}</p>
          ) : (
            <p>
              <strong>{T.quote.now}:</strong> {text}
            </p>
          )}
        </div>
      )}
      {simulated === undefined ? null : (
        <p class="hint">{T.quote.basis(simulated.state.diemVersion.toString(), simulated.state.block.toString())}</p>
      )}
    </section>
  );
};
