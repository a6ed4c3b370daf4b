/** Methods about accounts. Source: diem/diem json-rpc/src/methods.rs. */
import { toHex } from "@pdiem/light-client/bytes";
import { bytes, encode } from "@pdiem/light-client/codec/bcs";
import { accumulatorProof } from "@pdiem/light-client/diem/proofs/accumulator";
import { sparseMerkleProof } from "@pdiem/light-client/diem/proofs/sparse-merkle";
import { transactionInfo } from "@pdiem/light-client/diem/proofs/transaction-info";
import { accountState } from "@pdiem/light-client/diem/state/account-state";
import { readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { latestSession } from "../../block-executor.js";
import { currencyCodes } from "../../vm/currencies.js";
import { addressParam, optional, u64Param } from "../params.js";
import { invalidRequest, serverError } from "../rpc-error.js";
import { knownVersion } from "../snapshot.js";
import { accountView } from "../views/account-view.js";
import { type Method, method } from "./method.js";

export const accountMethods: readonly (readonly [string, Method])[] = [
  method("get_account", { account: addressParam, version: optional(u64Param) }, (snapshot, params) => {
    const version = knownVersion(snapshot, "version", params.version);
    const state = snapshot.store.accountAt(params.account, version);
    if (state === undefined) return null;
    const account = readDiemAccount(state);
    if (account === undefined) throw serverError("invalid account data: no account resource");
    return accountView(params.account, state, account, currencyCodes(latestSession(snapshot.store)), version);
  }),
  method(
    "get_account_state_with_proof",
    { account: addressParam, version: optional(u64Param), ledger_version: optional(u64Param) },
    (snapshot, params) => {
      const version = knownVersion(snapshot, "version", params.version);
      const ledgerVersion = knownVersion(snapshot, "ledger_version", params.ledger_version);
      if (version > ledgerVersion)
        throw invalidRequest(`version(${version}) should <= ledger version(${ledgerVersion})`);
      const { store } = snapshot;
      const state = store.accountAt(params.account, version);
      const siblings = store.accumulator.inclusion(version, ledgerVersion + 1);
      const accountProof = store.accountProofAt(params.account, version);
      return {
        version,
        blob: state === undefined ? null : toHex(encode(bytes(), encode(accountState, state))),
        proof: {
          ledger_info_to_transaction_info_proof: toHex(encode(accumulatorProof, { siblings })),
          transaction_info: toHex(encode(transactionInfo, store.infoAt(version))),
          transaction_info_to_account_proof: toHex(encode(sparseMerkleProof, accountProof)),
        },
      };
    },
  ),
];
