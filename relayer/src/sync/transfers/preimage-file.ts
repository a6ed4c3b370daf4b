/**
 * Preimages that this relayer was told, on its disk. Redis may be lost at any time, and the chain
 * knows of those alone that were remarked. One a line, in hex. Whoever can write there can add
 * more: that costs a look-up each and nothing else.
 */
import { appendFile, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type WithdrawalPreimage, withdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { makeFolder } from "@pdiem/bridge-client/make-folder";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";

export interface PreimageFile {
  /**
   * Reads the file: none where there isn't one; lines that can't be read are passed over.
   * @throws the platform's error
   */
  readonly load: () => Promise<readonly WithdrawalPreimage[]>;
  /** @throws the platform's error */
  readonly append: (preimages: readonly WithdrawalPreimage[]) => Promise<void>;
}

/** Writes a preimage as one word: hex of its BCS. */
export const formatPreimage = (preimage: WithdrawalPreimage): string => toHex(encode(withdrawalPreimage, preimage));

/** Reads what `formatPreimage` writes; undefined for anything else. */
export const parsePreimage = (text: string): WithdrawalPreimage | undefined => {
  try {
    return decode(withdrawalPreimage, fromHex(text));
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

/**
 * @param folder of the operator's own; made when it is first needed
 * @param bridgeId whose accounts they are
 */
export const preimageFile = (folder: string, bridgeId: Uint8Array): PreimageFile => {
  const path = join(folder, `withdrawal-accounts-${toHex(bridgeId).slice(0, 16)}`);
  return {
    load: async () => {
      const text = await readFile(path, "utf8").catch((error: unknown) => {
        if (isMissing(error)) return "";
        throw error;
      });
      return text.split("\n").flatMap((line) => parsePreimage(line) ?? []);
    },
    append: async (preimages) => {
      await makeFolder(dirname(path), 0o700);
      await appendFile(path, preimages.map((one) => `${formatPreimage(one)}\n`).join(""), { mode: 0o600 });
    },
  };
};
