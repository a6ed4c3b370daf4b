/** Requests of `api.ts`, parsed: bounded, typed, and nothing in them that isn't expected. */

import { profileJson } from "@pdiem/bridge-client/json/chain-profile-json";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { parseBridgeConfig } from "@pdiem/bridge-client/json/config-json";
import { type Evidence, evidenceJson } from "@pdiem/bridge/facts/proof-bundle";
import type { SettledDecision } from "@pdiem/bridge/governance/decision-chain";
import { settledDecisionsJson, signedDecisionsJson } from "@pdiem/bridge-client/json/governance-json";
import { knownSetsJson } from "@pdiem/bridge/governance/known-sets";
import type { KnownSets } from "@pdiem/bridge/governance/misbehaviour";
import { type SignedCheckpoint, signedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { type Items, itemsJson, type PayoutItem, payoutItemJson } from "@pdiem/bridge/settlement/items";
import { as, hex, hexOf, type Json, optional, record } from "@pdiem/bridge-client/json/json";
import { type Ledger, ledger } from "@pdiem/bridge/ledger/ledger";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";

// Well above a ledger with 64 currencies and both lists of open ranges full.
const MAX_LEDGER_BYTES = 256 * 1024;
// Well above a succession as long as it may be, of as many guardians as there may be.
const MAX_CHECKPOINT_BYTES = 1024 * 1024;

export const unparsed: Json<unknown> = { parse: (value) => value, format: (value) => value };

export const ledgerJson: Json<Ledger> = as(
  hex(MAX_LEDGER_BYTES),
  (bytes) => decode(ledger, bytes),
  (value) => encode(ledger, value),
);

/** Bounds and types of one verb's request. */
export const parser =
  <T>(json: Json<T>) =>
  /** @throws DecodeError `decode/…` */
  (body: unknown): T =>
    json.parse(body, "request");

const activate = record<{ readonly config: unknown; readonly challenge: Uint8Array }>({
  config: unparsed,
  challenge: hexOf(32),
});

/** @throws DecodeError `decode/…`, RefusedError `refused/config-…` */
export const parseActivate = (body: unknown): { readonly config: BridgeConfig; readonly challenge: Uint8Array } => {
  const { config, challenge } = parser(activate)(body);
  return { config: parseBridgeConfig(config), challenge };
};

export const parseAdvance = parser(record<{ readonly evidence: Evidence }>({ evidence: evidenceJson }));

export const signedCheckpointJson: Json<SignedCheckpoint> = as(
  hex(MAX_CHECKPOINT_BYTES),
  (bytes) => decode(signedCheckpoint, bytes),
  (value) => encode(signedCheckpoint, value),
);

export const parseCheckpoint = parser(
  record<{ readonly checkpoint: SignedCheckpoint }>({ checkpoint: signedCheckpointJson }),
);

export const parseGenesis = parser(
  record<{ readonly profile: ChainProfile; readonly evidence: Evidence }>({
    profile: profileJson,
    evidence: evidenceJson,
  }),
);

export const parseSettle = parser(
  record<{
    readonly ledger: Ledger;
    readonly decisions: readonly SettledDecision[];
    readonly profile: ChainProfile;
    readonly evidence: Evidence;
    readonly items: Items;
  }>({
    ledger: ledgerJson,
    decisions: settledDecisionsJson,
    profile: profileJson,
    evidence: evidenceJson,
    items: itemsJson,
  }),
);

export const parseDecide = parser(
  record<{
    readonly ledger: Ledger;
    readonly decisions: readonly SettledDecision[];
    readonly profile: ChainProfile;
    readonly evidence: Evidence;
    readonly proposed: readonly SignedDecision[];
    readonly sets: KnownSets | undefined;
  }>({
    ledger: ledgerJson,
    decisions: settledDecisionsJson,
    profile: profileJson,
    evidence: evidenceJson,
    proposed: signedDecisionsJson,
    sets: optional(knownSetsJson),
  }),
);

export const parsePayout = parser(
  record<{
    readonly ledger: Ledger;
    readonly decisions: readonly SettledDecision[];
    readonly evidence: Evidence;
    readonly payout: PayoutItem;
  }>({
    ledger: ledgerJson,
    decisions: settledDecisionsJson,
    evidence: evidenceJson,
    payout: payoutItemJson,
  }),
);
