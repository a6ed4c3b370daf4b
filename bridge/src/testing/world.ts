import { encode } from "@pdiem/light-client/codec/bcs";
import { EMPTY_ACCUMULATOR } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { metadata, toSubaddress } from "@pdiem/light-client/diem/transactions/metadata";
import { type BridgeConfig, bridgeId } from "../config/bridge-config.js";
import { checkCustody } from "../custody/custody.js";
import type { Facts } from "../facts/facts.js";
import { type GovernanceState, governanceHash, initialGovernance } from "../governance/governance-state.js";
import { anchorOf } from "../ledger/anchor.js";
import type { CurrencyLedger, Ledger } from "../ledger/ledger.js";
import type { BatchContext } from "../settlement/batch-draft.js";
import type { BridgeState } from "../settlement/bridge-state.js";
import type { Admission, DepositLookups } from "../settlement/items.js";
import { createReceivers } from "../settlement/receivable.js";
import { exampleConfig, filled, HOUR, ISSUER } from "./config.js";
import { createDiemWorld, type DiemWorld, START_SEQUENCE, type TestPayment } from "./diem-world.js";
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
  owed: 0n,
  minted: { start: 0n, used: 0n },
  released: { start: 0n, used: 0n },
  refunded: { start: 0n, used: 0n },
};

export const exampleGovernance: GovernanceState = initialGovernance(exampleConfig);

/** A bridge whose first deposit is yet to come. */
export const exampleLedger: Ledger = {
  time: START,
  active: 0n,
  nonce: 1,
  failures: 0,
  deposits: 0n,
  waiting: EMPTY_ACCUMULATOR,
  accounts: EMPTY_ACCUMULATOR,
  releases: EMPTY_ACCUMULATOR,
  start: START_SEQUENCE,
  paid: { releases: 0n, events: 0n },
  currencies: exampleConfig.currencies.map(() => UNUSED),
  governance: governanceHash(exampleGovernance),
};

/** Names the bridge as a request does. @param governance what `ledger.governance` is the hash of */
export const bridgeWith = (
  ledger: Ledger = exampleLedger,
  governance: GovernanceState = exampleGovernance,
  config: BridgeConfig = exampleConfig,
): BridgeState => ({ config, issuer: ISSUER, ledger, governance });

/** Makes a world in which the ledger is in force and the next batch is due. */
export const createWorld = (ledger: Ledger = exampleLedger, config: BridgeConfig = exampleConfig): World => {
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
  world.setTime(ledger.time + config.batchInterval);
  parachain.setAccount(ISSUER, { nonce: ledger.nonce });
  parachain.approve(anchorOf(bridgeId(config), ledger));
  return world;
};

/** Makes what the items of a batch look up, under the configuration's own limits. */
export const contextIn = (
  world: World,
  ledger: Ledger = exampleLedger,
  config: BridgeConfig = exampleConfig,
): BatchContext => {
  const facts = world.facts();
  return {
    config,
    bridgeId: bridgeId(config),
    issuer: ISSUER,
    ledger,
    facts,
    custody: checkCustody(config, ISSUER, facts.diem),
    receivers: createReceivers(config, facts.parachain, ISSUER),
  };
};

export const SENDER = filled(16, 0xaa);
export const BENEFICIARY = filled(32, 0xb0);

/** Writes metadata that names a beneficiary by its 32 bytes. */
export const toAccount = (account: Uint8Array): Uint8Array =>
  encode(metadata, { type: "unstructuredBytes", value: { metadata: account } });

/** Writes metadata that sends a payment to a subaddress of custody. */
export const toCustodysSubaddress = (subaddress: Uint8Array): Uint8Array => encode(metadata, toSubaddress(subaddress));

export const paymentOf = (given: Partial<TestPayment>): TestPayment => ({
  currency: "XUS",
  amount: 1_000n,
  other: SENDER,
  metadata: toAccount(BENEFICIARY),
  version: 10n,
  ...given,
});

export const NO_LOOKUPS: DepositLookups = { account: undefined, release: undefined, paymentsBefore: undefined };

/** Asks for the next deposit to be settled. */
export const settleNext = (shown: Partial<DepositLookups> = {}): Admission => ({
  type: "settle",
  value: { ...NO_LOOKUPS, ...shown },
});

/** Asks for the next `count` deposits to be put off unseen. */
export const putOff = (count: number): Admission => ({ type: "putOff", value: count });
