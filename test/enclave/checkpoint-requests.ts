/** Checkpoints of the lines that evidence is made of, and requests that show them. */
import type { Checkpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import { type SignedCheckpoint, signCheckpoint, signedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import type { Succession } from "@pdiem/bridge/checkpoint/succession";
import { authoritySetHash, epochStateHash } from "@pdiem/bridge/facts/set-hash";
import { GUARDIAN_SEEDS } from "@pdiem/bridge/testing/guardians";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import type { EpochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import { epochStateOf } from "@pdiem/light-client/diem/testing/validators";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import type { Line } from "./evidence.js";
import { BRIDGE_ID } from "./requests.js";

/** Those who sign on that line at present. */
export const setsOf = ({ epoch, validators, setId, authority }: Line): readonly [EpochState, AuthoritySet] => [
  epochStateOf(epoch, validators),
  { setId, authorities: [{ id: publicKeyOf(authority), weight: 1n }] },
];

/** What who follows that line vouches for. @param time ms */
export const checkpointOn = (line: Line, time: bigint): Checkpoint => {
  const [epochState, authorities] = setsOf(line);
  return {
    diem: { epoch: line.epoch, hash: epochStateHash(epochState) },
    relay: { setId: line.setId, hash: authoritySetHash(authorities) },
    time,
    nonce: undefined,
  };
};

export const vouchFor = (
  checkpoint: Checkpoint,
  seeds: readonly Uint8Array[] = GUARDIAN_SEEDS,
  succession: Succession = [],
  id: Uint8Array = BRIDGE_ID,
): SignedCheckpoint => ({
  checkpoint,
  succession,
  signatures: seeds.map((seed) => signCheckpoint(seed, id, checkpoint)),
});

export const textOf = (signed: SignedCheckpoint): string => `0x${toHex(encode(signedCheckpoint, signed))}`;

/** A body of `checkpoint`. */
export const checkpointRequest = (signed: SignedCheckpoint): unknown => ({ checkpoint: textOf(signed) });
