import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { type EventHandle, eventKeyOf } from "@pdiem/light-client/diem/state/event";
import { eventHandleGenerator } from "./framework-resources.js";
import type { Session } from "./session.js";

/** Does what Move's `Event::publish_generator` does. */
export const publishGenerator = (session: Session, address: AccountAddress): void =>
  session.put(address, eventHandleGenerator, { counter: 0n, address });

/** Makes the account's next stream of events: its key holds how many it made before. */
export const newEventHandle = (session: Session, address: AccountAddress): EventHandle => {
  const { counter } = session.get(address, eventHandleGenerator);
  session.put(address, eventHandleGenerator, { counter: counter + 1n, address });
  return { count: 0n, key: eventKeyOf(counter, address) };
};
