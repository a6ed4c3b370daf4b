import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { formatEvidence, parseEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { initialHeads } from "@pdiem/bridge/facts/light-client-state";
import { NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { settle } from "@pdiem/bridge/settlement/settle";
import { signSettlement } from "@pdiem/bridge/custody/signing";
import { ENCLAVE_SEED, HOUR, ISSUER } from "@pdiem/bridge/testing/config";
import { createWorld, exampleLedger, itemOf, paymentOf, toAccount } from "@pdiem/bridge/testing/world";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { assetApproval } from "@pdiem/light-client/polkadot/trie/storage-key";
import { approval } from "@pdiem/light-client/polkadot/trie/storage-value";
import { provableConfig, prove } from "../enclave/evidence.js";
import type { Benchmark } from "./measure.js";

const DEPOSITS = 1000;
/** Half a block of the profile takes some 660 mints. */
const BATCH = 500;
const AMOUNT = 1_000n;

const window = { length: HOUR, amount: BigInt(DEPOSITS) * AMOUNT * 10n };

const config: BridgeConfig = {
  ...provableConfig,
  currencies: provableConfig.currencies.map((currency) => ({
    ...currency,
    windows: { mint: window, release: window, refund: window },
  })),
};

/** All that the enclave does for them, from the request's JSON to the signed batches; each to another account. */
export const settlement = (): Benchmark => {
  const world = createWorld();
  const asset = config.currencies[0]?.assetId ?? 0;
  const anchor = assetApproval(asset, ISSUER, anchorOf(bridgeId(config), exampleLedger));
  world.parachain.storage.set(toHex(anchor), encode(approval, { amount: 1n, deposit: 1n }));
  for (let i = 0; i < DEPOSITS; i++) {
    const account = sha3_256(Uint8Array.of(i, i >> 8));
    world.parachain.setAssetAccount(asset, account, { balance: 5_000n });
    world.diem.received.push(paymentOf({ amount: AMOUNT, metadata: toAccount(account), version: BigInt(i) }));
  }
  const evidence = prove(world, DEPOSITS + 1);
  const requests = Array.from({ length: DEPOSITS / BATCH }, (_, batch) => ({
    evidence: formatEvidence({
      ...evidence,
      diem: { ...evidence.diem, events: evidence.diem.events.slice(batch * BATCH, (batch + 1) * BATCH) },
    }),
    items: {
      ...NO_ITEMS,
      deposits: Array.from({ length: BATCH }, (_, i) => itemOf(BigInt(batch * BATCH + i))),
    },
  }));
  const { profile } = config.parachain;
  return {
    name: `settlement of ${DEPOSITS} deposits in batches of ${BATCH}, request to signature`,
    run: () => {
      for (const { evidence: request, items } of requests) {
        const { facts } = verifyFacts(config, initialHeads(config), parseEvidence(request));
        const batch = settle({ config, issuer: ISSUER, ledger: exampleLedger, decisions: [], profile }, facts, items);
        if (batch.deposits.some(({ type }) => type !== "minted")) throw new Error("expected all to be minted");
        signSettlement(ENCLAVE_SEED, config, profile, facts.parachain, batch);
      }
    },
  };
};
