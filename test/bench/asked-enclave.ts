/**
 * An enclave that holds the key of the test worlds' custody and assets. Neither the network nor the
 * TEE is around it.
 */
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { governanceHash, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { ENCLAVE_SEED } from "@pdiem/bridge/testing/config";
import type { Governed } from "@pdiem/bridge/testing/guardians";
import { exampleLedger } from "@pdiem/bridge/testing/world";
import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { makeHandoverEnd } from "@pdiem/enclave/handover/handover-end";
import { createNonces } from "@pdiem/enclave/handover/nonces";
import { type RequestOf, type ResponseOf, routes } from "@pdiem/enclave/routes";
import { custodyKeyOf } from "@pdiem/enclave/signer/custody-key";
import type { Holder, Process } from "@pdiem/enclave/state/enclave-state";
import { initialKept } from "@pdiem/enclave/state/kept";
import { type PureRoute, transition } from "@pdiem/enclave/transition";
import { VENDOR_ROOTS } from "@pdiem/enclave-verifier/roots";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { SIMULATED_MEASUREMENT } from "../enclave/proofs.js";

const self: Process = { nonces: createNonces(new Uint8Array(32)), roots: VENDOR_ROOTS };

const holderOf = (config: BridgeConfig): Holder => ({
  role: "holder",
  config,
  bridgeId: bridgeId(config),
  kept: initialKept(config),
  end: makeHandoverEnd(),
  isMaker: true,
  key: custodyKeyOf(ENCLAVE_SEED.slice()),
  measurement: SIMULATED_MEASUREMENT,
});

/** Puts a ledger under the configuration's own governance, of which nothing has been decided. */
export const undecided = (config: BridgeConfig, ledger: Ledger = exampleLedger): Governed => {
  const governance = initialGovernance(config);
  return { governance, ledger: { ...ledger, governance: governanceHash(governance) } };
};

/** The pinned runtime needs no proof of its types. */
export const PINNED = { transactionVersion: STATEMINE_900.transactionVersion, proof: undefined };

/**
 * Prepares a request as its body's bytes. What it returns does all that an enclave does with it. It
 * goes from those bytes to the answer's, each time from the configuration's roots.
 */
export const asking = <R extends PureRoute>(
  config: BridgeConfig,
  route: R,
  request: RequestOf<R>,
): (() => ResponseOf<R>) => {
  const holder = holderOf(config);
  const { request: requestCodec, response: responseCodec } = routes[route];
  const body = encode(requestCodec, request);
  return () => {
    const response = transition(holder, route, decode(requestCodec, body), self).respond();
    encode(responseCodec, response);
    return response;
  };
};
