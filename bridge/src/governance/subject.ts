/**
 * What an action is about: a decision holds one about each subject, and a newer one replaces what
 * is delayed.
 */
import { toHex } from "@pdiem/light-client/bytes";
import type { Action } from "./action.js";

export const subjectOf = (action: Action): string => {
  switch (action.type) {
    case "windows":
    case "bounds":
      return `${action.type} ${action.value.currency}`;
    case "measurement": {
      const { tee, value } = action.value.measurement;
      return `measurement ${tee} ${toHex(value)}`;
    }
    case "handover":
    case "share":
      return `${action.type} ${toHex(action.value.transcript)}`;
    default:
      return action.type;
  }
};
