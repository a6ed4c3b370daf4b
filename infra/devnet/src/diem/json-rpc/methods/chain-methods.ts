/** Methods about the chain as a whole. Source: diem/diem json-rpc/src/methods.rs. */
import { toHex } from "@pdiem/light-client/bytes";
import { encode, vector } from "@pdiem/light-client/codec/bcs";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { hashValue } from "@pdiem/light-client/diem/hash-value";
import { dualAttestationLimit } from "@pdiem/light-client/diem/state/resources/dual-attestation";
import { diemVersion, transactionPublishingOption } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import { latestSession } from "../../block-executor.js";
import { currencyCodes, currencyInfoAt } from "../../vm/currencies.js";
import { createSession } from "../../vm/session.js";
import { DIEM_ROOT } from "../../well-known-addresses.js";
import { Float32, type JsonMembers } from "../json-writer.js";
import { optional, u64Param } from "../params.js";
import { invalidRequest } from "../rpc-error.js";
import { knownVersion, type Snapshot } from "../snapshot.js";
import { type Method, method, methodWithoutParams } from "./method.js";

const MAX_EPOCH_ENDINGS = 100;

/** From one number of transactions to another, in hex. */
const consistencyProof = ({ store }: Snapshot, from: number, to: number): string =>
  toHex(encode(vector(hashValue), store.accumulator.consistency(from, to)));

const NO_SETTINGS: JsonMembers = {
  script_hash_allow_list: null,
  module_publishing_allowed: null,
  diem_version: null,
  dual_attestation_limit: null,
};

const settings = ({ store, version }: Snapshot): JsonMembers => {
  const session = createSession((address) => store.accountAt(address, version));
  const { scriptAllowList, modulePublishingAllowed } = session.get(DIEM_ROOT, transactionPublishingOption);
  return {
    script_hash_allow_list: scriptAllowList.map(toHex),
    module_publishing_allowed: modulePublishingAllowed,
    diem_version: session.get(DIEM_ROOT, diemVersion).major,
    dual_attestation_limit: session.get(DIEM_ROOT, dualAttestationLimit).microXdxLimit,
  };
};

/**
 * The epoch after the one that ended at the version or before it. That is the version's own unless
 * it ended one.
 */
const epochOfVersion = ({ chain }: Snapshot, version: number): number => {
  const epoch = chain.epochEnds().findIndex(({ ledgerInfo }) => ledgerInfo.commitInfo.version >= BigInt(version));
  return epoch < 0 ? chain.epochEnds().length : epoch;
};

export const chainMethods: readonly (readonly [string, Method])[] = [
  methodWithoutParams("get_metadata", { version: optional(u64Param) }, (snapshot, params) => {
    const version = knownVersion(snapshot, "version", params.version);
    const { store, chain } = snapshot;
    return {
      version,
      accumulator_root_hash: toHex(store.accumulator.root(version + 1)),
      timestamp: store.timestampAt(version),
      chain_id: chain.chainId,
      ...(version === snapshot.version ? settings(snapshot) : NO_SETTINGS),
    };
  }),
  method("get_state_proof", { version: u64Param }, (snapshot, params) => {
    const version = knownVersion(snapshot, "version", params.version);
    const endings = snapshot.chain.epochEnds().slice(epochOfVersion(snapshot, version));
    const proof = { ledgerInfos: endings.slice(0, MAX_EPOCH_ENDINGS), more: endings.length > MAX_EPOCH_ENDINGS };
    const last = proof.ledgerInfos.at(-1);
    const target = proof.more && last !== undefined ? Number(last.ledgerInfo.commitInfo.version) : snapshot.version;
    return {
      ledger_info_with_signatures: toHex(encode(ledgerInfoWithSignatures, snapshot.latest)),
      epoch_change_proof: toHex(encode(epochChangeProof, proof)),
      ledger_consistency_proof: consistencyProof(snapshot, version + 1, target + 1),
    };
  }),
  method(
    "get_accumulator_consistency_proof",
    { client_known_version: optional(u64Param), ledger_version: optional(u64Param) },
    (snapshot, params) => {
      const to = knownVersion(snapshot, "ledger_version", params.ledger_version);
      const known = params.client_known_version;
      const from = known === undefined ? -1 : knownVersion(snapshot, "client_known_version", known);
      if (from > to) throw invalidRequest(`client_known_version(${from}) should be <= ledger_version(${to})`);
      return { ledger_consistency_proof: consistencyProof(snapshot, from + 1, to + 1) };
    },
  ),
  methodWithoutParams("get_currencies", {}, ({ store }) => {
    const session = latestSession(store);
    return currencyCodes(session).map((code) => {
      const info = currencyInfoAt(session, code);
      return {
        code,
        scaling_factor: info.scalingFactor,
        fractional_part: info.fractionalPart,
        to_xdx_exchange_rate: new Float32(Number(info.toXdxExchangeRate) / 2 ** 32),
        mint_events_key: toHex(info.mintEvents.key),
        burn_events_key: toHex(info.burnEvents.key),
        preburn_events_key: toHex(info.preburnEvents.key),
        cancel_burn_events_key: toHex(info.cancelBurnEvents.key),
        exchange_rate_update_events_key: toHex(info.exchangeRateUpdateEvents.key),
      };
    });
  }),
  methodWithoutParams("get_network_status", {}, () => 0),
];
