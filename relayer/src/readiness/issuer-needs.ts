import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { AccountInfo } from "@pdiem/light-client/polkadot/trie/storage-value";

export interface IssuerNeeds {
  /** In smallest units of the parachain's native token. */
  readonly least: bigint;
  readonly why: string;
}

/** Finds the least that the issuer must have: before its first batch that one's cost, too. */
export const issuerNeeds = (
  { reserve, genesisCost }: Pick<BridgeConfig, "reserve" | "genesisCost">,
  issuer: Pick<AccountInfo, "nonce"> | undefined,
): IssuerNeeds =>
  (issuer?.nonce ?? 0) === 0
    ? { least: reserve + genesisCost, why: "reserve + genesisCost" }
    : { least: reserve + 1n, why: "more than the reserve" };
