/** Checks a proof set by itself: nobody is asked. */
import { bridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { advance } from "@pdiem/bridge/facts/advance";
import { initialLightClientState, lightClientState } from "@pdiem/bridge/facts/light-client-state";
import type { OwnSets } from "@pdiem/bridge/facts/own-sets";
import { type ProofBundle, proofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { EMPTY_SET_HISTORY, remember } from "@pdiem/bridge/facts/set-history";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import { governanceState } from "@pdiem/bridge/governance/governance-state";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { ProofError } from "@pdiem/light-client/error";
import { notShown } from "../examine/check.js";
import { checkBridge, type GroupedCheck, grouped, type ProvenBridge } from "./bridge-checks.js";
import { checkEnclaves } from "./enclave-checks.js";
import type { ProofSet } from "./proof-set.js";
import { checkTransfer } from "./transfer-checks.js";

/** Leads light clients over a part of a long way: proofs that don't reach the newest state yet. */
export const leadOver = ({ lightClients, setHistory }: OwnSets, bundle: ProofBundle): OwnSets => {
  const advanced = advance(lightClients, bundle);
  return { lightClients: advanced.lightClients, setHistory: remember(setHistory, advanced.passed, {}) };
};

const walk = (set: ProofSet): ProvenBridge => {
  const config = decode(bridgeConfig, fromHex(set.config));
  if (toHex(bridgeIdOf(config)) !== set.bridgeId)
    throw new ProofError("proof/bridge", "expected the configuration of the bridge that the set names");
  const begin =
    set.begin === undefined ? initialLightClientState(config) : decode(lightClientState, fromHex(set.begin));
  const bundles = set.bundles.map((bundle) => decode(proofBundle, fromHex(bundle)));
  const [last] = bundles.slice(-1);
  if (last === undefined) throw new ProofError("proof/not-shown", "expected proofs");
  const before = bundles.slice(0, -1).reduce<OwnSets>(leadOver, { lightClients: begin, setHistory: EMPTY_SET_HISTORY });
  const { own, facts } = verifyFacts(config, before, last);
  return {
    config,
    issuer: fromHex(set.issuer, 32),
    ledger: decode(ledgerCodec, fromHex(set.ledger)),
    governance: decode(governanceState, fromHex(set.governance)),
    facts,
    lightClients: own.lightClients,
    clock: undefined,
  };
};

/** What was found, and when both chains were as the proofs show them. */
export interface ProofSetFindings {
  readonly checks: readonly GroupedCheck[];
  readonly at: { readonly diemVersion: bigint; readonly block: number; readonly time: bigint };
}

const ROOTS = "the configuration's roots of trust, from which everything follows";

/**
 * Checks everything in a proof set. Evidence is judged by the time that the chains had then.
 * @throws ProofError, DecodeError, RefusedError where proofs don't lead to any facts
 */
export const verifyProofSet = (set: ProofSet): ProofSetFindings => {
  const bridge = walk(set);
  const { config, issuer, ledger, facts } = bridge;
  const evidences = [...(set.enclave === undefined ? [] : [set.enclave]), ...(set.holders ?? [])];
  const checks = [
    ...checkBridge(bridge),
    ...(set.begin === undefined
      ? []
      : grouped("chains", [notShown("Beginning", ROOTS, "later sets, which whoever made the file had walked to")])),
    ...(evidences.length === 0 ? [] : checkEnclaves(bridge, evidences, Number(facts.parachain.time))),
    ...(set.transfer === undefined
      ? []
      : grouped("transfer", checkTransfer({ config, issuer, ledger, diem: facts.diem }, set.transfer))),
  ];
  const at = { diemVersion: facts.diem.version, block: facts.parachain.number, time: facts.parachain.time };
  return { checks, at };
};
