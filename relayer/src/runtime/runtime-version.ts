/** What `Core_version` returns: a runtime's own word on what it is. */
import { toHex } from "@pdiem/light-client/bytes";
import { decode, fixedBytes, string, struct, u8, u32, vector } from "@pdiem/light-client/codec/scale";

const runtimeVersion = struct({
  specName: string,
  implName: string,
  authoringVersion: u32,
  specVersion: u32,
  implVersion: u32,
  apis: vector(struct({ id: fixedBytes(8), version: u32 }), 256),
  transactionVersion: u32,
  // 0 or 1: how values stand in the state's trie.
  stateVersion: u8,
});

export interface RuntimeVersion {
  readonly specName: string;
  readonly specVersion: number;
  readonly transactionVersion: number;
  readonly stateVersion: number;
  /** Versions of the runtime's interfaces, by hex of their ids. */
  readonly apis: ReadonlyMap<string, number>;
}

/** @throws DecodeError for another answer */
export const readVersion = (answer: Uint8Array): RuntimeVersion => {
  const { specName, specVersion, transactionVersion, stateVersion, apis } = decode(runtimeVersion, answer);
  return {
    specName,
    specVersion,
    transactionVersion,
    stateVersion,
    apis: new Map(apis.map(({ id, version }) => [toHex(id), version])),
  };
};
