import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { getSequenceNumber } from "../../chains/diem/calls.js";
import type { DiemClient } from "../../chains/diem/client.js";
import { resultOf } from "../../chains/diem/json-rpc.js";

/** Notices soon that a payment in flight has used custody's sequence number, so that the next one needn't wait for a poll. */
export interface PaymentChase {
  /** Asks until the number is used, or polls come as often; a later call takes the place of an earlier one. */
  readonly start: (sequenceNumber: bigint) => void;
  /** Resolves once nothing is being asked any more. */
  readonly stop: () => Promise<void>;
}

export interface ChaseOptions {
  /** The next sequence number, as somebody says: a hint. */
  readonly ask: () => Promise<bigint>;
  readonly pollMs: number;
  readonly onUsed: () => void;
  /** Told of what `ask` throws, which ends the chase: polls go on. */
  readonly onError: (error: unknown) => void;
}

const FIRST_MS = 20;
/**
 * Share of the time since the start that passes until the next question: a payment is noticed at
 * most so much later than it could be.
 */
const SHARE = 1 / 4;

/** The next sequence number of an account, unproven. */
export const askSequenceNumber = (client: DiemClient, account: AccountAddress) => (): Promise<bigint> =>
  client.run(async (node) => {
    const { answers } = await node.batch([getSequenceNumber(account)]);
    return resultOf(answers[0]);
  });

export const chasePayments = ({ ask, pollMs, onUsed, onError }: ChaseOptions): PaymentChase => {
  let turn = 0;
  let hurry: () => void = () => undefined;
  let running: Promise<void> = Promise.resolve();

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const chase = async (sequenceNumber: bigint, own: number): Promise<void> => {
    const since = Date.now();
    for (;;) {
      const next = Math.max(FIRST_MS, SHARE * (Date.now() - since));
      if (own !== turn || next >= pollMs) return;
      await pause(next);
      if (own === turn && (await ask()) > sequenceNumber) return onUsed();
    }
  };

  const leaveOff = (): number => {
    turn += 1;
    hurry();
    return turn;
  };

  return {
    start: (sequenceNumber) => {
      const own = leaveOff();
      running = running.then(() => chase(sequenceNumber, own)).catch(onError);
    },
    stop: async () => {
      leaveOff();
      await running;
    },
  };
};
