import type { Facts } from "@pdiem/bridge/facts/facts";
import type { Heads } from "@pdiem/bridge/facts/light-client-state";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import type { Settlement } from "@pdiem/bridge/settlement/settle";
import { signSettlement } from "@pdiem/bridge/custody/signing";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import type { Active } from "./active.js";
import type { SignedBatch } from "./api.js";
import { headsStatus } from "./heads-status.js";
import { hexText } from "./hex-text.js";

/** What a batch rests on. */
export interface BatchBasis {
  readonly profile: ChainProfile;
  readonly heads: Heads;
  readonly facts: Pick<Facts, "parachain">;
}

/**
 * Signs a batch for the block that its facts were read at. The same facts give the same bytes, so that asking twice, or
 * two clones, makes nothing new.
 */
export const signBatch = (
  { config, key }: Active,
  { profile, heads, facts: { parachain } }: BatchBasis,
  settlement: Settlement,
): SignedBatch => {
  const { extrinsic, hash } = key.withSeed((seed) => signSettlement(seed, config, profile, parachain, settlement));
  return {
    extrinsic: hexText(extrinsic),
    hash: hexText(hash),
    nonce: settlement.nonce,
    birth: { number: parachain.number, hash: hexText(parachain.hash) },
    period: profile.mortalPeriod,
    ledger: hexText(encode(ledgerCodec, settlement.ledger)),
    anchor: hexText(settlement.anchor),
    heads: headsStatus(heads),
  };
};
