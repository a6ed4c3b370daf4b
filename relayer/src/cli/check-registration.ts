import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { verifyLeaf } from "@pdiem/bridge/ledger/list";
import { ACCOUNTS } from "@pdiem/bridge/ledger/lists";
import { depositAddress } from "@pdiem/bridge-client/deposit/deposit-address";
import { fromHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { ProofError } from "@pdiem/light-client/error";
import type { ProofClients } from "../simulate/collect-proofs.js";
import type { AccountView } from "../views/account-view.js";
import { proveInForce } from "./prove-in-force.js";

type Registered = NonNullable<AccountView["registered"]>;

/**
 * Checks, believing nobody, that a payment to the address is for the account. It stands at that
 * index of a ledger in force, by whoever holds the key of custody on Diem.
 * @param issuer as the relayer names it, 32 bytes
 * @throws ProofError `proof/registration`, those of `verifyLeaf` and `proveInForce`; DecodeError;
 * RpcError
 */
export const checkRegistration = async (
  clients: ProofClients,
  issuer: Uint8Array,
  account: Uint8Array,
  { index, address, proof }: Registered,
): Promise<void> => {
  if (address !== depositAddress(clients.config, BigInt(index)))
    throw new ProofError(
      "proof/registration",
      "the relayer's address is another index's, or another custody's. Don't pay this address.",
    );
  const ledger = decode(ledgerCodec, fromHex(proof.ledger));
  const path = proof.path.map((sibling) => fromHex(sibling, 32));
  verifyLeaf(ACCOUNTS, ledger.accounts, BigInt(index), account, path);
  await proveInForce(clients, issuer, ledger);
};
