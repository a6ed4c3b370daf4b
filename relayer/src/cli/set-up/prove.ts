/** Both chains' states, each proven by this process's own light client. */

import { toHex } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { verifyAccountState } from "@pdiem/light-client/diem/proofs/account-state-proof";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import type { VerifiedParaHeader } from "@pdiem/light-client/polkadot/trie/para-head";
import type { TrieLookup } from "@pdiem/light-client/polkadot/trie/trie-proof";
import { getAccountStateWithProof } from "../../chains/diem/calls.js";
import { proveLedger } from "../../chains/diem/proven-ledger.js";
import { proveHead, proveStorage } from "../../chains/parachain/proven-state.js";
import type { Clients } from "../../sync/clients.js";
import type { Output } from "../output.js";

export interface ProvenAccounts {
  readonly version: bigint;
  /** Diem's own there, ms since 1970. */
  readonly time: bigint;
  /** Undefined where there is no such account; also for addresses that weren't asked for. */
  readonly state: (address: AccountAddress) => AccountState | undefined;
}

/**
 * Proves accounts at Diem's newest ledger info, and says how far it is on a long way of epochs.
 * @param addresses fewer than `MAX_BATCH`
 */
export const proveAccounts = (
  { diem, lightClients, config }: Pick<Clients, "diem" | "lightClients" | "config">,
  addresses: readonly AccountAddress[],
  { err }: Pick<Output, "err">,
): Promise<ProvenAccounts> =>
  diem.run(async (node) => {
    const trusted = { state: lightClients.get().diem, chainId: config.diem.chainId };
    const calls = addresses.map((address) => getAccountStateWithProof(address));
    const { verified, state, answers } = await proveLedger(node, trusted, calls, async ({ state: page }) => {
      if (page.type === "epochState") err(`Diem: epoch ${page.value.epochState.epoch}`);
      // Another node goes on from here, should this one fail.
      lightClients.offer({ diem: page });
    });
    lightClients.offer({ diem: state });
    const states = new Map(
      answers.map((answer, i) => {
        const address = addresses[i] as AccountAddress;
        return [toHex(address), verifyAccountState(verified, address, answer)];
      }),
    );
    const { version, timestampUsecs } = verified.ledgerInfo.commitInfo;
    return { version, time: timestampUsecs / 1000n, state: (address) => states.get(toHex(address)) };
  });

export interface ProvenParachain {
  readonly para: VerifiedParaHeader;
  readonly lookup: TrieLookup;
}

/** Proves storage at the newest finalized block of the parachain. */
export const proveParachain = async (
  { parachain, relay, lightClients, config }: Pick<Clients, "parachain" | "relay" | "lightClients" | "config">,
  keys: readonly Uint8Array[],
): Promise<ProvenParachain> => {
  const { para, state } = await proveHead(relay, lightClients.get().relay, config.parachain.paraId);
  lightClients.offer({ relay: state });
  const { lookup } = await proveStorage(parachain, para, keys);
  return { para, lookup };
};
