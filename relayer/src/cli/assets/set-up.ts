/** What a configuration says of the wrapped assets, also where the rest isn't known yet. */
import { dirname } from "node:path";
import { fromHex } from "@pdiem/light-client/bytes";
import { z } from "zod";
import { besideConfig, type EnclaveConfig, enclaveConfig } from "../../enclave-door.js";
import { ConfigError } from "../../error.js";
import { TO_DO } from "../init/skeleton.js";
import { readJson } from "../json-file.js";

export interface PlannedAsset {
  /** Diem's code. */
  readonly code: string;
  /** Undefined: not chosen yet. */
  readonly assetId: number | undefined;
  readonly minBalance: bigint;
}

/** Accounts are 32 bytes. Whatever the configuration leaves open is undefined. */
export interface AssetSetUp {
  readonly httpUrls: readonly string[];
  readonly diemUrls: readonly string[];
  readonly enclave: EnclaveConfig | undefined;
  readonly pallet: string;
  readonly genesisHash: Uint8Array | undefined;
  readonly assets: readonly PlannedAsset[];
  readonly freezer: Uint8Array | undefined;
  readonly feeAccount: Uint8Array | undefined;
  readonly reserve: bigint | undefined;
  readonly genesisCost: bigint | undefined;
}

const open = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) => (value === null || (typeof value === "string" && value.startsWith(TO_DO)) ? undefined : value),
    schema.optional(),
  );

const account = z.string().regex(/^0x[0-9a-fA-F]{64}$/, "expected 32 bytes of 0x-hex");
const amount = z.string().regex(/^[0-9]{1,39}$/, "expected a decimal string");
const urls = z.array(z.string().refine((text) => URL.canParse(text), "expected a URL")).min(1);

const schema = z.looseObject({
  diem: z.looseObject({ urls: open(urls) }).optional(),
  parachain: z.looseObject({ urls, httpUrls: urls.optional() }),
  enclave: open(z.looseObject({ url: open(z.string()), holders: z.unknown().optional() })),
  bridge: z.looseObject({
    parachain: z.looseObject({ assetsPallet: z.string().regex(/^[A-Z][A-Za-z0-9]*$/), genesisHash: open(account) }),
    currencies: z
      .array(
        z.looseObject({
          code: z.string().regex(/^[A-Z][A-Z0-9]{0,15}$/),
          assetId: open(z.int().min(0).max(0xffff_ffff)),
          minBalance: amount,
        }),
      )
      .min(1)
      .max(64),
    guardians: z.looseObject({ freezer: open(account) }).optional(),
    feeAccount: open(account),
    reserve: open(amount),
    genesisCost: open(amount),
  }),
});

const bytesOf = (text: string | undefined): Uint8Array | undefined => (text === undefined ? undefined : fromHex(text));
const bigOf = (text: string | undefined): bigint | undefined => (text === undefined ? undefined : BigInt(text));

const refuse = (file: string, error: z.ZodError): never => {
  throw new ConfigError("config/invalid", `expected a relayer's configuration in ${file}: ${z.prettifyError(error)}`);
};

/** Undefined where it isn't written yet. */
const enclaveOf = (
  value: { readonly url?: string | undefined; readonly holders?: unknown } | undefined,
  file: string,
) => {
  if (value?.url === undefined && value?.holders === undefined) return undefined;
  const { data, error } = enclaveConfig.safeParse(value);
  return data === undefined ? refuse(file, error) : besideConfig(data, dirname(file));
};

/**
 * Reads what concerns the assets from a relayer's configuration that needn't be finished.
 * @throws ConfigError `config/invalid`, or of `readJson`
 */
export const readAssetSetUp = (file: string): AssetSetUp => {
  const { data, error } = schema.safeParse(readJson(file));
  const { parachain, diem, enclave, bridge } = data ?? refuse(file, error);
  return {
    httpUrls: parachain.httpUrls ?? parachain.urls.map((url) => url.replace(/^ws/, "http")),
    diemUrls: diem?.urls ?? [],
    enclave: enclaveOf(enclave, file),
    pallet: bridge.parachain.assetsPallet,
    genesisHash: bytesOf(bridge.parachain.genesisHash),
    assets: bridge.currencies.map(({ code, assetId, minBalance }) => ({
      code,
      assetId,
      minBalance: BigInt(minBalance),
    })),
    freezer: bytesOf(bridge.guardians?.freezer),
    feeAccount: bytesOf(bridge.feeAccount),
    reserve: bigOf(bridge.reserve),
    genesisCost: bigOf(bridge.genesisCost),
  };
};
