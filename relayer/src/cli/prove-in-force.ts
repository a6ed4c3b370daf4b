/** Whether a ledger that somebody tells is in force, proven from light clients of one's own on. */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { anchorAsset } from "@pdiem/bridge/ledger/ledger-in-force";
import { equal } from "@pdiem/light-client/bytes";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { ProofError } from "@pdiem/light-client/error";
import { assetApproval, lastRuntimeUpgrade } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readRuntimeUpgrade } from "@pdiem/light-client/polkadot/trie/storage-value";
import { proveCustody } from "../chains/diem/payments.js";
import { proveHead, proveStorage } from "../chains/parachain/proven-state.js";
import type { ProofClients } from "../simulate/collect-proofs.js";

export interface InForceProof {
  /** Spec version of the runtime that executed the newest finalized block. */
  readonly specVersion: number;
}

/**
 * Proves that a ledger is in force at the newest finalized block. Whoever holds custody's key on
 * Diem has put it there. So neither the ledger nor the issuer's name needs to be believed.
 * @param issuer as told, 32 bytes
 * @throws ProofError `proof/issuer`; `proof/superseded`, `later`, where another ledger is in force;
 * those of `proveCustody`, `proveHead` and `proveStorage`
 */
export const proveInForce = async (
  clients: ProofClients,
  issuer: Uint8Array,
  ledger: Ledger,
): Promise<InForceProof> => {
  const { config, lightClients } = clients;
  const custody = await proveCustody(clients.diem, lightClients.get().diem, config.diem);
  if (!equal(custody.account.authenticationKey, ed25519AuthenticationKey(issuer)))
    throw new ProofError("proof/issuer", "expected the issuer's key to control custody, it doesn't");
  const head = await proveHead(clients.relay, lightClients.get().relay, config.parachain.paraId);
  const anchor = anchorOf(bridgeId(config), ledger);
  const approval = assetApproval(config.parachain.assetsPallet, anchorAsset(config), issuer, anchor);
  const { lookup } = await proveStorage(clients.parachain, head.para, [approval, lastRuntimeUpgrade]);
  // A batch that came in between has replaced this ledger: only a newer answer can be checked.
  if (lookup(approval) === undefined)
    throw new ProofError("proof/superseded", "the ledger of this answer isn't in force at the newest block", "later");
  const upgrade = lookup(lastRuntimeUpgrade);
  if (upgrade === undefined)
    throw new ProofError("proof/runtime", "expected System.LastRuntimeUpgrade to name the runtime");
  return { specVersion: readRuntimeUpgrade(upgrade).specVersion };
};
