import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { TrustedState, VerifiedLedgerInfo } from "@pdiem/light-client/diem/epochs/trusted-state";
import { verifyAccountState } from "@pdiem/light-client/diem/proofs/account-state-proof";
import { type EventWithProof, type VerifiedEvent, verifyEvent } from "@pdiem/light-client/diem/proofs/event-proof";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import type { EventKey } from "@pdiem/light-client/diem/state/event";
import { type DiemAccount, readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { RpcError } from "../../error.js";
import { getAccountStateWithProof, getEventsWithProofs } from "./calls.js";
import type { DiemClient } from "./client.js";
import { proveLedger } from "./proven-ledger.js";

/** Custody as a verified ledger info shows it. */
export interface ProvenCustody {
  readonly state: TrustedState;
  readonly verified: VerifiedLedgerInfo;
  readonly account: DiemAccount;
  /** All that the account holds, its balances among it. */
  readonly resources: AccountState;
}

/** The network, and the account that is watched. */
export interface Watched {
  readonly chainId: number;
  readonly custody: AccountAddress;
}

/**
 * Diem makes blocks all the time, with its validators' clock. A node whose head is older than this
 * has fallen behind.
 */
const FALLEN_BEHIND_MS = 60_000;

const isFresh = ({ verified }: ProvenCustody): boolean =>
  Date.now() - Number(verified.ledgerInfo.commitInfo.timestampUsecs / 1000n) < FALLEN_BEHIND_MS;

/**
 * Proves custody's account at the newest ledger info.
 * @throws RpcError `rpc/no-custody` with `later` while the account doesn't exist; errors of
 * `proveLedger` and `verifyAccountState`
 */
export const proveCustody = (
  client: DiemClient,
  from: TrustedState,
  { chainId, custody }: Watched,
): Promise<ProvenCustody> =>
  client.run(
    async (node) => {
      const { state, verified, answers } = await proveLedger(node, { state: from, chainId }, [
        getAccountStateWithProof(custody),
      ]);
      const proven = verifyAccountState(verified, custody, answers[0]);
      const account = proven === undefined ? undefined : readDiemAccount(proven);
      if (proven === undefined || account === undefined)
        throw new RpcError("rpc/no-custody", "custody's account doesn't exist yet", "later");
      return { state, verified, account, resources: proven };
    },
    { isFresh, isHarmless: true },
  );

/**
 * Proves events `from` to before `to` of a stream. The stream has them, by its proven count, so a
 * node that gives fewer keeps them back.
 * @throws RpcError `rpc/withheld`; errors of `proveLedger` and `verifyEvent`
 */
export const provePayments = (
  client: DiemClient,
  trusted: TrustedState,
  chainId: number,
  key: EventKey,
  range: { readonly from: bigint; readonly to: bigint },
): Promise<readonly VerifiedEvent[]> =>
  client.run(async (node) => {
    const count = Number(range.to - range.from);
    const call = getEventsWithProofs(key, range.from, count);
    const { verified, answers } = await proveLedger(node, { state: trusted, chainId }, [call]);
    return verifyPage(verified, key, range, answers[0]);
  });

/**
 * Verifies a page of a stream's events.
 * @throws RpcError `rpc/withheld`; ProofError of `verifyEvent`
 */
export const verifyPage = (
  verified: VerifiedLedgerInfo,
  key: EventKey,
  { from, to }: { readonly from: bigint; readonly to: bigint },
  page: readonly EventWithProof[],
): readonly VerifiedEvent[] => {
  if (BigInt(page.length) < to - from)
    throw new RpcError(
      "rpc/withheld",
      `expected events ${from} to ${to - 1n}, the node gave ${page.length}`,
      "backoff",
    );
  return page.map((event, i) => verifyEvent(verified, event, { key, sequenceNumber: from + BigInt(i) }));
};
