import { TEXTS } from "../texts.js";
import type { Transfer } from "../views.js";

/** Where a transfer is, in one word: never by colour alone. */
export const StateTag = ({ transfer: { result, stage, waitingFor } }: { transfer: Transfer }) => {
  if (result !== undefined) {
    const isGood = result.outcome === "minted" || result.outcome === "paid";
    return <span class={`tag ${isGood ? "good" : "warn"}`}>{TEXTS.follow.outcomes[result.outcome]}</span>;
  }
  return <span class={`tag ${waitingFor === undefined ? "" : "warn"}`}>{TEXTS.follow.stages[stage][0]}</span>;
};
