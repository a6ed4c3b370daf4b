import { proveLeaf, RELEASES } from "@pdiem/bridge/ledger/list";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { formatEvidence, parseEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { initialHeads } from "@pdiem/bridge/facts/light-client-state";
import { payout } from "@pdiem/bridge/payout/payout";
import { signPayout } from "@pdiem/bridge/custody/signing";
import { ENCLAVE_SEED, ISSUER } from "@pdiem/bridge/testing/config";
import { owing, releaseOf, sentFor } from "@pdiem/bridge/testing/payouts";
import { createWorld, SENDER } from "@pdiem/bridge/testing/world";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { assetApproval } from "@pdiem/light-client/polkadot/trie/storage-key";
import { approval } from "@pdiem/light-client/polkadot/trie/storage-value";
import { provableConfig, prove } from "../enclave/evidence.js";
import type { Benchmark } from "./measure.js";

/** All that the enclave does for one payout when so many others were paid since the last settlement. */
const payoutAfter = (paid: number): Benchmark => {
  const releases = Array.from({ length: paid + 1 }, () => releaseOf());
  const ledger = owing(releases);
  const world = createWorld(ledger);
  const asset = provableConfig.currencies[0]?.assetId ?? 0;
  const anchor = assetApproval(asset, ISSUER, anchorOf(bridgeId(provableConfig), ledger));
  world.parachain.storage.set(toHex(anchor), encode(approval, { amount: 1n, deposit: 1n }));
  world.diem.custody = {
    balances: { XUS: 1_000_000n, XDX: 0n },
    account: { sequenceNumber: BigInt(paid) },
  };
  world.diem.setAccount(SENDER, {});
  for (let i = 0; i < paid; i++) world.diem.sent.push(sentFor(BigInt(i)));
  const request = formatEvidence(prove(world, paid + 1));
  const item = { index: BigInt(paid), release: proveLeaf(RELEASES, releases, paid) };
  const bridge = { config: provableConfig, issuer: ISSUER, ledger, decisions: [] };
  return {
    name: `payout with ${paid} payments to fold, request to signature`,
    run: () => {
      const { facts } = verifyFacts(provableConfig, initialHeads(provableConfig), parseEvidence(request));
      signPayout(ENCLAVE_SEED, payout(bridge, facts, item));
    },
  };
};

export const payoutAlone = (): Benchmark => payoutAfter(0);

export const payoutAfterThousand = (): Benchmark => payoutAfter(1000);
