/** Requests of `handover-api.ts`, parsed. */

import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { parseBridgeConfig } from "@pdiem/bridge-client/json/config-json";
import { type Evidence, evidenceJson } from "@pdiem/bridge/facts/proof-bundle";
import type { SettledDecision } from "@pdiem/bridge/governance/decision-chain";
import { settledDecisionsJson } from "@pdiem/bridge-client/json/governance-json";
import type { SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import type { Governed } from "@pdiem/bridge/custody/handover-admission";
import type { Party, Transcript } from "@pdiem/bridge/custody/handover-transcript";
import { hex, hexOf, type Json, optional, record, text } from "@pdiem/bridge-client/json/json";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { parseCollateral } from "@pdiem/enclave-verifier/collateral-json";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { DecodeError } from "@pdiem/light-client/error";
import { ledgerJson, parser, signedCheckpointJson, unparsed } from "../requests.js";
import { BOX_LENGTH } from "./box.js";

// A TDX quote with its certificates and what follows it has 8 KiB.
const MAX_EVIDENCE_BYTES = 64 * 1024;

const bytes32 = hexOf(32);

const party: Json<Party> = record<Party>({
  tee: text(16, /^[a-z][a-z0-9-]*$/),
  handoverKey: bytes32,
  challenge: bytes32,
  evidence: hex(MAX_EVIDENCE_BYTES),
});

/** The bridge is the enclave's own. */
export type Sides = Omit<Transcript, "bridgeId">;

const sides: Json<Sides> = record<Sides>({ custodyKey: bytes32, giver: party, receiver: party });

const collateral: Json<Collateral> = { parse: parseCollateral, format: (value) => value };

/** What either side rests a hand-over on. */
export interface Basis {
  readonly sides: Sides;
  readonly governed: Governed;
  readonly evidence: Evidence;
  readonly checkpoint: SignedCheckpoint;
  readonly collateral: Collateral;
}

interface BasisFields extends Omit<Basis, "sides" | "governed"> {
  readonly transcript: Sides;
  readonly ledger: Ledger | undefined;
  readonly decisions: readonly SettledDecision[] | undefined;
}

const basisFields = {
  transcript: sides,
  ledger: optional(ledgerJson),
  decisions: optional(settledDecisionsJson),
  evidence: evidenceJson,
  checkpoint: signedCheckpointJson,
  collateral,
};

const basisOf = ({ transcript, ledger, decisions, evidence, checkpoint, collateral }: BasisFields): Basis => {
  const rest = { sides: transcript, evidence, checkpoint, collateral };
  if (ledger === undefined && decisions === undefined) return { ...rest, governed: undefined };
  if (ledger !== undefined && decisions !== undefined) return { ...rest, governed: { ledger, decisions } };
  throw new DecodeError("decode/json", "expected the ledger with its decisions, or neither before genesis");
};

export const parseChallenge = parser(record<object>({}));

const receive = parser(
  record<{ readonly config: unknown; readonly custodyKey: Uint8Array; readonly challenge: Uint8Array }>({
    config: unparsed,
    custodyKey: bytes32,
    challenge: bytes32,
  }),
);

export interface Invitation {
  readonly config: BridgeConfig;
  readonly custodyKey: Uint8Array;
  readonly challenge: Uint8Array;
}

/** @throws DecodeError `decode/…`, RefusedError `refused/config-…` */
export const parseReceive = (body: unknown): Invitation => {
  const { config, ...rest } = receive(body);
  return { config: parseBridgeConfig(config), ...rest };
};

export const parseNonce = parser(record<{ readonly transcript: Uint8Array }>({ transcript: bytes32 }));

const release = parser(record<BasisFields>(basisFields));

/** @throws DecodeError `decode/…` */
export const parseRelease = (body: unknown): Basis => basisOf(release(body));

const accept = parser(record<BasisFields & { readonly box: Uint8Array }>({ ...basisFields, box: hexOf(BOX_LENGTH) }));

/** @throws DecodeError `decode/…` */
export const parseAccept = (body: unknown): Basis & { readonly box: Uint8Array } => {
  const { box, ...fields } = accept(body);
  return { ...basisOf(fields), box };
};

export const parseReceipt = parser(
  record<{ readonly holder: Party; readonly evidence: Evidence; readonly collateral: Collateral }>({
    holder: party,
    evidence: evidenceJson,
    collateral,
  }),
);
