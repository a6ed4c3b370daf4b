import type { ToSign } from "@pdiem/bridge/custody/signing";
import type { Session } from "@pdiem/bridge/holders/session";
import type { CustodyKey } from "../signer/custody-key.js";

/** Signs all messages, or none, and puts the signatures in. @throws RefusedError of `sign` */
export const signAll = <T extends object>(
  key: CustodyKey,
  toSign: readonly ToSign<T>[],
  sessions: readonly Session[],
): readonly (T & { readonly share: Uint8Array | undefined })[] => {
  const messages = toSign.map(({ message }) => message);
  const signed = key.sign(messages, sessions);
  return toSign.flatMap(({ complete }, i) => {
    const one = signed[i];
    return one === undefined ? [] : [{ ...complete(one.signature), share: one.share }];
  });
};
