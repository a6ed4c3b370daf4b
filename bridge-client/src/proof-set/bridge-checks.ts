/** Everything to check of a bridge by the chains alone, on facts proven by oneself. */
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import type { Facts } from "@pdiem/bridge/facts/facts";
import type { LightClientState } from "@pdiem/bridge/facts/light-client-state";
import type { GovernanceState } from "@pdiem/bridge/governance/governance-state";
import { checkGovernance, governanceInForce } from "@pdiem/bridge/governance/in-force";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { checkLedgerInForce } from "@pdiem/bridge/ledger/ledger-in-force";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { checkAssets } from "../examine/asset-checks.js";
import { type Check, checkThat, reasonOf } from "../examine/check.js";
import { checkCustody } from "../examine/custody-checks.js";
import { formatAmount } from "../examine/format-amount.js";
import { reservesOf } from "../reserves.js";

export const CHECK_GROUPS = ["transfer", "bridge", "chains", "ledger", "reserves", "enclave", "relayers"] as const;
export type CheckGroup = (typeof CHECK_GROUPS)[number];

/** One thing that was checked, among others of its kind. */
export interface GroupedCheck extends Check {
  readonly group: CheckGroup;
}

/** A bridge as somebody tells it, and what its chains have proven. */
export interface ProvenBridge {
  readonly config: BridgeConfig;
  /** Custody's key, 32 bytes. */
  readonly issuer: Uint8Array;
  readonly ledger: Ledger;
  readonly governance: GovernanceState;
  readonly facts: Facts;
  readonly lightClients: LightClientState;
  /** By a clock that whoever asks trusts, ms since 1970; undefined for proofs of another time. */
  readonly clock: number | undefined;
}

export const grouped = (group: CheckGroup, checks: readonly Check[]): readonly GroupedCheck[] =>
  checks.map((check) => ({ ...check, group }));

/** Makes a check of what throws where it doesn't hold. */
const checking = (name: string, expected: string, check: () => string): Check => {
  try {
    return checkThat(name, true, expected, check());
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return { ...checkThat(name, false, expected, reasonOf(error)), code: error.code };
  }
};

const dateOf = (ms: bigint): string => new Date(Number(ms)).toISOString();

const checkTimes = ({ config, facts, clock }: ProvenBridge): readonly Check[] => {
  const { maxSkew } = config;
  const expected =
    clock === undefined
      ? "the time of these proofs: newer ones may say more"
      : `within ${maxSkew / 1000n} s of this device's clock`;
  const isNear = (time: bigint): boolean =>
    clock === undefined || Math.abs(Number(time) - Math.trunc(clock)) <= Number(maxSkew);
  return [
    checkThat("Diem's time", isNear(facts.diem.time), expected, dateOf(facts.diem.time)),
    checkThat("Parachain's time", isNear(facts.parachain.time), expected, dateOf(facts.parachain.time)),
  ];
};

const checkChains = (bridge: ProvenBridge): readonly Check[] => {
  const { facts, lightClients } = bridge;
  const { diem, relay } = lightClients;
  const epoch = diem.type === "epochState" ? diem.value.epochState.epoch : 0n;
  return [
    checkThat(
      "Diem",
      true,
      "a quorum of the validators who follow from the waypoint",
      `version ${facts.diem.version}, signed by epoch ${epoch}`,
    ),
    checkThat(
      "Parachain",
      true,
      "finalized by the authorities who follow from the configured set",
      `block ${facts.parachain.number}, by authority set ${relay.setId}`,
    ),
    ...checkTimes(bridge),
  ];
};

const checkLedger = ({ config, issuer, ledger, governance, facts }: ProvenBridge): readonly Check[] => [
  checking("Ledger", "its anchor approved on the parachain by custody's key", () => {
    checkLedgerInForce(config, issuer, ledger, facts.parachain);
    return `0x${toHex(anchorOf(bridgeIdOf(config), ledger))}`;
  }),
  checking("Guardians' decisions", "the governance state that the ledger names", () => {
    checkGovernance(ledger, governance);
    return `${governance.count} decisions`;
  }),
];

const checkReserves = (bridge: ProvenBridge): readonly Check[] => {
  try {
    return reservesOf(bridge, bridge.facts).map(({ currency, custody, paidSince, supply, owed, fees, isCovered }) =>
      checkThat(
        currency,
        isCovered,
        `at least ${formatAmount(supply + owed + fees)}: wrapped ${formatAmount(supply)}, owed ${formatAmount(owed)}, fees ${formatAmount(fees)}`,
        `custody holds ${formatAmount(custody + paidSince)}`,
      ),
    );
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return [checkThat("Reserves", false, "custody covers all that is owed", reasonOf(error))];
  }
};

/** Makes all checks that rest on the chains alone: the ledger first, as others rest on it. */
export const checkBridge = (bridge: ProvenBridge): readonly GroupedCheck[] => {
  const { config, issuer, ledger, governance, facts } = bridge;
  const id = `0x${toHex(bridgeIdOf(config))}`;
  const ledgerChecks = checkLedger(bridge);
  const first = [
    ...grouped("bridge", [checkThat("Configuration", true, `${id}, the hash that names the bridge`, id)]),
    ...grouped("chains", checkChains(bridge)),
    ...grouped("ledger", ledgerChecks),
  ];
  if (ledgerChecks.some(({ outcome }) => outcome === "failed")) return first;
  const { guardians } = governanceInForce(config, ledger, governance);
  return [
    ...first,
    ...grouped("ledger", [
      ...checkCustody(config, issuer, facts.diem),
      ...checkAssets(config, { issuer, freezer: guardians.freezer }, facts.parachain),
    ]),
    ...grouped("reserves", checkReserves(bridge)),
  ];
};
