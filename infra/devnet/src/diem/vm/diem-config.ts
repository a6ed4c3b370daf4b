/** `0x1::DiemConfig`. Source: diem/diem language/diem-framework/modules/DiemConfig.move. */
import { newEpochEvent } from "@pdiem/light-client/diem/state/event-data";
import { currentTime } from "@pdiem/light-client/diem/state/resources/chain";
import { configuration } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import { DIEM_ROOT } from "../well-known-addresses.js";
import type { Session } from "./session.js";

export const emitNewEpoch = (session: Session): void => {
  const current = session.get(DIEM_ROOT, configuration);
  const events = session.emit(current.events, newEpochEvent, { epoch: current.epoch });
  session.put(DIEM_ROOT, configuration, { ...current, events });
};

/** Ends the epoch with this transaction: whoever calls it must be the last of its block. */
export const reconfigure = (session: Session): void => {
  const current = session.get(DIEM_ROOT, configuration);
  session.put(DIEM_ROOT, configuration, {
    ...current,
    epoch: current.epoch + 1n,
    lastReconfigurationTime: session.get(DIEM_ROOT, currentTime).microseconds,
  });
  emitNewEpoch(session);
};
