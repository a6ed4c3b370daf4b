import type { BridgeConfig } from "@pdiem/bridge/config";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { STATEMINE_900 } from "@pdiem/light-client/polkadot/chain-profile";

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);
const window = { length: 3_600_000n, amount: 1_000_000n };

/** A configuration that is accepted, with roots of trust that nobody holds the keys of. */
export const testConfig: BridgeConfig = {
  diem: { chainId: 4, waypoint: { version: 0n, value: bytes(32, 1) }, custody: bytes(16, 2), hrp: "tdm" },
  relay: {
    setId: 3n,
    authorities: [{ id: publicKeyOf(bytes(32, 3)), weight: 1n }],
    finalized: { number: 7, hash: bytes(32, 4) },
  },
  parachain: { paraId: 1000, genesisHash: bytes(32, 5), profile: STATEMINE_900 },
  currencies: [
    {
      code: "XUS",
      assetId: 1,
      minBalance: 1n,
      minimum: 1_000n,
      maximum: 1_000_000n,
      fees: { deposit: 1n, withdrawal: 1n, refund: 1n },
      windows: { mint: window, release: window, refund: window },
    },
  ],
  feeAccount: bytes(32, 6),
  maxSkew: 300_000n,
  batchInterval: 6_000n,
  reserve: 1_000_000n,
  genesisCost: 1_000_000n,
  guardians: { keys: [publicKeyOf(bytes(32, 7))], threshold: 1, freezer: bytes(32, 8) },
  measurements: [{ tee: "simulated", value: bytes(32, 9) }],
};
