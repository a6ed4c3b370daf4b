import type { History } from "@pdiem/bridge-client/journal/history";
import { trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import type { DiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import type { DiemClient } from "../../chains/diem/client.js";
import { type CustodyPayment, custodyPayment } from "../../chains/diem/custody-payment.js";
import { proveCustody, provePayments, type Watched } from "../../chains/diem/payments.js";
import type { LightClientKeeper } from "../light-clients/light-client-keeper.js";

/** Custody as last proven. */
export interface CustodySight {
  readonly account: DiemAccount;
  /** Its balances among them. */
  readonly resources: AccountState;
  readonly version: bigint;
  /** Time of the ledger info, ms. */
  readonly time: bigint;
}

/** What tells which deposits haven't ended: those not taken up, and those that wait. */
export type OpenDeposits = Pick<History, "ledger" | "waiting" | "cleared">;

/** Payments to custody that haven't ended, each proven. */
export interface PaymentWatch {
  /** Proves custody's counts and reads what is new; returns the payments not given before. */
  readonly poll: (history: OpenDeposits) => Promise<readonly CustodyPayment[]>;
  /** Lists them in order of their numbers. */
  readonly open: () => readonly CustodyPayment[];
  readonly custody: () => CustodySight | undefined;
}

const PAGE = 200n;
/** A longer backlog is read as it is worked off. */
const MAX_HELD = 20_000;
/** Limit of those that wait: strangers can't make what waits keep new payments from being read. */
const MAX_WAITING = 10_000;

/** Lists the deposits that wait, the longest first. */
export const waitingDeposits = ({ waiting, cleared }: Pick<History, "waiting" | "cleared">): readonly bigint[] =>
  waiting.flatMap((leaf, index) => (leaf.type === "deposit" && !cleared.has(BigInt(index)) ? [leaf.value] : []));

interface Page {
  from: bigint;
  to: bigint;
}

/** Puts numbers together that one request reads. @param numbers rising */
const pagesOf = (numbers: Iterable<bigint>, room: number): readonly Readonly<Page>[] => {
  const pages: Page[] = [];
  let left = room;
  for (const number of numbers) {
    if (left-- <= 0) break;
    const last = pages.at(-1);
    if (last !== undefined && last.to === number && number - last.from < PAGE) last.to = number + 1n;
    else pages.push({ from: number, to: number + 1n });
  }
  return pages;
};

function* numbersFrom(from: bigint, to: bigint): Generator<bigint, void, undefined> {
  for (let number = from; number < to; number++) yield number;
}

function* without(
  numbers: Iterable<bigint>,
  held: ReadonlyMap<bigint, CustodyPayment>,
): Generator<bigint, void, undefined> {
  for (const number of numbers) if (!held.has(number)) yield number;
}

const rising = (a: bigint, b: bigint): number => (a < b ? -1 : 1);

export const watchPayments = (client: DiemClient, watched: Watched, lightClients: LightClientKeeper): PaymentWatch => {
  const held = new Map<bigint, CustodyPayment>();
  let listed: readonly CustodyPayment[] | undefined;
  let sight: CustodySight | undefined;

  const readNew = async (
    { deposits }: History["ledger"],
    waiting: readonly bigint[],
    { receivedEvents: { key, count } }: DiemAccount,
  ): Promise<readonly CustodyPayment[]> => {
    const read = waiting.slice(0, MAX_WAITING).sort(rising);
    const pages = [
      ...pagesOf(without(read, held), MAX_HELD - held.size),
      ...pagesOf(without(numbersFrom(deposits, count), held), MAX_HELD - held.size - read.length),
    ];
    const fresh: CustodyPayment[] = [];
    for (const page of pages)
      for (const event of await provePayments(client, lightClients.get().diem, watched.chainId, key, page)) {
        const payment = custodyPayment(event);
        held.set(payment.number, payment);
        listed = undefined;
        fresh.push(payment);
      }
    return fresh;
  };

  return {
    poll: async (history) => {
      const { state, verified, account, resources } = await proveCustody(client, lightClients.get().diem, watched);
      lightClients.offer({ diem: state });
      sight = {
        account,
        resources,
        version: trustedVersion(state),
        time: verified.ledgerInfo.commitInfo.timestampUsecs / 1000n,
      };
      const waiting = waitingDeposits(history);
      const waits = new Set(waiting);
      for (const number of held.keys())
        if (number < history.ledger.deposits && !waits.has(number) && held.delete(number)) listed = undefined;
      return readNew(history.ledger, waiting, account);
    },
    open: () => {
      listed ??= [...held.values()].sort((a, b) => rising(a.number, b.number));
      return listed;
    },
    custody: () => sight,
  };
};
