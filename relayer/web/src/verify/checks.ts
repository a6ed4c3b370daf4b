/** Everything that a page checks of a bridge, by what it has proven itself. */
import { bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { checkGovernance, governanceInForce } from "@pdiem/bridge/governance/in-force";
import { underLimits } from "@pdiem/bridge/governance/limits";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { checkLedgerInForce } from "@pdiem/bridge/ledger/ledger-in-force";
import type { BridgeState } from "@pdiem/bridge/settlement/bridge-state";
import { checkAssets } from "@pdiem/bridge-client/examine/asset-checks";
import type { Check } from "@pdiem/bridge-client/examine/check";
import { checkCustody } from "@pdiem/bridge-client/examine/custody-checks";
import { reservesOf } from "@pdiem/bridge-client/reserves";
import { roomIn } from "@pdiem/bridge-client/simulate/simulate-transfer";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { formatAmount } from "../format/amount.js";
import type { CheckGroup, ProvenState, ReportedCheck } from "./report.js";
import type { Proven, Session } from "./session.js";

const reported = (group: CheckGroup, { name, outcome, expected, found }: Check): ReportedCheck => ({
  group,
  name,
  outcome,
  expected,
  found,
});

/** Makes a check of what throws where it doesn't hold. */
export const checking = (
  group: CheckGroup,
  name: string,
  expected: string,
  check: () => string,
): readonly ReportedCheck[] => {
  try {
    return [{ group, name, expected, outcome: "ok", found: check() }];
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return [{ group, name, expected, outcome: "failed", found: `${error.code}: ${error.message}` }];
  }
};

/** Puts together what the bridge's rules go by. */
export const bridgeStateOf = (
  { config, description }: Session,
  { ledger, governance }: Pick<Proven, "ledger" | "governance">,
): BridgeState => ({ config, issuer: fromHex(description.issuer, 32), ledger, governance });

const dateOf = (ms: bigint): string => new Date(Number(ms)).toISOString();

const checkChains = ({ config }: Session, { facts, own }: Proven): readonly ReportedCheck[] => {
  const { diem, relay } = own.lightClients;
  const epoch = diem.type === "epochState" ? diem.value.epochState.epoch : 0n;
  const isNear = (time: bigint): boolean => {
    const distance = time - BigInt(Date.now());
    return (distance < 0n ? -distance : distance) <= config.maxSkew;
  };
  const clock = `within ${config.maxSkew / 1000n} s of this device's clock`;
  return [
    {
      group: "chains",
      name: "Diem",
      outcome: "ok",
      expected: "a quorum of the validators who follow from the waypoint",
      found: `version ${facts.diem.version}, signed by epoch ${epoch}`,
    },
    {
      group: "chains",
      name: "Parachain",
      outcome: "ok",
      expected: "finalized by the authorities who follow from the configured set",
      found: `block ${facts.parachain.number}, by authority set ${relay.setId}`,
    },
    ...[["Diem's time", facts.diem.time] as const, ["Parachain's time", facts.parachain.time] as const].map(
      ([name, time]): ReportedCheck => ({
        group: "chains",
        name,
        outcome: isNear(time) ? "ok" : "failed",
        expected: clock,
        found: dateOf(time),
      }),
    ),
  ];
};

const checkLedger = (session: Session, proven: Proven): readonly ReportedCheck[] => {
  const { config } = session;
  const { issuer, ledger, governance } = bridgeStateOf(session, proven);
  return [
    ...checking("ledger", "Ledger", "its anchor approved on the parachain by custody's key", () => {
      checkLedgerInForce(config, issuer, ledger, proven.facts.parachain);
      return `0x${toHex(anchorOf(bridgeIdOf(config), ledger))}`;
    }),
    ...checking("ledger", "Guardians' decisions", "the governance state that the ledger names", () => {
      checkGovernance(ledger, governance);
      return `${governance.count} decisions`;
    }),
  ];
};

const checkReserves = (session: Session, proven: Proven): readonly ReportedCheck[] => {
  const state = bridgeStateOf(session, proven);
  try {
    return reservesOf(state, proven.facts).map(({ currency, custody, paidSince, supply, owed, fees, isCovered }) => ({
      group: "reserves",
      name: currency,
      outcome: isCovered ? "ok" : "failed",
      expected: `at least ${formatAmount(supply + owed + fees)}: wrapped ${formatAmount(supply)}, owed ${formatAmount(owed)}, fees ${formatAmount(fees)}`,
      found: `custody holds ${formatAmount(custody + paidSince)}`,
    }));
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return [
      {
        group: "reserves",
        name: "Reserves",
        outcome: "failed",
        expected: "custody covers all that is owed",
        found: `${error.code}: ${error.message}`,
      },
    ];
  }
};

/** Makes all checks that rest on the chains alone. */
export const checkState = (session: Session, proven: Proven): readonly ReportedCheck[] => {
  const { config, issuer, ledger, governance } = bridgeStateOf(session, proven);
  const { diem, parachain } = proven.facts;
  const ledgerChecks = checkLedger(session, proven);
  if (ledgerChecks.some(({ outcome }) => outcome === "failed"))
    return [...checkChains(session, proven), ...ledgerChecks];
  const { guardians } = governanceInForce(config, ledger, governance);
  return [
    ...checkChains(session, proven),
    ...ledgerChecks,
    ...checkCustody(config, issuer, diem).map((check) => reported("ledger", check)),
    ...checkAssets(config, { issuer, freezer: guardians.freezer }, parachain).map((check) => reported("ledger", check)),
    ...checkReserves(session, proven),
  ];
};

/**
 * Reads what people want to know before they move anything.
 * @throws RefusedError `refused/governance`
 */
export const provenStateOf = (session: Session, proven: Proven): ProvenState => {
  const state = bridgeStateOf(session, proven);
  const { config, ledger, governance } = state;
  const { parachain, diem } = proven.facts;
  const inForce = governanceInForce(config, ledger, governance);
  return {
    diemVersion: diem.version,
    block: parachain.number,
    isPaused: inForce.paused,
    currencies: underLimits(config, inForce.limits).currencies.map(({ code, assetId, minimum, maximum, fees }) => ({
      code,
      assetId,
      minimum,
      maximum,
      depositFee: fees.deposit,
      withdrawalFee: fees.withdrawal,
      roomIn: roomIn(state, parachain, code, "mint"),
      roomOut: roomIn(state, parachain, code, "release"),
    })),
  };
};
