import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { type RepairSides, repairChallenge } from "@pdiem/bridge/handover/repair";
import { publicPackageHash } from "@pdiem/bridge/holders/public-package";
import type { Share } from "@pdiem/bridge/holders/share";
import type { HolderStatus } from "@pdiem/enclave/wire/identity";
import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../../config.js";
import { activeGiver, type EnclaveClients, rulesAt } from "../handover/ends.js";
import { collateralFor, partyOf } from "../handover/party.js";
import { platformOf } from "../handover/verdict.js";
import type { Output } from "../output.js";
import { ownFollower } from "../own-follower.js";
import { type HelpersOptions, openHelpers } from "./ends.js";
import { type RepairFile, writeRepair } from "./file.js";
import { checkRepair, describeRepair, judge, transcriptOf } from "./verdict.js";

export interface ProposeRepairOptions extends HelpersOptions {
  /** The lost one. */
  readonly slot: number;
  /** URL of the enclave that is to get it. */
  readonly to: string;
  readonly out: string;
}

/** Chooses the first others, as many as sign. */
const othersOf =
  (lost: number) =>
  ({ bridge: { holders } }: Config): readonly number[] =>
    (holders?.slots ?? [])
      .map((_, i) => i + 1)
      .filter((slot) => slot !== lost)
      .slice(0, holders?.threshold);

interface Helper {
  readonly clients: EnclaveClients;
  readonly holder: HolderStatus;
  readonly share: Share;
}

const helperOf = async (config: Config, clients: EnclaveClients): Promise<Helper> => {
  const holder = await activeGiver({ config, giver: clients });
  if (holder.share === undefined)
    throw new PdiemError("repair/no-share", "expected helpers that hold shares, one holds none", "never");
  return { clients, holder, share: holder.share };
};

/** Has everybody draw a challenge, and then show evidence that answers the hash of all. */
const exchange = async ({ bridge }: Config, helpers: readonly Helper[], receiver: EnclaveClients, share: Share) => {
  const custodyKey = share.publicPackage.groupKey;
  const receive = (challenge: Uint8Array) =>
    receiver.enclave.handoverReceive({ config: bridge, custodyKey, share, challenge });
  const own = (await receive(new Uint8Array(32))).challenge;
  const drawn = await Promise.all(
    helpers.map(async ({ clients }) => (await clients.enclave.handoverChallenge()).challenge),
  );
  const challenge = repairChallenge([own, ...drawn]);
  const ready = await receive(challenge);
  const shown = await Promise.all(
    helpers.map(({ clients }) => clients.enclave.activate({ config: bridge, challenge })),
  );
  const sides: RepairSides = {
    custodyKey,
    // Evidence tells the machines.
    grant: { slot: share.slot, publicPackage: publicPackageHash(share.publicPackage), platform: undefined },
    receiver: partyOf(ready.receiver, ready.attestation, own),
    helpers: shown.map(({ holder, attestation }, i) => ({
      slot: helpers[i]?.share.slot ?? 0,
      platform: undefined,
      party: partyOf(holder, attestation, drawn[i] ?? challenge),
    })),
  };
  const supplements = shown.map(({ attestation }) => attestation.supplement);
  return { sides, supplements: { receiver: ready.attestation.supplement, helpers: supplements } };
};

/**
 * Writes the file that guardians judge a repair by. Nothing is given away yet.
 * @throws what `checkRepair` throws, and then there is no file; PdiemError `repair/no-share`;
 * CollateralError; what `activeGiver` throws
 */
export const proposeRepair = async (options: ProposeRepairOptions, output: Output): Promise<void> => {
  const { slot, to, out, json } = options;
  const { config, helpers: opened, at } = openHelpers(options, othersOf(slot), output);
  const found = await Promise.all(opened.map((clients) => helperOf(config, clients)));
  const helpers = [...found].sort((a, b) => a.share.slot - b.share.slot);
  const [first] = helpers;
  if (first === undefined) throw new PdiemError("repair/no-share", "expected helpers: name them by --helper", "never");
  const { publicPackage } = first.share;
  const view = await ownFollower(config, first.clients, publicPackage.groupKey, { tell: output.err }).follow();
  const rules = rulesAt(config, view);
  const { sides, supplements } = await exchange(config, helpers, at(to), { slot, publicPackage });
  output.err("all have shown evidence for each other");
  const collateral = {
    receiver: await collateralFor(config, sides.receiver, rules.now, output, supplements.receiver),
    helpers: await Promise.all(
      sides.helpers.map(({ party }, i) => collateralFor(config, party, rules.now, output, supplements.helpers[i])),
    ),
  };
  const open = { nonces: undefined, splits: undefined, sums: undefined };
  const shown: RepairFile = {
    ...{ bridgeId: bridgeId(config.bridge), transcript: sides, publicPackage, collateral },
    ...open,
  };
  const judgement = judge(rules, shown);
  const file: RepairFile = {
    ...shown,
    transcript: {
      ...sides,
      grant: { ...sides.grant, platform: platformOf(judgement.receiver) },
      helpers: sides.helpers.map((one, i) => {
        const verdict = judgement.helpers[i];
        return { ...one, platform: verdict === undefined ? undefined : platformOf(verdict) };
      }),
    },
  };
  const text = describeRepair(config.bridge, file, judgement);
  const name = `0x${toHex(transcriptOf(config.bridge, file.transcript))}`;
  output.out(json === true ? JSON.stringify({ transcript: name, text }) : text.join("\n"));
  checkRepair(config.bridge, file, judgement);
  writeRepair(out, file);
  output.err(`in ${out}, for guardians to decide: pdiem guardian propose "repair ${out}"`);
};
