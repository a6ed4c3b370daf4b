/** An empty relayer rebuilds everything from the blocks. */

import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { journalScope, replay } from "@pdiem/bridge-client/journal/history";
import { readJournalBatch } from "@pdiem/bridge-client/journal/journal-batch";
import { fromHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { assembleExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { waitingIndexes } from "./enclave/known.js";
import type { SignedBatch } from "./enclave/signed.js";
import { inForce, last, type Run } from "./run.js";
import { config, ISSUER } from "./setting.js";
import { demand, Violation } from "./violation.js";

const UNCHECKED_SIGNATURE = new Uint8Array(64);
const SCOPE = journalScope(config, ISSUER);

/** Whoever reads the journal leaves signatures to the blocks. */
const extrinsicOf = ({ content }: SignedBatch): Uint8Array => {
  const { profile } = config.parachain;
  if (profile === undefined) throw new Error("expected a profile");
  return assembleExtrinsic(pinnedFormat(profile), content, ISSUER, UNCHECKED_SIGNATURE);
};

const read = (signed: SignedBatch) => {
  const batch = readJournalBatch(SCOPE, extrinsicOf(signed));
  if (batch === undefined) throw new Violation("a batch that the journal doesn't show");
  return batch;
};

/** @throws Violation, PdiemError where the journal tells another story than the ledger in force */
export const checkJournal = (run: Run): void => {
  const [anchor = ""] = last(run.parachain).approvals;
  const history = replay(config, run.blocks.map(read), fromHex(anchor));
  const known = inForce(run);
  const same = (a: unknown, b: unknown): boolean => String(a) === String(b);
  demand(same(encode(ledgerCodec, history.ledger), encode(ledgerCodec, known.ledger)), () => "another ledger");
  demand(history.releases.length === known.releases.length, () => "other releases");
  const waiting = history.waiting.flatMap((_, i) => (history.cleared.has(BigInt(i)) ? [] : [i]));
  demand(same(waiting, waitingIndexes(known)), () => "others wait");
  const kept = [...run.ends.deposits].flatMap(([number, how]) => (how === "kept" ? [number] : []));
  const byNumber = (numbers: readonly bigint[]): readonly bigint[] => [...numbers].sort((a, b) => Number(a - b));
  demand(same(byNumber(history.kept), byNumber(kept)), () => "others are kept");
  demand(history.decisions.length === run.taken.size, () => "other decisions");
};
