/** What a list of transfers can be asked for. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import { z } from "zod";
import { parseAccountId } from "../account-id.js";
import { parsePayee } from "../chains/diem/payee.js";
import { cursorText, pageLimit } from "./cursor.js";

export const listQuery = z.strictObject({
  limit: pageLimit(100, 1_000),
  cursor: cursorText.optional(),
  state: z.enum(["open", "ended"]).optional(),
  direction: z.enum(["deposit", "withdrawal"]).optional(),
  currency: z
    .string()
    .regex(/^[A-Z][A-Z0-9]{0,31}$/)
    .optional(),
  account: z
    .string()
    .max(200)
    .optional()
    .describe("An account of the parachain that is paid, refunded or withdrawn from"),
  address: z
    .string()
    .max(200)
    .optional()
    .describe("An account of Diem that pays or is paid: 16 bytes of hex, or DIP-5"),
  hash: z
    .string()
    .regex(/^(?:0x)?[0-9a-fA-F]{64}$/)
    .optional()
    .describe("Hash of the batch that settled it"),
  version: z
    .string()
    .regex(/^[0-9]{1,20}$/)
    .optional()
    .describe("Version of the transaction on Diem that paid custody, or that custody paid by"),
});

export type ListQuery = z.output<typeof listQuery>;

/** What is searched for, as views spell it. */
export interface Wanted extends Pick<ListQuery, "state" | "direction" | "currency" | "version"> {
  readonly account: string | undefined;
  readonly address: string | undefined;
  readonly hash: string | undefined;
}

/** @throws PdiemError of accounts and addresses */
export const wantedOf = ({ config }: { readonly config: BridgeConfig }, asked: ListQuery): Wanted => ({
  ...asked,
  account: asked.account === undefined ? undefined : toHex(parseAccountId(asked.account)),
  address: asked.address === undefined ? undefined : toHex(parsePayee(config.diem.hrp, asked.address).payee),
  hash: asked.hash?.toLowerCase().replace(/^0x/, ""),
});

/** Parameters for which transfers are looked up. */
export const SEARCHED = ["currency", "account", "address", "version"] as const;

/** Tells whether it is found by the index of what has ended. */
export const isSearched = (wanted: Wanted): boolean => SEARCHED.some((name) => wanted[name] !== undefined);
