/** The three lists of the ledger and what their leaves are (PROTOCOL 2). */
import { type Decoded, encode, enumeration, u64 } from "@pdiem/light-client/codec/bcs";
import { type ListKind, listKind } from "./list.js";
import { type Release, release } from "./release.js";

/** What waits: a deposit by its number, or an aborted release by its index. */
export const waitingLeaf = enumeration("WaitingLeaf", { deposit: [0, u64], release: [1, u64] });
export type WaitingLeaf = Decoded<typeof waitingLeaf>;

/** Registered beneficiaries: account ids of 32 bytes. */
export const ACCOUNTS: ListKind<Uint8Array> = listKind("RegisteredAccount", (account) => account);

export const RELEASES: ListKind<Release> = listKind("Release", (leaf) => encode(release, leaf));

export const WAITING: ListKind<WaitingLeaf> = listKind("Waiting", (leaf) => encode(waitingLeaf, leaf));
