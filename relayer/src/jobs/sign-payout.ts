import { formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { settledDecisions } from "@pdiem/bridge/governance/decision-chain";
import { formatPayoutItem } from "@pdiem/bridge/settlement/items";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { BridgeContext } from "./bridge-context.js";
import { syncEnclave } from "../sync/enclave/enclave-sync.js";
import { foretellPayout } from "../simulate/simulate-payouts.js";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";
import type { SignedPayoutData } from "./jobs.js";
import { reasonOf } from "./retry.js";

/** As many payees are proven at once: those who can't be paid are passed by. */
const CANDIDATES = 8;
const LONGEST_TIMES = 40;

/** Leaves a release out for a while, so that others go first. @param times that paying it has failed so far */
export const holdBack = ({ heldBack }: BridgeContext, release: bigint, times = 1): void =>
  heldBack.defer(release, Math.min(LONGEST_TIMES, times));

/** Releases that may be paid now, in the order in which they are owed. */
export const payableReleases = ({ payouts, heldBack }: BridgeContext, { history }: CurrentLedger): readonly bigint[] =>
  payouts.unpaid(history).filter((index) => !heldBack.isDeferred(index));

/** The next payment, signed; undefined where none of those tried can be made now, and each says why. */
export const signPayout = async (context: BridgeContext, current: CurrentLedger): Promise<SignedPayoutData | undefined> => {
  const { clients, config, issuer, payments, payoutStates } = context;
  const sight = payments.custody();
  const releases = payableReleases(context, current).slice(0, CANDIDATES);
  if (sight === undefined || releases.length === 0) return undefined;
  const { history, anchor } = current;
  const { ledger, decisions } = history;
  const bridge = { config, issuer, ledger, decisions };
  await syncEnclave(clients);
  const proposal = { bridge, history, anchor, custody: sight.account, releases };
  const { payable, refused } = await foretellPayout(clients, proposal);
  for (const { index, error } of refused) {
    holdBack(context, index);
    await payoutStates.set(index, { ...(await payoutStates.get(index)), waitingFor: reasonOf(error) });
  }
  if (payable === undefined) return undefined;
  const signed = await clients.enclave.payout({
    ledger: `0x${toHex(encode(ledgerCodec, ledger))}`,
    decisions: `0x${toHex(encode(settledDecisions, decisions))}`,
    evidence: formatEvidence(payable.evidence),
    payout: formatPayoutItem(payable.item),
  });
  return {
    release: Number(signed.index),
    sequenceNumber: signed.sequenceNumber,
    transaction: signed.transaction.slice(2),
    hash: signed.hash.slice(2),
    expires: Number(signed.expirationTimestampSecs),
  };
};
