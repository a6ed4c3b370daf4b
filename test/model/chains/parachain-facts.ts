/** What a parachain block proves, straight from its state. */
import type { ParachainFacts } from "@pdiem/bridge/facts/facts";
import { ASSET } from "@pdiem/bridge/testing/parachain-world";
import { fromHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/scale";
import {
  asset,
  assetAccount,
  assetApproval,
  lastRuntimeUpgrade,
  systemAccount,
} from "@pdiem/light-client/polkadot/trie/storage-key";
import {
  type AssetDetails,
  accountInfo,
  approval,
  assetAccountValue,
  assetDetails,
  runtimeUpgrade,
} from "@pdiem/light-client/polkadot/trie/storage-value";
import { config, currencies, HOLDERS, ISSUER } from "../setting.js";
import { entryName } from "./assets.js";
import type { ParachainState } from "./parachain.js";

type Reader = (state: ParachainState) => Uint8Array | undefined;

const PALLET = config.parachain.assetsPallet;
const [FIRST] = currencies;

const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");

const infoOf = (nonce: number, providers: number, consumers: number): Uint8Array =>
  encode(accountInfo, {
    nonce,
    consumers,
    providers,
    sufficients: 0,
    free: 10_000_000n,
    reserved: 0n,
    frozen: 0n,
    flags: 0n,
  });

const readers = new Map<string, Reader>();
for (const { assetId } of currencies) {
  readers.set(hexOf(asset(PALLET, assetId)), ({ assets }) => {
    const { supply, isFrozen, freezer } = assets.get(assetId) ?? { ...ASSET, isFrozen: false };
    const details: AssetDetails = { ...ASSET, supply, freezer, status: isFrozen ? "frozen" : "live" };
    return encode(assetDetails, details);
  });
  for (const who of HOLDERS)
    readers.set(hexOf(assetAccount(PALLET, assetId, who)), ({ entries }) => {
      const entry = entries.get(entryName(assetId, who));
      if (entry === undefined) return undefined;
      const { balance, isFrozen } = entry;
      return encode(assetAccountValue, {
        balance,
        status: isFrozen ? "frozen" : "liquid",
        reason: { type: "consumer" },
      });
    });
}
for (const who of HOLDERS)
  readers.set(hexOf(systemAccount(who)), ({ holders }) => {
    const holder = holders.get(hexOf(who));
    return holder === undefined || holder.providers === 0 ? undefined : infoOf(0, holder.providers, holder.consumers);
  });
readers.set(hexOf(systemAccount(ISSUER)), ({ nonce }) => infoOf(nonce, 1, 0));
readers.set(hexOf(lastRuntimeUpgrade), ({ specVersion }) =>
  encode(runtimeUpgrade, { specVersion, specName: "statemine" }),
);

const APPROVED = encode(approval, { amount: 1n, deposit: 1n });

const factsOf = (state: ParachainState): ParachainFacts => {
  const approvals = new Set(
    [...state.approvals].map((delegate) =>
      hexOf(assetApproval(PALLET, FIRST?.assetId ?? 0, ISSUER, fromHex(delegate))),
    ),
  );
  return {
    number: state.number,
    hash: state.hash,
    time: state.time,
    storage: (key) => {
      const name = hexOf(key);
      const reader = readers.get(name);
      if (reader !== undefined) return reader(state);
      return approvals.has(name) ? APPROVED : undefined;
    },
  };
};

const made = new WeakMap<ParachainState, ParachainFacts>();

/** The facts of a block: all that can be asked is shown. */
export const parachainFacts = (state: ParachainState): ParachainFacts => {
  const facts = made.get(state) ?? factsOf(state);
  made.set(state, facts);
  return facts;
};
