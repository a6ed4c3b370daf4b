import { specVersionOf } from "@pdiem/bridge/facts/parachain-state";
import { settleGenesis } from "@pdiem/bridge/settlement/genesis";
import { toHex } from "@pdiem/light-client/bytes";
import { dryRun } from "../../chains/parachain/substrate-node.js";
import { RpcError } from "../../error.js";
import { batchEncoding } from "../../simulate/batch-encoding.js";
import { collect } from "../../simulate/collect-proofs.js";
import { batchNeeds } from "../../simulate/needs.js";
import type { SigningClients } from "../../sync/clients.js";
import type { SignedBatchData } from "../jobs.js";
import { batchData } from "./sign-settlement.js";

/** `ApplyExtrinsicResult`: Ok(Ok(())). */
const APPLIED = "0000";

/**
 * Has the first batch signed, and dry-runs it. If it failed on chain, nonce 0 would be spent and
 * with it the key.
 * @param issuer the enclave's key
 * @throws RefusedError `refused/genesis-…` with what is amiss; RpcError `rpc/dry-run` where a node
 * finds it would fail
 */
export const signGenesis = async (clients: SigningClients, issuer: Uint8Array): Promise<SignedBatchData> => {
  const { config } = clients;
  await clients.signers.follow();
  const { proofs, facts } = await collect(clients, { needs: batchNeeds(config, issuer, undefined), ranges: [] });
  const batch = settleGenesis(config, issuer, facts);
  const specVersion = specVersionOf(facts.parachain);
  const encoding = await batchEncoding(clients, specVersion);
  const signed = await clients.signers.genesis({ encoding, proofs }, { facts: facts.parachain, batch });
  const result = toHex(await clients.parachain.run((call) => dryRun(call, signed.extrinsic)));
  if (result !== APPLIED)
    throw new RpcError(
      "rpc/dry-run",
      `expected the genesis batch to succeed, a dry run of it gives 0x${result}: not submitted`,
      "backoff",
    );
  return batchData(signed, specVersion, { deposits: [], withdrawals: [], registrations: 0 });
};
