import { ACCOUNTS, verifyLeaf } from "@pdiem/bridge/ledger/list";
import { depositAddress } from "@pdiem/bridge/withdrawal/addresses";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { anchorAsset } from "@pdiem/bridge/settlement/settle";
import { equal, fromHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { ProofError } from "@pdiem/light-client/error";
import { assetApproval } from "@pdiem/light-client/polkadot/trie/storage-key";
import type { AccountView } from "../api/accounts.js";
import { proveCustody } from "../chains/diem/payments.js";
import type { Clients } from "../simulate/clients.js";
import { proveHead, proveStorage } from "../chains/parachain/proven-state.js";

type Registered = NonNullable<AccountView["registered"]>;

const refuse = (what: string): never => {
  throw new ProofError("proof/registration", `the relayer's answer doesn't hold: ${what}. Don't pay this address.`);
};

/**
 * Checks, from the configuration's roots of trust on and believing nobody, that a payment to the address is for the account:
 * the account stands at that index of a ledger, that ledger is in force on the parachain, and whoever put it in force
 * holds the key of custody on Diem.
 * @param issuer as the relayer names it, 32 bytes
 * @throws ProofError `proof/registration`, `proof/…`; RpcError
 */
export const checkRegistration = async (
  clients: Clients,
  issuer: Uint8Array,
  account: Uint8Array,
  { index, address, proof }: Registered,
): Promise<void> => {
  const { config, heads } = clients;
  if (address !== depositAddress(config, BigInt(index))) refuse("the address is another index's, or another custody's");
  const ledger = decode(ledgerCodec, fromHex(proof.ledger));
  const siblings = proof.siblings.map((sibling) => fromHex(sibling, 32));
  verifyLeaf(ACCOUNTS, ledger.accounts, BigInt(index), { leaf: account, siblings });

  const custody = await proveCustody(clients.diem, heads.get().diem, config.diem);
  if (!equal(custody.account.authenticationKey, ed25519AuthenticationKey(issuer)))
    refuse("its issuer doesn't control custody");

  const head = await proveHead(clients.relay, heads.get().relay, config.parachain.paraId);
  const approval = assetApproval(anchorAsset(config), issuer, anchorOf(bridgeId(config), ledger));
  const { lookup } = await proveStorage(clients.parachain, head.para, [approval]);
  // A batch that came in between has replaced this ledger: only a newer answer can be checked.
  if (lookup(approval) === undefined)
    throw new ProofError("proof/superseded", "the ledger of this answer isn't in force at the newest block", "later");
};
