import { publicPackageHash } from "@pdiem/bridge/holders/public-package";
import type { Sides } from "@pdiem/enclave/wire/handover";
import type { HolderStatus } from "@pdiem/enclave/wire/identity";
import { toHex } from "@pdiem/light-client/bytes";
import type { Output } from "../output.js";
import { ownFollower } from "../own-follower.js";
import { activeGiver, type Ends, type EndsOptions, openEnds, rulesAt } from "./ends.js";
import { writeHandover } from "./file.js";
import { collateralFor, partyOf } from "./party.js";
import { checkAccepted, checkMachine, describeHandover, judge, platformOf, transcriptOf } from "./verdict.js";

/** Each side's process draws what the other's evidence has to answer: neither's is from before. */
const exchange = async ({ config, giver, receiver }: Ends, { custodyKey, share }: HolderStatus) => {
  const { challenge } = await giver.enclave.handoverChallenge();
  const ready = await receiver.enclave.handoverReceive({ config: config.bridge, custodyKey, share, challenge });
  const shown = await giver.enclave.activate({ config: config.bridge, challenge: ready.challenge });
  const sides: Sides = {
    custodyKey,
    // Its evidence tells the machine.
    grant: share && { slot: share.slot, publicPackage: publicPackageHash(share.publicPackage), platform: undefined },
    giver: partyOf(shown.holder, shown.attestation, ready.challenge),
    receiver: partyOf(ready.receiver, ready.attestation, challenge),
  };
  return {
    sides,
    supplements: { giver: shown.attestation.supplement, receiver: ready.attestation.supplement },
  };
};

/**
 * Writes the file that guardians judge a hand-over by. Nothing is given away yet, and it can be
 * done as often as one likes. It leads anywhere only while both enclaves keep their hand-over keys.
 * @throws EvidenceRefusal where the bridge's rules don't admit one of the two: then there is no
 * file; CollateralError; what `activeGiver` throws
 */
export const proposeHandover = async (
  { out, json, ...options }: EndsOptions & { readonly out: string; readonly json?: boolean },
  output: Output,
): Promise<void> => {
  const ends = openEnds(options, output);
  const { config, giver, receiver } = ends;
  const holder = await activeGiver(ends);
  const { bridgeId, custodyKey, share } = holder;
  const view = await ownFollower(config, giver, custodyKey, { tell: output.err }).follow();
  const rules = rulesAt(config, view);
  if (!(await receiver.enclave.status()).isLasting)
    output.err("WARNING: the receiver keeps the key in memory only, and loses it with a restart: keep another holder");
  const { sides, supplements } = await exchange(ends, holder);
  output.err("both enclaves have shown evidence for each other");
  const collateral = {
    giver: await collateralFor(config, sides.giver, rules.now, output, supplements.giver),
    receiver: await collateralFor(config, sides.receiver, rules.now, output, supplements.receiver),
  };
  const rest = { bridgeId, collateral, publicPackage: share?.publicPackage, nonce: undefined, released: undefined };
  const judgement = judge(rules, { ...rest, transcript: sides });
  const grant = sides.grant && { ...sides.grant, platform: platformOf(judgement.receiver) };
  const transcript = { ...sides, grant };
  const file = { ...rest, transcript };
  const text = describeHandover(config.bridge, file, judgement);
  const name = `0x${toHex(transcriptOf(config.bridge, transcript))}`;
  output.out(json === true ? JSON.stringify({ transcript: name, text }) : text.join("\n"));
  checkAccepted(judgement);
  checkMachine(grant, share?.publicPackage, judgement.receiver);
  writeHandover(out, file);
  output.err(
    view.current === undefined
      ? `in ${out}; before genesis no decision is needed: go on with pdiem handover nonce ${out}`
      : `in ${out}, for guardians to decide: pdiem guardian propose "handover ${out}"`,
  );
};
