import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { blake3 } from "@pdiem/light-client/crypto/blake3";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { batchAll, mint } from "@pdiem/light-client/polkadot/extrinsics/call";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { provenFormat } from "@pdiem/light-client/polkadot/extrinsics/proven-format";
import { buildExtrinsic, type ExtrinsicContent } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { metadataProof } from "@pdiem/light-client/polkadot/metadata/metadata-proof";
import {
  PASSET_HUB,
  PASSET_HUB_PROOF,
  PASSET_HUB_TRANSACTION_VERSION,
} from "@pdiem/light-client/polkadot/testing/passet-hub";
import type { Benchmark } from "./measure.js";

const MINTS = 500;
const SEED = sha3_256(Uint8Array.of(1));
const HASH = sha3_256(Uint8Array.of(2));
const ASSETS = "Assets";

/** A proof of every call that batches use and of all eras, of a real runtime; decoding included. */
export const metadataVerification = (): Benchmark => {
  const { leaves, nodes, extrinsic } = PASSET_HUB_PROOF;
  const bytes = encode(metadataProof, PASSET_HUB_PROOF);
  return {
    name: `metadata proof, ${leaves.length} types and ${nodes.length} nodes`,
    run: () => void provenFormat(decode(metadataProof, bytes), PASSET_HUB, ASSETS),
    floor: () => {
      for (const { type } of leaves) blake3(type);
      for (let inner = 1; inner < leaves.length + nodes.length; inner++) blake3(HASH, HASH);
      blake3(extrinsic);
    },
  };
};

const contentOf = (specVersion: number, transactionVersion: number): ExtrinsicContent => ({
  call: batchAll(Array.from({ length: MINTS }, (_, i) => mint(7, sha3_256(Uint8Array.of(i, i >> 8)), BigInt(i)))),
  nonce: 5,
  mortalPeriod: 64,
  birth: { number: 100, hash: HASH },
  genesisHash: HASH,
  specVersion,
  transactionVersion,
});

/** A batch encoded and signed by proven types; the floor is the same by a pinned profile. */
export const provenEncoding = (): Benchmark => {
  const proven = contentOf(PASSET_HUB.specVersion, PASSET_HUB_TRANSACTION_VERSION);
  const format = provenFormat(PASSET_HUB_PROOF, PASSET_HUB, ASSETS);
  const pinned = contentOf(STATEMINE_900.specVersion, STATEMINE_900.transactionVersion);
  return {
    name: `encoding of a batch of ${MINTS} mints by proven types, signature included`,
    run: () => void buildExtrinsic(format, proven, SEED),
    floor: () => void buildExtrinsic(pinnedFormat(STATEMINE_900), pinned, SEED),
  };
};
