import { formatProfile } from "@pdiem/bridge-client/json/chain-profile-json";
import { formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { settleDecisions } from "@pdiem/bridge/governance/decision-batch";
import { settledDecisions } from "@pdiem/bridge/governance/decision-chain";
import { knownSetsCodec } from "@pdiem/bridge/governance/known-sets";
import { type SignedDecision, signedDecision } from "@pdiem/bridge/governance/signed-decision";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import type { BridgeContext } from "./bridge-context.js";
import { syncEnclave, syncEnclaveRelay } from "../sync/enclave/enclave-sync.js";
import type { Clients } from "../simulate/clients.js";
import { collectBlock } from "../simulate/collect-proofs.js";
import { batchNeeds } from "../simulate/predict.js";
import type { BridgeView, CurrentLedger } from "../sync/bridge/bridge-view.js";
import { type Governance, governanceAt, needsTeam, profileFor } from "../sync/bridge/governance.js";
import { evidenceAmong, neededSets } from "../sync/misbehaviour/needed-sets.js";
import type { SignedBatchData } from "./jobs.js";
import { type ReadyDecision, readyDecisions } from "./ready-decisions.js";
import { reasonOf } from "./retry.js";
import { batchData } from "./sign-settlement.js";
import { takeUp } from "./take-up.js";

/** A minute: what the enclave doesn't know now, it may come to. */
const FORGOTTEN_TIMES = 6;

/** Profiles that may encode the batch: those in force, decided but delayed, or brought by the batch itself. */
const encodingProfiles = (
  { profiles, delayed }: Governance,
  ready: readonly ReadyDecision[],
): readonly ChainProfile[] => {
  const decided = [...delayed.map(({ action }) => action), ...ready.map(({ signed }) => signed.decision.action)];
  const brought = decided.flatMap((action) => (action.type === "profile" ? [action.value] : []));
  return [...brought, ...profiles];
};

/** Evidence against Diem's validators may be of an epoch that the enclave hasn't come to yet. Without it Diem may stand still. */
const syncFor = async (clients: Clients, decisions: readonly SignedDecision[]): Promise<void> => {
  if (!evidenceAmong(decisions).some(({ type }) => type === "diem")) return syncEnclaveRelay(clients);
  try {
    await syncEnclave(clients);
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    await syncEnclaveRelay(clients);
  }
};

/** A batch of decisions, signed, also while the bridge is paused, frozen or Diem stands still; undefined if none is wanted. */
export const signDecisions = async (
  context: BridgeContext,
  view: BridgeView,
  current: CurrentLedger,
): Promise<SignedBatchData | undefined> => {
  const { clients, config, issuer } = context;
  const governance = governanceAt(config, view, current);
  const ready = await readyDecisions(context, view, current);
  if (ready.length === 0 && !needsTeam(view, governance)) return undefined;
  await syncFor(
    clients,
    ready.map(({ signed }) => signed),
  );
  const { history, anchor } = current;
  const { ledger, decisions } = history;
  const profile = await profileFor(clients.parachain, encodingProfiles(governance, ready));
  const { evidence, parachain } = await collectBlock(clients, batchNeeds(config, issuer, anchor).storage);
  const bridge = { config, issuer, ledger, decisions, profile };
  const known = clients.witness.sets();
  const some = await takeUp<ReadyDecision>({
    ready: () => readyDecisions(context, view, current),
    settle: (decisions) => {
      const signed = decisions.map((one) => one.signed);
      settleDecisions(bridge, parachain, known, signed);
    },
    refuse: async ({ id }, error) => {
      context.refusedDecisions.defer(id);
      await context.decisions.refuse(id, reasonOf(error));
    },
  });
  if (some === undefined) return undefined;
  const proposed = some.map((one) => one.signed);
  const sets = neededSets(context.bridgeId, known, proposed);
  try {
    const signed = await clients.enclave.decide({
      ledger: `0x${toHex(encode(ledgerCodec, ledger))}`,
      decisions: `0x${toHex(encode(settledDecisions, decisions))}`,
      profile: formatProfile(profile),
      evidence: formatEvidence(evidence),
      proposed: proposed.map((one) => `0x${toHex(encode(signedDecision, one))}` as const),
      sets: `0x${toHex(encode(knownSetsCodec, sets))}`,
    });
    return batchData(signed, { deposits: [], withdrawals: [], registrations: 0, decisions: some.length });
  } catch (error) {
    const last = some.at(-1);
    if (!isPdiemError(error) || error.code !== "proof/unknown-set" || last === undefined) throw error;
    // The enclave forgets sets in time, and may never have gone through this one: nothing else must wait for that.
    context.refusedDecisions.defer(last.id, FORGOTTEN_TIMES);
    await context.decisions.refuse(last.id, reasonOf(error));
    return signDecisions(context, view, current);
  }
};
