import type { Progress } from "@pdiem/bridge/ledger/ledger";
import { isOpen } from "@pdiem/bridge/ranges";
import { trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import type { DiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import type { DiemClient } from "../../chains/diem/client.js";
import { type CustodyPayment, custodyPayment } from "../../chains/diem/custody-payment.js";
import { proveCustody, provePayments, type Watched } from "../../chains/diem/payments.js";
import type { HeadsKeeper } from "../light-clients/light-client-keeper.js";

/** Custody as last proven. */
export interface CustodySight {
  readonly account: DiemAccount;
  /** Its balances among them. */
  readonly resources: AccountState;
  readonly version: bigint;
  /** Of the ledger info, ms. */
  readonly time: bigint;
}

/** Payments to custody that aren't settled yet, each proven. */
export interface PaymentWatch {
  /** Proves custody's counts and reads what is new; returns the payments not given before. */
  readonly look: (deposits: Progress) => Promise<readonly CustodyPayment[]>;
  /** In order of their numbers. */
  readonly open: () => readonly CustodyPayment[];
  readonly custody: () => CustodySight | undefined;
}

const PAGE = 200n;
/** A longer backlog is read as it is worked off. */
const MAX_HELD = 20_000;

/** Open numbers below `count` that aren't held, as ranges of one page at most. */
const missingPages = (
  { next, open }: Progress,
  count: bigint,
  held: ReadonlyMap<bigint, CustodyPayment>,
): readonly { readonly from: bigint; readonly to: bigint }[] => {
  const pages: { from: bigint; to: bigint }[] = [];
  let room = MAX_HELD - held.size;
  for (const { from, to } of [...open, { from: next, to: count }])
    for (let number = from; number < to && room > 0; number++) {
      if (held.has(number)) continue;
      const last = pages.at(-1);
      if (last !== undefined && last.to === number && number - last.from < PAGE) last.to = number + 1n;
      else pages.push({ from: number, to: number + 1n });
      room -= 1;
    }
  return pages;
};

export const watchPayments = (client: DiemClient, watched: Watched, heads: HeadsKeeper): PaymentWatch => {
  const held = new Map<bigint, CustodyPayment>();
  let sight: CustodySight | undefined;

  const readNew = async (deposits: Progress, account: DiemAccount): Promise<readonly CustodyPayment[]> => {
    const { key, count } = account.receivedEvents;
    const fresh: CustodyPayment[] = [];
    for (const page of missingPages(deposits, count, held)) {
      const events = await provePayments(client, heads.get().diem, watched.chainId, key, page);
      for (const event of events) {
        const payment = custodyPayment(event);
        held.set(payment.number, payment);
        fresh.push(payment);
      }
    }
    return fresh;
  };

  return {
    look: async (deposits) => {
      const { state, verified, account, resources } = await proveCustody(client, heads.get().diem, watched);
      heads.offer({ diem: state });
      sight = {
        account,
        resources,
        version: trustedVersion(state),
        time: verified.ledgerInfo.commitInfo.timestampUsecs / 1000n,
      };
      for (const number of held.keys()) if (!isOpen(deposits, number)) held.delete(number);
      return readNew(deposits, account);
    },
    open: () => [...held.values()].sort((a, b) => (a.number < b.number ? -1 : 1)),
    custody: () => sight,
  };
};
