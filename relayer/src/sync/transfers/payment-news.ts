import type { DiemClient } from "../../chains/diem/client.js";
import { resultOf } from "../../chains/diem/json-rpc.js";
import { getEvents } from "../../chains/diem/views.js";
import type { PaymentWatch } from "./payment-watch.js";

export interface PaymentNewsParts {
  readonly client: Pick<DiemClient, "run">;
  readonly payments: Pick<PaymentWatch, "custody">;
  /** Told once of what comes after the last proven payment, whatever a node makes up. */
  readonly onPayment: () => void;
}

/**
 * Makes what asks a Diem node for a payment to custody after those that are proven. Its answer
 * proves nothing: it spares waiting for the next poll.
 */
export const askForPayments = ({ client, payments, onPayment }: PaymentNewsParts): (() => Promise<void>) => {
  let told: bigint | undefined;
  return async () => {
    const stream = payments.custody()?.account.receivedEvents;
    if (stream === undefined || told === stream.count) return;
    const { key, count } = stream;
    const [next] = await client.run(async (node) =>
      resultOf((await node.batch([getEvents(key, count, 1)])).answers[0]),
    );
    if (next === undefined) return;
    told = count;
    onPayment();
  };
};
