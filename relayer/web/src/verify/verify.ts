/** Checks everything that a page can check of a bridge, and of one transfer. */

import { lightClientState } from "@pdiem/bridge/facts/light-client-state";
import { type Check, notShown } from "@pdiem/bridge-client/examine/check";
import {
  checkBridge,
  type GroupedCheck,
  grouped,
  type ProvenBridge,
} from "@pdiem/bridge-client/proof-set/bridge-checks";
import { checkEnclaves } from "@pdiem/bridge-client/proof-set/enclave-checks";
import type { ShownEvidence } from "@pdiem/bridge-client/proof-set/proof-set";
import { checkTransfer } from "@pdiem/bridge-client/proof-set/transfer-checks";
import { reservesOf } from "@pdiem/bridge-client/reserves";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { enclaveEvidenceView } from "@pdiem/relayer/views/enclave-evidence-view";
import { ledgerView } from "@pdiem/relayer/views/ledger-view";
import { ask } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { RelayerError } from "../api/relayer-error.js";
import type { Transfer } from "../views.js";
import { bridgeStateOf, provenBridgeOf, provenStateOf } from "./checks.js";
import { checkRelayers } from "./relayer-checks.js";
import { hasFailed, type Report } from "./report.js";
import { type Proven, prove, type Session, type WalkProgress } from "./session.js";
import { checkShown } from "./shown-transfer.js";

/** Asks the enclave, or a slot's, for evidence over a challenge of this page's own. */
const askEvidence = async (slot?: number): Promise<ShownEvidence> => {
  const challenge = toHex(crypto.getRandomValues(new Uint8Array(32)));
  const body = { challenge, ...(slot === undefined ? {} : { slot }) };
  return { challenge, ...(await ask(PATHS.evidence, enclaveEvidenceView, body)) };
};

const EVIDENCE = "evidence of its TEE, over a challenge of this page's own";

/** An enclave that can't be asked shows nothing: that is no proof against it. */
const orNotShown = async (name: string, asked: Promise<ShownEvidence>): Promise<ShownEvidence | Check> => {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof RelayerError && error.isPassing)) throw error;
    return notShown(name, EVIDENCE, error.message);
  }
};

type Shown = Pick<Report["proofSet"], "enclave" | "holders">;

const isShown = (one: ShownEvidence | Check): one is ShownEvidence => "answer" in one;

const checkSole = async (bridge: ProvenBridge): Promise<{ shown: Shown; checks: readonly GroupedCheck[] }> => {
  const one = await orNotShown("Evidence", askEvidence());
  return isShown(one)
    ? { shown: { enclave: one }, checks: checkEnclaves(bridge, [one], Date.now()) }
    : { shown: {}, checks: grouped("enclave", [one]) };
};

/** The relayer has one make evidence at a time. */
const checkSlots = async (bridge: ProvenBridge, count: number) => {
  const answers: (ShownEvidence | Check)[] = [];
  for (let slot = 1; slot <= count; slot++) answers.push(await orNotShown(`Slot ${slot}, Evidence`, askEvidence(slot)));
  const holders = answers.filter(isShown);
  const silent = answers.flatMap((one) => (isShown(one) ? [] : [one]));
  const checks = [...checkEnclaves(bridge, holders, Date.now()), ...grouped("enclave", silent)];
  return { shown: { holders }, checks };
};

const checkEvidence = (bridge: ProvenBridge): ReturnType<typeof checkSole> => {
  const { holders } = bridge.config;
  return holders === undefined ? checkSole(bridge) : checkSlots(bridge, holders.slots.length);
};

const ownAnchor = async (): Promise<string> => (await ask(PATHS.ledger, ledgerView)).current?.anchor ?? "none";

const proofSetOf = (session: Session, proven: Proven, shown: Shown): Report["proofSet"] => {
  const { description, begin, bundles } = session;
  const { ledger, governance } = proven.told;
  return {
    format: "pdiem-proof-set-1",
    bridgeId: description.bridgeId,
    config: description.config,
    issuer: description.issuer,
    ...(begin === undefined ? {} : { begin: toHex(encode(lightClientState, begin)) }),
    bundles: [...bundles],
    ledger,
    governance,
    ...shown,
    ...(proven.transfer === undefined ? {} : { transfer: proven.transfer }),
  };
};

/**
 * Verifies the bridge from its roots of trust to now, and how a transfer ended where one is named.
 * @param tell how far a long way is
 * @throws what `prove` throws; RelayerError where the enclave can't be asked
 */
export const verify = async (
  session: Session,
  transfer: Transfer | undefined,
  tell: (progress: WalkProgress) => void,
): Promise<Report> => {
  const start = performance.now();
  const proven = await prove(session, { transfer: transfer?.id }, tell);
  const bridge = provenBridgeOf(session, proven);
  const bridgeChecks = checkBridge(bridge);
  const isSound = !hasFailed({ checks: bridgeChecks });
  const { shown, checks: enclaveChecks } = await checkEvidence(bridge);
  const { config, issuer, ledger } = bridgeStateOf(session, proven);
  const subject = { config, issuer, ledger, diem: proven.facts.diem };
  const transferChecks =
    proven.transfer === undefined || transfer === undefined || !isSound
      ? []
      : [...checkShown(subject, proven.transfer, transfer), ...checkTransfer(subject, proven.transfer)];
  const relayerChecks = await checkRelayers(session, ownAnchor);
  const checks: readonly GroupedCheck[] = [
    ...grouped("transfer", transferChecks),
    ...bridgeChecks,
    ...enclaveChecks,
    ...grouped("relayers", relayerChecks),
  ];
  return {
    checks,
    state: isSound ? provenStateOf(session, proven) : undefined,
    reserves: isSound ? reservesOf(bridge, proven.facts) : undefined,
    at: { diemVersion: proven.facts.diem.version, block: proven.facts.parachain.number },
    tookMs: performance.now() - start,
    proofSet: proofSetOf(session, proven, shown),
  };
};
