import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../../config.js";
import { askOnNewest } from "../handover/basis.js";
import type { EnclaveClients } from "../handover/ends.js";
import { renewedCollateral } from "../handover/party.js";
import { askReceiver } from "../handover/processes.js";
import { checkDecided, standingOf } from "../handover/readiness.js";
import { checkOurs } from "../handover/show.js";
import { readCheckpoint, type Shown, showCheckpoint } from "../handover/show-checkpoint.js";
import { nameOf } from "../handover/verdict.js";
import type { Output } from "../output.js";
import { ownFollower } from "../own-follower.js";
import { type HelpersOptions, openHelpers } from "./ends.js";
import { type AllCollaterals, type Given, type RepairFile, readRepair, writeRepair } from "./file.js";
import { transcriptOf } from "./verdict.js";

const UNFIT = new Set(["refused/repair-box", "refused/repair-rows", "refused/repair-fault"]);

const slotsIn = ({ transcript }: RepairFile) => transcript.helpers.map(({ slot }) => slot);

const checkCount = ({ transcript: { helpers } }: RepairFile, opened: readonly EnclaveClients[]): void => {
  if (opened.length !== helpers.length)
    throw new PdiemError(
      "repair/helpers",
      `expected the ${helpers.length} helpers of the file by --helper, in the order of their slots, got ${opened.length}`,
      "never",
    );
};

const checkInForce = async (config: Config, { transcript }: RepairFile, shown: Pick<Shown, "follower">) => {
  const view = await shown.follower.follow();
  const name = nameOf(transcriptOf(config.bridge, transcript), transcript.grant);
  if (view.current !== undefined) checkDecided(standingOf(config.bridge, view, view.current), name);
};

/**
 * Has the helpers draw what the guardians' checkpoint has to carry, and notes it in the file. That
 * checkpoint is their last word.
 * @throws PdiemError `repair/helpers`; before the decision is in force what `checkDecided` throws
 */
export const drawNonces = async (path: string, options: HelpersOptions, output: Output): Promise<void> => {
  const file = readRepair(path);
  const { config, helpers } = openHelpers(options, () => slotsIn(file), output);
  checkOurs(config.bridge, file);
  checkCount(file, helpers);
  const [first] = helpers;
  if (first === undefined) return;
  const follower = ownFollower(config, first, file.transcript.custodyKey, { tell: output.err });
  await checkInForce(config, file, { follower });
  const transcript = transcriptOf(config.bridge, file.transcript);
  const nonces = await Promise.all(
    helpers.map(async ({ enclave }) => (await enclave.handoverNonce({ transcript })).nonce),
  );
  writeRepair(path, { ...file, nonces });
  const texts = nonces.map((nonce) => `0x${toHex(nonce)}`);
  output.out(options.json === true ? JSON.stringify({ nonces: texts }) : texts.join("\n"));
  const all = texts.map((text) => `--nonce ${text}`).join(" ");
  output.err(`guardians sign a checkpoint with them, in this order: pdiem guardian checkpoint propose ${all}`);
};

export interface RunRepairOptions extends HelpersOptions {
  /** URL of the enclave that is to get the share. */
  readonly to: string;
  readonly checkpoint: string;
  /** All that the checkpoint was signed with, in their order; left out, the file's own. */
  readonly nonce?: readonly Uint8Array[];
}

/** A repair in hand. */
interface Hand extends Shown {
  readonly file: RepairFile;
  readonly nonces: readonly Uint8Array[];
  readonly output: Output;
}

const collateralAt = async ({ config, file, output }: Hand, time: bigint): Promise<AllCollaterals> => {
  const { transcript, collateral } = file;
  const renewed = (party: typeof transcript.receiver, kept: AllCollaterals["receiver"]) =>
    renewedCollateral(config, party, Number(time), kept, output);
  return {
    receiver: await renewed(transcript.receiver, collateral.receiver),
    helpers: await Promise.all(
      transcript.helpers.map(({ party }, i) => renewed(party, collateral.helpers[i] ?? { kind: "none" })),
    ),
  };
};

const basisOf = async (hand: Hand, time: bigint) => ({
  transcript: hand.file.transcript,
  nonces: hand.nonces,
  collateral: await collateralAt(hand, time),
});

