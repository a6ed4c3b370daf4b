import { RefusedError } from "@pdiem/bridge/error";
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import type { RequestOf } from "../routes.js";
import type { CustodyKey } from "../signer/custody-key.js";
import { shareKeyOf } from "../signer/share-key.js";
import type { Enrolled } from "../state/enclave-state.js";
import { openFrom } from "./box.js";
import { finishKey } from "./key-generation.js";

const checkSenders = ({ holders, slot }: Enrolled, boxes: RequestOf<"ceremonyFinish">["boxes"]): void => {
  const others = holders.slots.map((_, i) => i + 1).filter((other) => other !== slot);
  if (boxes.length === others.length && boxes.every((one, i) => one.slot === others[i])) return;
  throw new RefusedError(
    "refused/ceremony-boxes",
    `expected a box of each of the slots ${others.join(", ")}, in this order`,
  );
};

/**
 * Makes the slot's share of what the others have boxed for it. The caller seals and owns it.
 * @throws RefusedError `refused/ceremony-boxes`, `refused/ceremony-unverified`;
 * `refused/ceremony-box`, or of `finishKey`: the key can't be made of this roll then
 */
export const finish = (participant: Enrolled, { boxes }: RequestOf<"ceremonyFinish">): CustodyKey => {
  const { holders, slot, draft, roll, platforms } = participant;
  checkSenders(participant, boxes);
  if (platforms === undefined)
    throw new RefusedError(
      "refused/ceremony-unverified",
      "expected to be shown the evidence of all slots first",
      "later",
    );
  const received = new Map(boxes.map((one) => [one.slot, openFrom(participant, one.slot, one.box)]));
  const { share, groupKey, verifyingShares } = finishKey(holders, draft, slot, roll.parts, received);
  for (const opened of received.values()) opened.fill(0);
  const publicPackage: PublicPackage = {
    roll: roll.hash,
    groupKey,
    slots: verifyingShares.map((verifyingShare, i) => ({ verifyingShare, platform: platforms[i] })),
  };
  return shareKeyOf(share, { slot, publicPackage }, holders);
};
