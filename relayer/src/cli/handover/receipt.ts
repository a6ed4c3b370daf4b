import { formatCollateral } from "@pdiem/enclave-verifier/collateral-json";
import { fromHex } from "@pdiem/light-client/bytes";
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
 * Shows the giver, before genesis, that the other enclave holds the key: what genesis waits for where the configuration asks for it.
 * @throws PdiemError `handover/not-released`; as `checkGiver`; EnclaveError with the enclave's own code
 */
export const giveReceipt = async (
  path: string,
  { json, ...options }: EndsOptions & { readonly json?: boolean },
  output: Output,
): Promise<void> => {
  const ends = openEnds(options);
  const { config, giver, receiver } = ends;
  const file = readHandover(path);
  checkOurs(config, file);
  const { transcript, released } = file;
  if (released === undefined)
    throw new PdiemError(
      "handover/not-released",
      `no key was released by ${path}: pdiem handover release first`,
      "later",
    );
  checkGiver(await activeGiver(ends), file);
  const shown = await receiver.enclave.activate({ config: config.bridgeJson, challenge: released.receiptChallenge });
  const holder = partyOf(shown, released.receiptChallenge);
  const issuer = fromHex(transcript.custodyKey, 32);
  const follower = ownFollower(config, giver, issuer, { tell: output.err });
  const { receipt } = await askOnNewest(giver, { follower, issuer }, async ({ evidence }, { time }) => {
    const collateral = formatCollateral(await collateralFor(config, holder, Number(time), output, shown.supplement));
    return giver.enclave.handover.receipt({ holder, evidence, collateral });
  });
  output.out(
    json === true ? JSON.stringify({ receipt }) : `the giver has the receipt of ${options.to}: genesis may go on`,
  );
};
