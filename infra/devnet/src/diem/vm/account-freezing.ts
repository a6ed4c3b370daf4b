/**
 * `0x1::AccountFreezing`. Source: diem/diem language/diem-framework/modules/AccountFreezing.move.
 */
import { equal } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { freezeAccountEvent, unfreezeAccountEvent } from "@pdiem/light-client/diem/state/event-data";
import { freezingBit } from "@pdiem/light-client/diem/state/resources/account-freezing";
import { DIEM_ROOT, TREASURY_COMPLIANCE } from "../well-known-addresses.js";
import { freezeEventsHolder } from "./framework-resources.js";
import { ensure } from "./move-abort.js";
import { assertTreasuryCompliance } from "./roles.js";
import { expectResource, type Session } from "./session.js";

const MODULE = "AccountFreezing";
const FREEZING_BIT = 2;
const CANNOT_FREEZE_DIEM_ROOT = 3;
const CANNOT_FREEZE_TREASURY_COMPLIANCE = 4;
const ACCOUNT_FROZEN = 5;

export const assertNotFrozen = (session: Session, account: AccountAddress): void =>
  ensure(session.read(account, freezingBit)?.isFrozen !== true, MODULE, "INVALID_STATE", ACCOUNT_FROZEN);

export const freezeAccount = (session: Session, initiator: AccountAddress, account: AccountAddress): void => {
  assertTreasuryCompliance(session, initiator);
  ensure(!equal(account, DIEM_ROOT), MODULE, "INVALID_ARGUMENT", CANNOT_FREEZE_DIEM_ROOT);
  ensure(!equal(account, TREASURY_COMPLIANCE), MODULE, "INVALID_ARGUMENT", CANNOT_FREEZE_TREASURY_COMPLIANCE);
  expectResource(session, account, freezingBit, [MODULE, FREEZING_BIT]);
  session.put(account, freezingBit, { isFrozen: true });
  const holder = session.get(DIEM_ROOT, freezeEventsHolder);
  const data = { initiatorAddress: initiator, frozenAddress: account };
  const freezeEvents = session.emit(holder.freezeEvents, freezeAccountEvent, data);
  session.put(DIEM_ROOT, freezeEventsHolder, { ...holder, freezeEvents });
};

export const unfreezeAccount = (session: Session, initiator: AccountAddress, account: AccountAddress): void => {
  assertTreasuryCompliance(session, initiator);
  expectResource(session, account, freezingBit, [MODULE, FREEZING_BIT]);
  session.put(account, freezingBit, { isFrozen: false });
  const holder = session.get(DIEM_ROOT, freezeEventsHolder);
  const data = { initiatorAddress: initiator, unfrozenAddress: account };
  const unfreezeEvents = session.emit(holder.unfreezeEvents, unfreezeAccountEvent, data);
  session.put(DIEM_ROOT, freezeEventsHolder, { ...holder, unfreezeEvents });
};
