/** A bridge that owes two releases, and requests to pay them. */
import { proveLeaf, RELEASES } from "@pdiem/bridge/ledger/list";
import { type Evidence, formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { formatPayoutItem, type PayoutItem } from "@pdiem/bridge/settlement/items";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { owing, releaseOf } from "@pdiem/bridge/testing/payouts";
import { SENDER, type World } from "@pdiem/bridge/testing/world";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { NO_DECISIONS_YET, worldWith } from "./requests.js";

const OWED = [releaseOf(), releaseOf({ amount: 600n, currency: "XDX" })];
export const LEDGER = owing(OWED);

export const itemOf = (index: number): PayoutItem => ({
  index: BigInt(index),
  release: proveLeaf(RELEASES, OWED, index),
});

/** A body of `payout`. */
export const payoutRequest = (evidence: Evidence, index = 0) => ({
  ledger: `0x${toHex(encode(ledgerCodec, LEDGER))}`,
  decisions: NO_DECISIONS_YET,
  evidence: formatEvidence(evidence),
  payout: formatPayoutItem(itemOf(index)),
});

/** Custody can pay both releases, at its sequence number. */
export const payableWorld = (sequenceNumber: bigint): World => {
  const world = worldWith(0, LEDGER);
  world.diem.custody = { balances: { XUS: 10_000n, XDX: 10_000n }, account: { sequenceNumber } };
  world.diem.setAccount(SENDER, {});
  return world;
};
