/** Guardians' last word in a hand-over or a repair: a checkpoint with what enclaves have drawn. */
import { pdiemDone, writeGuardianKeys } from "./pdiem.js";

/** Where a bridge's files are, and the relayer's configuration among them. */
export interface BridgeFiles {
  readonly folder: string;
  readonly relayerFile: string;
}

/** Makes one that two of the guardians sign. @param file to write @returns the same */
export const vouchFor = async (
  { folder, relayerFile }: BridgeFiles,
  nonces: readonly string[],
  file: string,
): Promise<string> => {
  const [first = "", second = ""] = writeGuardianKeys(folder);
  const carried = nonces.flatMap((nonce) => ["--nonce", nonce]);
  const rest = ["--offline", "--config", relayerFile];
  await pdiemDone("guardian", "checkpoint", "propose", ...carried, "--key", first, "--out", file, ...rest);
  await pdiemDone("guardian", "checkpoint", "sign", file, "--key", second, ...rest);
  return file;
};
