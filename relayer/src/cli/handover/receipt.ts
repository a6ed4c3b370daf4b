import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { Output } from "../output.js";
import { ownFollower } from "../own-follower.js";
import { askOnNewest } from "./basis.js";
import { activeGiver, type EndsOptions, openEnds } from "./ends.js";
import { readHandover } from "./file.js";
import { collateralFor, partyOf } from "./party.js";
import { checkGiver } from "./processes.js";
import { checkOurs } from "./show.js";

/**
 * Shows the giver, before genesis, that the other enclave holds the key. Genesis waits for it where
 * the configuration asks for a second holder.
 * @throws PdiemError `handover/not-released`, `later`; what `checkGiver` throws; EnclaveError
 */
export const giveReceipt = async (
  path: string,
  { json, ...options }: EndsOptions & { readonly json?: boolean },
  output: Output,
): Promise<void> => {
  const ends = openEnds(options, output);
  const { config, giver, receiver } = ends;
  const file = readHandover(path);
  checkOurs(config.bridge, file);
  const { transcript, released } = file;
  if (released === undefined)
    throw new PdiemError(
      "handover/not-released",
      `no key was released by ${path}: pdiem handover release first`,
      "later",
    );
  checkGiver(await activeGiver(ends), file);
  const challenge = released.receiptChallenge;
  const shown = await receiver.enclave.activate({ config: config.bridge, challenge });
  const holder = partyOf(shown.holder, shown.attestation, challenge);
  const issuer = transcript.custodyKey;
  const follower = ownFollower(config, giver, issuer, { tell: output.err });
  const { supplement } = shown.attestation;
  const { receipt } = await askOnNewest(giver, { follower, issuer }, async ({ proofs }, { time }) => {
    const collateral = await collateralFor(config, holder, Number(time), output, supplement);
    return giver.enclave.handoverReceipt({ holder, proofs, collateral });
  });
  output.out(
    json === true
      ? JSON.stringify({ receipt: `0x${toHex(receipt)}` })
      : `the giver has the receipt of ${options.to}: genesis may go on`,
  );
};
