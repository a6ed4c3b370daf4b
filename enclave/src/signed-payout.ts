import type { Heads } from "@pdiem/bridge/facts/light-client-state";
import type { Payout } from "@pdiem/bridge/payout/payout";
import { signPayout as sign } from "@pdiem/bridge/custody/signing";
import type { Active } from "./active.js";
import type { SignedPayout } from "./api.js";
import { headsStatus } from "./heads-status.js";
import { hexText } from "./hex-text.js";

/** Signs a payment for custody's proven sequence number. The same facts give the same bytes. */
export const signPayout = ({ key }: Active, heads: Heads, payout: Payout): SignedPayout => {
  const { transaction, hash } = key.withSeed((seed) => sign(seed, payout));
  const { sequenceNumber, expirationTimestampSecs } = payout.transaction;
  return {
    transaction: hexText(transaction),
    hash: hexText(hash),
    index: payout.index.toString(),
    sequenceNumber: sequenceNumber.toString(),
    expirationTimestampSecs: expirationTimestampSecs.toString(),
    heads: headsStatus(heads),
  };
};
