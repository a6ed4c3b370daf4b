import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { JournalScope } from "@pdiem/bridge-client/journal/journal";
import { step } from "@pdiem/bridge/ledger/journal-entry";
import { ENCLAVE_SEED, exampleConfig, filled, ISSUER, XUS } from "@pdiem/bridge/testing/config";
import { exampleLedger } from "@pdiem/bridge/testing/world";
import { encode } from "@pdiem/light-client/codec/bcs";
import { approveTransfer, batchAll, cancelApproval, remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/extrinsic";

const { profile, genesisHash } = exampleConfig.parachain;
const id = bridgeId(exampleConfig);

export const exampleScope: JournalScope = { bridgeId: id, issuer: ISSUER, asset: XUS.assetId, profiles: [profile] };

export interface ExampleBatch {
  readonly anchor: Uint8Array;
  readonly extrinsic: Uint8Array;
}

/** A bridge's first batches, genesis among them, which settle nothing. */
export const exampleBatches = (count: number): readonly ExampleBatch[] => {
  const ledgers = Array.from({ length: count }, (_, i) => ({ ...exampleLedger, nonce: i + 1 }));
  const anchors = ledgers.map((ledger) => anchorOf(id, ledger));
  return ledgers.flatMap((ledger, i) => {
    const [before, anchor] = [anchors[i - 1], anchors[i]];
    if (anchor === undefined) return [];
    const told = { ledger, accounts: [], releases: [], kept: [], returned: [], decisions: [], thawed: false };
    const calls = [
      ...(before === undefined ? [] : [cancelApproval(XUS.assetId, before)]),
      approveTransfer(XUS.assetId, anchor, 1n),
      remark(encode(step, told)),
    ];
    const birth = { number: 1, hash: filled(32, 1) };
    const signed = { call: batchAll(calls), nonce: i, birth, genesisHash, specVersion: 900 };
    return [{ anchor, extrinsic: buildExtrinsic(profile, signed, ENCLAVE_SEED) }];
  });
};
