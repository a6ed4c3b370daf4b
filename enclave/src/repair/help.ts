import { RefusedError } from "@pdiem/bridge/error";
import { concat, equal } from "@pdiem/light-client/bytes";
import { sealBox } from "../handover/box.js";
import { prove } from "../verbs/proving.js";
import type { Verb } from "../verbs/verb.js";
import { addendsOf, checkGiven, checkRows, checkShape, sumAndWipe } from "./arithmetic.js";
import { channelOf, openRepairBox } from "./box.js";
import { checkHelping } from "./helping.js";

/** Splits this slot's part of the lost share, and boxes an addend for each other helper. */
export const split: Verb<"repairSplit"> = (holder, request, self) => {
  const { key, end } = holder;
  const proven = prove(holder, request.proofs);
  const { kept, lightClients } = proven;
  const respond = () => {
    const { share, hash } = checkHelping(holder, request, proven, self);
    const { transcript } = request;
    const addends = key.withSecret((secret) => addendsOf(transcript, share.slot, secret, hash));
    const points = addends.map(({ point }) => point);
    const boxes = transcript.helpers.map(({ slot, party: { handoverKey } }, i) => {
      const scalar = addends[i]?.scalar;
      if (slot === share.slot || scalar === undefined) return new Uint8Array();
      const box = { end, theirs: handoverKey, transcript: hash, from: share.slot, to: slot, rows: [points] };
      return sealBox(channelOf(box), scalar);
    });
    for (const { scalar } of addends) scalar.fill(0);
    return { points, boxes, lightClients };
  };
  return { kept, respond };
};

/** Adds up what all helpers have split off for this slot, and boxes the sum for the receiver. */
export const sum: Verb<"repairSum"> = (holder, request, self) => {
  const { key, end } = holder;
  const proven = prove(holder, request.proofs);
  const { kept, lightClients } = proven;
  const respond = () => {
    const { share, hash } = checkHelping(holder, request, proven, self);
    const { transcript, rows, boxes } = request;
    const { helpers, grant, receiver } = transcript;
    checkShape(transcript, rows, boxes);
    const place = helpers.findIndex(({ slot }) => slot === share.slot);
    const own = key.withSecret((secret) => addendsOf(transcript, share.slot, secret, hash));
    if (!equal(concat(...own.map(({ point }) => point)), concat(...(rows[place] ?? []))))
      throw new RefusedError("refused/repair-rows", "expected this slot's points as it gave them: they were changed");
    const given = helpers.map(({ slot, party: { handoverKey } }, i) => {
      const row = rows[i] ?? [];
      if (i === place) return own[i]?.scalar ?? new Uint8Array();
      const from = { end, theirs: handoverKey, transcript: hash, from: slot, to: share.slot, rows: [row] };
      const scalar = openRepairBox(from, boxes[i] ?? new Uint8Array());
      checkGiven(slot, row.slice(place, place + 1), scalar);
      return scalar;
    });
    checkRows(transcript, share.publicPackage, rows);
    const total = sumAndWipe(given);
    for (const { scalar } of own) scalar.fill(0);
    const to = { end, theirs: receiver.handoverKey, transcript: hash, from: share.slot, to: grant.slot, rows };
    const box = sealBox(channelOf(to), total);
    total.fill(0);
    return { box, lightClients };
  };
  return { kept, respond };
};
