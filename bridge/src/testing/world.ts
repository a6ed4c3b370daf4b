import { encode } from "@pdiem/light-client/codec/bcs";
import { EMPTY_ACCUMULATOR } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { metadata, toSubaddress } from "@pdiem/light-client/diem/transactions/metadata";
import { anchorOf } from "../ledger/anchor.js";
import { bridgeId } from "../config/bridge-config.js";
import type { Facts } from "../facts/facts.js";
import { NO_DECISIONS } from "../governance/decision-chain.js";
import type { DepositItem } from "../settlement/items.js";
import type { CurrencyLedger, Ledger } from "../ledger/ledger.js";
import { profileHash } from "../profile-hash.js";
import type { Bridge } from "../settlement/settle.js";
import { exampleConfig, filled, HOUR, ISSUER } from "./config.js";
import { createDiemWorld, type DiemWorld, type TestPayment } from "./diem-world.js";
import { createParachainWorld, type ParachainWorld } from "./parachain-world.js";

/** Both chains, at times close together. */
export interface World {
  readonly diem: DiemWorld;
  readonly parachain: ParachainWorld;
  readonly setTime: (time: bigint) => void;
  readonly facts: () => Facts;
}

export const START = 1_000n * HOUR;

const UNUSED: CurrencyLedger = {
  fees: 0n,
  minted: { start: 0n, used: 0n },
  released: { start: 0n, used: 0n },
  refunded: { start: 0n, used: 0n },
};

/** A bridge whose first deposit is yet to come. */
export const exampleLedger: Ledger = {
  time: START,
  worked: 0n,
  nonce: 1,
  runtime: { specVersion: 900, profile: profileHash(exampleConfig.parachain.profile) },
  deposits: { next: 0n, open: [] },
  accounts: EMPTY_ACCUMULATOR,
  releases: EMPTY_ACCUMULATOR,
  paid: { sent: 0n, next: 0n, open: [] },
  currencies: exampleConfig.currencies.map(() => UNUSED),
  decisions: NO_DECISIONS,
};

export const bridgeWith = (ledger: Ledger): Bridge => ({
  config: exampleConfig,
  issuer: ISSUER,
  ledger,
  decisions: [],
  profile: exampleConfig.parachain.profile,
});

/** A world in which the ledger is in force and the next batch is due. */
export const createWorld = (ledger: Ledger = exampleLedger): World => {
  const diem = createDiemWorld();
  const parachain = createParachainWorld();
  const world: World = {
    diem,
    parachain,
    setTime: (time) => {
      diem.time = time;
      parachain.time = time;
    },
    facts: () => ({ diem: diem.facts(), parachain: parachain.facts() }),
  };
  world.setTime(ledger.time + exampleConfig.batchInterval);
  parachain.setAccount(ISSUER, { nonce: ledger.nonce });
  parachain.approve(anchorOf(bridgeId(exampleConfig), ledger));
  return world;
};

export const SENDER = filled(16, 0xaa);
export const BENEFICIARY = filled(32, 0xb0);

/** Metadata that names a beneficiary by its 32 bytes. */
export const toAccount = (account: Uint8Array): Uint8Array =>
  encode(metadata, { type: "unstructuredBytes", value: { metadata: account } });

/** Metadata that sends a payment to a subaddress of custody. */
export const toCustodysSubaddress = (subaddress: Uint8Array): Uint8Array => encode(metadata, toSubaddress(subaddress));

export const paymentOf = (given: Partial<TestPayment>): TestPayment => ({
  currency: "XUS",
  amount: 1_000n,
  other: SENDER,
  metadata: toAccount(BENEFICIARY),
  version: 10n,
  ...given,
});

export const itemOf = (number: bigint, shown: Partial<DepositItem> = {}): DepositItem => ({
  number,
  account: undefined,
  release: undefined,
  paymentsBefore: undefined,
  ...shown,
});
