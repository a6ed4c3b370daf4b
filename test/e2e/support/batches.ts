/** Asking the enclave for batches, and what becomes of them on the parachain. */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { NO_DIEM_PROOFS, type ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { NO_SETS } from "@pdiem/bridge/governance/known-sets";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { type Admission, type Items, NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { type History, replay } from "@pdiem/bridge-client/journal/history";
import { type JournalBatch, readJournalBatch } from "@pdiem/bridge-client/journal/journal-batch";
import { call, eventually, rpcError } from "@pdiem/devnet/testing/rpc";
import type { RequestOf } from "@pdiem/enclave/routes";
import type { SignedBatch } from "@pdiem/enclave/wire/signing";
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { Devnet } from "./devnet.js";
import { prove } from "./proofs.js";
import { handOverRoles, type TestBridge } from "./test-bridge.js";

/** Asks for the first batch with facts of now. @throws EnclaveError with the enclave's own code */
export const askGenesis = async (bridge: TestBridge): Promise<SignedBatch> =>
  bridge.enclave.client.genesis({ encoding: bridge.encoding, proofs: await prove(bridge, {}), sessions: [] });

/** A deposit whose payer names its beneficiary by the raw account id. */
export const BY_RAW_ID: Admission = {
  type: "settle",
  value: { account: undefined, release: undefined, paymentsBefore: undefined },
};

/** The next so many deposits, whose payers name their beneficiaries by raw account ids. */
export const nextDeposits = (count: number): Items => ({ ...NO_ITEMS, admissions: Array(count).fill(BY_RAW_ID) });

/** Where the bridge stands, as its batches tell. */
export type Standing = Pick<History, "ledger" | "governance">;

export const settleRequest = (
  { encoding }: TestBridge,
  { ledger, governance }: Standing,
  proofs: ProofBundle,
  items: Items,
): RequestOf<"settle"> => ({ ledger, governance, encoding, proofs, items, sessions: [] });

export const decideRequest = (
  { encoding }: TestBridge,
  { ledger, governance }: Standing,
  { parachain }: ProofBundle,
  decision: SignedDecision,
): RequestOf<"decide"> => ({
  ledger,
  governance,
  encoding,
  proofs: { diem: NO_DIEM_PROOFS, parachain },
  decision,
  sets: NO_SETS,
  sessions: [],
});

/** What a batch tells in its remark. @throws Error for an extrinsic that is none of the bridge's */
export const journalOf = ({ config, issuer }: TestBridge, { extrinsic }: SignedBatch): JournalBatch => {
  const batch = readJournalBatch({ bridgeId: bridgeId(config), issuer }, extrinsic);
  if (batch === undefined) throw new Error("expected a batch of the bridge");
  return batch;
};

/** The history once that batch has taken effect. */
export const historyAfter = (bridge: TestBridge, { batches }: Pick<History, "batches">, batch: SignedBatch): History =>
  replay(bridge.config, [...batches, journalOf(bridge, batch)], batch.anchor);

const hexOf = ({ extrinsic }: SignedBatch): string => `0x${toHex(extrinsic)}`;

/**
 * Hands a batch to the node and waits until it is in a block. Its calls may succeed there or not.
 */
export const include = async ({ assetHub }: Devnet, batch: SignedBatch): Promise<void> => {
  let included = false;
  const stop = assetHub.onBlock(({ block }) => {
    included ||= block.extrinsics.some((one) => equal(one, batch.extrinsic));
  });
  try {
    await call(assetHub.url, "author_submitExtrinsic", [hexOf(batch)]);
    await eventually(() => (included ? true : undefined));
  } finally {
    stop();
  }
};

/** What the runtime says of a batch: hex of `ApplyExtrinsicResult`. */
export const dryRun = ({ assetHub }: Devnet, batch: SignedBatch): Promise<unknown> =>
  call(assetHub.url, "system_dryRun", [hexOf(batch)]);

/** Why the node, by its runtime, doesn't take a batch. */
export const whyVoid = ({ assetHub }: Devnet, batch: SignedBatch): Promise<unknown> =>
  rpcError(assetHub.url, "author_submitExtrinsic", [hexOf(batch)]);

/** Puts the first ledger in force. */
export const begin = async (bridge: TestBridge): Promise<History> => {
  const signed = await askGenesis(bridge);
  await include(bridge.devnet, signed);
  return historyAfter(bridge, { batches: [] }, signed);
};

export interface OpenBridge extends TestBridge {
  /** With the ledger that genesis put in force. */
  readonly first: History;
}

/** Hands all roles over and puts the first ledger in force. */
export const openBridge = async (bridge: TestBridge): Promise<OpenBridge> => {
  await handOverRoles(bridge);
  return { ...bridge, first: await begin(bridge) };
};
