import type { LocalBridge } from "@pdiem/devnet/local-bridge/local-bridge";

/** What the relayer's API tells of those who hold the key together, as far as it is shown. */
interface StatusJson {
  readonly holders?: {
    readonly threshold: number;
    readonly slots: readonly { readonly slot: number; readonly class: string; readonly lastShareAt?: number }[];
  };
}

type Slot = NonNullable<StatusJson["holders"]>["slots"][number];

/** Names who gave the newest shares, as many as sign: `of slots 1 (a) and 3 (c)`. */
export const newestSigners = (threshold: number, slots: readonly Slot[]): string => {
  const names = slots
    .filter(({ lastShareAt }) => lastShareAt !== undefined)
    .toSorted((one, other) => (other.lastShareAt ?? 0) - (one.lastShareAt ?? 0))
    .slice(0, threshold)
    .sort((one, other) => one.slot - other.slot)
    .map(({ slot, class: name }) => `${slot} (${name})`);
  return names.length < threshold ? "the holders'" : `of slots ${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
};

/** Says whose the newest signature is, as the relayer tells it. */
export const signedBy = async ({ relayerUrl }: Pick<LocalBridge, "relayerUrl">): Promise<string> => {
  const response = await fetch(`${relayerUrl}/api/v1/status`);
  const { holders } = (await response.json()) as StatusJson;
  return holders === undefined ? "the enclave's" : newestSigners(holders.threshold, holders.slots);
};
