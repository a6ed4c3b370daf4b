/** Asking the enclave for batches, and what becomes of them on the parachain. */
import { type Evidence, formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { type SettledDecision, settledDecisions } from "@pdiem/bridge/governance/decision-chain";
import { type SignedDecision, signedDecision } from "@pdiem/bridge/governance/signed-decision";
import { formatItems, NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { type Ledger, ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { call, eventually, rpcError } from "@pdiem/devnet/testing/rpc";
import type { DecideRequest, GenesisRequest, Hex, SettleRequest, SignedBatch } from "@pdiem/enclave/api";
import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import type { Devnet } from "./devnet.js";
import { prove } from "./evidence.js";
import { handOverRoles, type TestBridge } from "./test-bridge.js";

const NO_DIEM: Evidence["diem"] = {
  latest: new Uint8Array(),
  epochChangeProof: new Uint8Array(),
  accounts: [],
  events: [],
};

/** All decisions so far as requests carry them. */
const decisionsText = (decisions: readonly SettledDecision[]): Hex => `0x${toHex(encode(settledDecisions, decisions))}`;

export const genesisRequest = ({ config }: TestBridge, evidence: Evidence): GenesisRequest => ({
  profile: config.parachain.profile.name,
  evidence: formatEvidence(evidence),
});

/** Asks for the first batch with facts of now. @throws EnclaveError with the enclave's own code */
export const askGenesis = async (bridge: TestBridge): Promise<SignedBatch> =>
  bridge.enclave.client.genesis(genesisRequest(bridge, await prove(bridge, {})));

/** @param deposits numbers, whose payers name their beneficiaries by raw account ids; @param decisions all so far */
export const settleRequest = (
  { config }: TestBridge,
  ledger: Ledger,
  evidence: Evidence,
  deposits: readonly bigint[],
  decisions: readonly SettledDecision[] = [],
): SettleRequest => ({
  ledger: `0x${toHex(encode(ledgerCodec, ledger))}`,
  decisions: decisionsText(decisions),
  profile: config.parachain.profile.name,
  evidence: formatEvidence(evidence),
  items: formatItems({
    ...NO_ITEMS,
    deposits: deposits.map((number) => ({
      number,
      account: undefined,
      release: undefined,
      paymentsBefore: undefined,
    })),
  }),
});

/** @param decisions all so far; @param proposed for this batch */
export const decideRequest = (
  { config }: TestBridge,
  { ledger, decisions }: { readonly ledger: Ledger; readonly decisions: readonly SettledDecision[] },
  { parachain }: Evidence,
  proposed: readonly SignedDecision[],
): DecideRequest => ({
  ledger: `0x${toHex(encode(ledgerCodec, ledger))}`,
  decisions: decisionsText(decisions),
  profile: config.parachain.profile.name,
  evidence: formatEvidence({ diem: NO_DIEM, parachain }),
  proposed: proposed.map((one): Hex => `0x${toHex(encode(signedDecision, one))}`),
});

export const ledgerOf = ({ ledger }: SignedBatch): Ledger => decode(ledgerCodec, fromHex(ledger));

/** Hands a batch to the node and waits until it is in a block, whether its calls succeed there or not. */
export const include = async ({ assetHub }: Devnet, { extrinsic }: SignedBatch): Promise<void> => {
  const bytes = fromHex(extrinsic);
  let included = false;
  const stop = assetHub.onBlock(({ block }) => {
    included ||= block.extrinsics.some((one) => equal(one, bytes));
  });
  try {
    await call(assetHub.url, "author_submitExtrinsic", [extrinsic]);
    await eventually(() => (included ? true : undefined));
  } finally {
    stop();
  }
};

/** Why the node, by its runtime, doesn't take a batch. */
export const whyVoid = ({ assetHub }: Devnet, { extrinsic }: SignedBatch): Promise<unknown> =>
  rpcError(assetHub.url, "author_submitExtrinsic", [extrinsic]);

export interface OpenBridge extends TestBridge {
  /** The one that genesis put in force. */
  readonly firstLedger: Ledger;
}

/** Hands all roles over and puts the first ledger in force. */
export const openBridge = async (bridge: TestBridge): Promise<OpenBridge> => {
  await handOverRoles(bridge);
  const signed = await askGenesis(bridge);
  await include(bridge.devnet, signed);
  return { ...bridge, firstLedger: ledgerOf(signed) };
};
