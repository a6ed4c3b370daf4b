/** Source: diem/diem json-rpc/types/src/views.rs (`TransactionView`). */

import type { AccountAuthenticator } from "@pdiem/chain-formats/diem/transactions/authenticator";
import type { SignedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import type { Transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import type { TransactionPayload } from "@pdiem/chain-formats/diem/transactions/transaction-payload";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import {
  formatMultiEd25519PublicKey,
  formatMultiEd25519Signature,
} from "@pdiem/light-client/diem/transactions/multi-ed25519";
import { script, scriptHash } from "@pdiem/light-client/diem/transactions/script";
import { scriptFunction } from "@pdiem/light-client/diem/transactions/script-function";
import type { LedgerStore } from "../../state/ledger-store.js";
import { signatoriesOf } from "../../vm/transaction-validator.js";
import type { Json, JsonMembers } from "../json-writer.js";
import { eventView } from "./event-view.js";
import { scriptView } from "./script-view.js";
import { vmStatusView } from "./vm-status-view.js";

const ZERO_HASH = "00".repeat(32);

const schemeView = ({ type }: AccountAuthenticator): string =>
  type === "ed25519" ? "Scheme::Ed25519" : "Scheme::MultiEd25519";

const signatureView = (authenticator: AccountAuthenticator): string =>
  toHex(
    authenticator.type === "ed25519"
      ? authenticator.value.signature
      : formatMultiEd25519Signature(authenticator.value.signature),
  );

const publicKeyView = (authenticator: AccountAuthenticator): string =>
  toHex(
    authenticator.type === "ed25519"
      ? authenticator.value.publicKey
      : formatMultiEd25519PublicKey(authenticator.value.publicKey),
  );

const scriptBytes = (payload: TransactionPayload): string => {
  if (payload.type === "script") return toHex(encode(script, payload.value));
  return payload.type === "scriptFunction" ? toHex(encode(scriptFunction, payload.value)) : "";
};

const userView = (signed: SignedTransaction): JsonMembers => {
  const { rawTransaction: raw } = signed;
  const [sender, ...secondary] = signatoriesOf(signed);
  if (sender === undefined) throw new Error("expected a sender");
  const { authenticator } = sender;
  return {
    type: "user",
    sender: toHex(raw.sender),
    signature_scheme: schemeView(authenticator),
    signature: signatureView(authenticator),
    public_key: publicKeyView(authenticator),
    secondary_signers: secondary.map(({ address }) => toHex(address)),
    secondary_signature_schemes: secondary.map((signer) => schemeView(signer.authenticator)),
    secondary_signatures: secondary.map((signer) => signatureView(signer.authenticator)),
    secondary_public_keys: secondary.map((signer) => publicKeyView(signer.authenticator)),
    sequence_number: raw.sequenceNumber,
    chain_id: raw.chainId,
    max_gas_amount: raw.maxGasAmount,
    gas_unit_price: raw.gasUnitPrice,
    gas_currency: raw.gasCurrencyCode,
    expiration_timestamp_secs: raw.expirationTimestampSecs,
    script_hash: raw.payload.type === "script" ? toHex(scriptHash(raw.payload.value.code)) : ZERO_HASH,
    script_bytes: scriptBytes(raw.payload),
    script: scriptView(raw.payload),
  };
};

const dataView = (transaction: Transaction): JsonMembers => {
  switch (transaction.type) {
    case "user":
      return userView(transaction.value);
    case "blockMetadata":
      return { type: "blockmetadata", timestamp_usecs: transaction.value.timestampUsecs };
    case "genesis":
      return { type: "writeset" };
  }
};

export const transactionView = (store: LedgerStore, version: number, includeEvents: boolean): Json => {
  const info = store.infoAt(version);
  return {
    version,
    transaction: dataView(store.transactionAt(version)),
    hash: toHex(info.transactionHash),
    bytes: toHex(store.transactionBytesAt(version)),
    events: includeEvents ? store.eventsAt(version).map((event) => eventView(event, version)) : [],
    vm_status: vmStatusView(info.status),
    gas_used: info.gasUsed,
  };
};
