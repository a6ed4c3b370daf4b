import { rootHash } from "@pdiem/devnet/trie/encode";
import { readProof as proveKeys } from "@pdiem/devnet/trie/proof";
import { withChanges } from "@pdiem/devnet/trie/trie";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { systemAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readProofs } from "@pdiem/light-client/polkadot/trie/trie-proof";
import type { Benchmark } from "./measure.js";

const KEYS = 20_000;
const READ = 100;

/** The accounts of 100 beneficiaries in a state of 20,000. */
export const readProof = (): Benchmark => {
  const keys = Array.from({ length: KEYS }, (_, i) => systemAccount(sha3_256(Uint8Array.of(i, i >> 8))));
  const trie = withChanges(
    undefined,
    keys.map((key) => [key, new Uint8Array(80).fill(1)] as const),
  );
  const root = rootHash(trie, 0);
  const wanted = keys.slice(0, READ);
  const nodes = proveKeys(trie, 0, wanted);
  return {
    name: `read proof of ${READ} keys among ${KEYS}, ${nodes.length} nodes`,
    run: () => void readProofs(root, nodes, wanted),
    floor: () => {
      for (const node of nodes) blake2b256(node);
    },
  };
};