const splitBy = (hand: Hand, clients: EnclaveClients): Promise<Given> =>
  askOnNewest(clients, hand, async (basis, { time }) =>
    clients.enclave.repairSplit({ ...(await basisOf(hand, time)), ...basis }),
  );

const sumBy = async (
  hand: Hand,
  splits: readonly Given[],
  clients: EnclaveClients,
  place: number,
): Promise<Uint8Array> => {
  const rows = splits.map(({ points }) => points);
  const boxes = splits.map((one) => one.boxes[place] ?? new Uint8Array());
  const { box } = await askOnNewest(clients, hand, async (basis, { time }) =>
    clients.enclave.repairSum({ ...(await basisOf(hand, time)), ...basis, rows, boxes }),
  );
  return box;
};

const inTurn = async <T, R>(
  items: readonly T[],
  ask: (item: T, place: number) => Promise<R>,
): Promise<readonly R[]> => {
  const answers: R[] = [];
  for (const [i, item] of items.entries()) answers.push(await ask(item, i));
  return answers;
};

interface Gathered {
  readonly splits: readonly Given[];
  readonly sums: readonly Uint8Array[];
}

/** Has the helpers split and add up, as far as the file doesn't hold that already. */
const gather = async (path: string, hand: Hand, helpers: readonly EnclaveClients[]): Promise<Gathered> => {
  const { config, file, output } = hand;
  if (file.splits !== undefined && file.sums !== undefined) return { splits: file.splits, sums: file.sums };
  await checkInForce(config, file, hand);
  for (const clients of helpers) await showCheckpoint(hand, clients);
  const splits = file.splits ?? (await inTurn(helpers, (clients) => splitBy(hand, clients)));
  writeRepair(path, { ...file, splits });
  const sums = await inTurn(helpers, (clients, place) => sumBy(hand, splits, clients, place));
  writeRepair(path, { ...file, splits, sums });
  output.err("the helpers have given their sums, for the receiver's process alone");
  return { splits, sums };
};

/** What doesn't fit may have been changed on its way or in the file: the helpers are asked anew. */
const forgetting = async <T>(path: string, file: RepairFile, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (isPdiemError(error) && UNFIT.has(error.code))
      writeRepair(path, { ...file, splits: undefined, sums: undefined });
    throw error;
  }
};

/**
 * Repairs a share: the helpers split and add up, and the receiver seals what comes of it. Stopped
 * in the middle, it can be run again. So it can where what was given doesn't fit: nothing of that
 * is kept.
 * @throws PdiemError `handover/no-nonce`, `repair/helpers`; EnclaveError, `refused/repair-fault`
 * naming whose slot is at fault; what `askReceiver` and `checkDecided` throw
 */
export const runRepair = async (path: string, options: RunRepairOptions, output: Output): Promise<void> => {
  const file = readRepair(path);
  const { transcript } = file;
  const { config, helpers, at } = openHelpers(options, () => slotsIn(file), output);
  checkOurs(config.bridge, file);
  const receiver = at(options.to);
  const { slot } = transcript.grant;
  const tell = (text: string): void => output.out(options.json === true ? JSON.stringify({ slot }) : text);
  if ((await askReceiver(receiver.enclave, config.bridge, file)) === undefined)
    return tell(`${options.to} holds slot ${slot}'s share already`);
  checkCount(file, helpers);
  const [first] = helpers;
  const nonces = options.nonce ?? file.nonces;
  if (first === undefined || nonces === undefined)
    throw new PdiemError("handover/no-nonce", "the file holds no nonces: pdiem repair nonce draws them first", "later");
  const issuer = transcript.custodyKey;
  const follower = ownFollower(config, first, issuer, { tell: output.err });
  const hand: Hand = {
    ...{ config, issuer, follower, file, nonces, output },
    checkpoint: readCheckpoint(options.checkpoint),
  };
  await forgetting(path, file, async () => {
    const { splits, sums } = await gather(path, hand, helpers);
    const rows = splits.map(({ points }) => points);
    await showCheckpoint(hand, receiver);
    await askOnNewest(receiver, hand, (basis) =>
      receiver.enclave.repairAccept({ transcript, rows, boxes: sums, ...basis }),
    );
  });
  tell(`${options.to} holds slot ${slot}'s share of the key 0x${toHex(issuer)}`);
};
