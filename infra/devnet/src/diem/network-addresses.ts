/**
 * Where validators say that they can be reached. Nothing listens there: this network runs in one
 * process. Source: diem/diem network/network-address/src/lib.rs.
 */

import type { ValidatorConfig } from "@pdiem/chain-formats/diem/state/resources/validator-set";
import { concat } from "@pdiem/light-client/bytes";
import { bytes, encode, vector } from "@pdiem/light-client/codec/bcs";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";

const PORT = Uint8Array.of(0x26, 0x18);

/** `/ip4/0.0.0.0/tcp/6182/ln-noise-ik/<key>/ln-handshake/0` */
const plain = (key: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(4, 0, 0, 0, 0, 0, 5), PORT, Uint8Array.of(7, 32), key, Uint8Array.of(8, 0));

const KEY_VERSION_AND_SEQUENCE = new Uint8Array(12);
const CIPHERTEXT_LENGTH = 62;

/** Makes what has the form of an encrypted address; the ciphertext is of nothing. */
const encrypted = (seed: Uint8Array): Uint8Array => {
  const noise = concat(sha3_256(seed), sha3_256(seed, seed)).subarray(0, CIPHERTEXT_LENGTH);
  return concat(Uint8Array.of(1), KEY_VERSION_AND_SEQUENCE, encode(bytes(), noise));
};

/** @param key 32 bytes of a network identity @param seed 32 bytes */
export const validatorAddresses = (
  key: Uint8Array,
  seed: Uint8Array,
): Pick<ValidatorConfig, "validatorNetworkAddresses" | "fullnodeNetworkAddresses"> => ({
  validatorNetworkAddresses: encrypted(seed),
  fullnodeNetworkAddresses: encode(vector(bytes()), [plain(key)]).slice(),
});
