import { formatProfile } from "@pdiem/bridge-client/json/chain-profile-json";
import { formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { settleGenesis } from "@pdiem/bridge/settlement/genesis";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import type { BridgeContext } from "./bridge-context.js";
import { syncEnclave } from "../sync/enclave/enclave-sync.js";
import { RpcError } from "../error.js";
import { collect } from "../simulate/collect-proofs.js";
import { batchNeeds } from "../simulate/predict.js";
import { dryRun } from "../chains/parachain/substrate-node.js";
import type { SignedBatchData } from "./jobs.js";
import { batchData } from "./sign-settlement.js";

/** `ApplyExtrinsicResult`: Ok(Ok(())). */
const APPLIED = "0000";

/**
 * The first batch, signed and dry-run: if it failed on chain, nonce 0 would be spent and with it the key.
 * @throws RefusedError `refused/genesis-…` with what is amiss; RpcError `rpc/dry-run` where a node finds that it would fail
 */
export const signGenesis = async (context: BridgeContext): Promise<SignedBatchData> => {
  const { clients, config, issuer } = context;
  await syncEnclave(clients);
  const needs = batchNeeds(config, issuer, undefined);
  const { evidence, facts } = await collect(clients, { needs, ranges: [] });
  const { profile } = config.parachain;
  settleGenesis({ config, issuer, profile }, facts);
  const signed = await clients.enclave.genesis({ profile: formatProfile(profile), evidence: formatEvidence(evidence) });
  const result = toHex(await clients.parachain.run((call) => dryRun(call, fromHex(signed.extrinsic))));
  if (result !== APPLIED)
    throw new RpcError(
      "rpc/dry-run",
      `expected the genesis batch to succeed, a trial run of it gives 0x${result}: not submitted`,
      "backoff",
    );
  return batchData(signed, { deposits: [], withdrawals: [], registrations: 0 });
};
