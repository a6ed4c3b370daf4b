import { type Reserves, reservesOf } from "@pdiem/bridge-client/reserves";
import { equal } from "@pdiem/light-client/bytes";
import { readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { ProofError } from "@pdiem/light-client/error";
import { proveCustody } from "../chains/diem/payments.js";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";
import type { Clients } from "./clients.js";
import { collectForSelf } from "./collect-proofs.js";
import { mergeNeeds, NO_NEEDS } from "./needs.js";
import { batchNeeds, placesBetween } from "./predict.js";
import { rangesOf } from "./event-ranges.js";

export interface ProvenReserves {
  readonly reserves: readonly Reserves[];
  /** What they are proven at, and when that was, ms by this machine's clock. */
  readonly block: number;
  readonly diemVersion: bigint;
  readonly at: number;
}

/**
 * Proves the reserves at the newest state of both chains, with this process's own light clients alone.
 * @param issuer whose ledger it is: the key that controls custody, which is proven as well
 * @throws ProofError `proof/issuer`; as `reservesOf`, `later` where the ledger has moved on; as `collectForSelf`
 */
export const proveReserves = async (
  clients: Clients,
  issuer: Uint8Array,
  { history, anchor }: CurrentLedger,
): Promise<ProvenReserves> => {
  const { config, heads } = clients;
  const { ledger, decisions, releases } = history;
  const { account } = await proveCustody(clients.diem, heads.get().diem, config.diem);
  const { key, count } = account.sentEvents;
  const sentEvents = placesBetween(ledger.paid.sent, count);
  const needs = mergeNeeds(batchNeeds(config, issuer, anchor), { ...NO_NEEDS, sentEvents });
  const { facts } = await collectForSelf(clients, { needs, ranges: rangesOf(key, sentEvents) });
  const custody = facts.diem.account(config.diem.custody);
  const owner = custody === undefined ? undefined : readDiemAccount(custody)?.authenticationKey;
  if (owner === undefined || !equal(owner, ed25519AuthenticationKey(issuer)))
    throw new ProofError("proof/issuer", "expected the issuer's key to control custody");
  const reserves = reservesOf({ config, issuer, ledger, decisions }, facts, releases);
  return { reserves, block: facts.parachain.number, diemVersion: facts.diem.version, at: Date.now() };
};
