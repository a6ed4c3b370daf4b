import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { HOUR } from "@pdiem/bridge/testing/config";
import { createWorld, exampleLedger, paymentOf, settleNext, toAccount } from "@pdiem/bridge/testing/world";
import type { RequestOf } from "@pdiem/enclave/routes";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { provableConfig, prove } from "../enclave/proofs.js";
import { asking, PINNED, undecided } from "./asked-enclave.js";
import type { Benchmark } from "./measure.js";

const DEPOSITS = 1000;
/** Two batches, as the configuration allows 1,000 calls in one. */
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

/** Requests that settle them, batch by batch. */
export const settlementRequests = (): {
  readonly config: BridgeConfig;
  readonly requests: readonly RequestOf<"settle">[];
} => {
  const starts = Array.from({ length: DEPOSITS / BATCH }, (_, i) => BigInt(i * BATCH));
  const inForce = starts.map((deposits) => undecided(config, { ...exampleLedger, deposits }));
  const world = createWorld(exampleLedger, config);
  for (const { ledger } of inForce) world.parachain.approve(anchorOf(bridgeId(config), ledger));
  const asset = config.currencies[0]?.assetId ?? 0;
  for (let i = 0; i < DEPOSITS; i++) {
    const account = sha3_256(Uint8Array.of(i, i >> 8));
    world.parachain.setAssetAccount(asset, account, { balance: 5_000n });
    world.diem.received.push(paymentOf({ amount: AMOUNT, metadata: toAccount(account) }));
  }
  const proofs = prove(world, DEPOSITS + 1);
  const items = { ...NO_ITEMS, admissions: Array.from({ length: BATCH }, () => settleNext()) };
  const requests = inForce.map((governed, i) => {
    const events = proofs.diem.events.slice(i * BATCH, (i + 1) * BATCH);
    return {
      ...governed,
      encoding: PINNED,
      proofs: { ...proofs, diem: { ...proofs.diem, events } },
      items,
      sessions: [],
    };
  });
  return { config, requests };
};

/** All that the enclave does for them, from request to answer; each to another account. */
export const settlement = (): Benchmark => {
  const { requests } = settlementRequests();
  const batches = requests.map((request) => asking(config, "settle", request));
  return {
    name: `settlement of ${DEPOSITS} deposits in batches of ${BATCH}, request to answer`,
    run: () => {
      for (const answer of batches) answer();
    },
  };
};
