/**
 * `0x1::DiemSystem`, the validators. Source: diem/diem
 * language/diem-framework/modules/DiemSystem.move.
 */

import { validatorSet } from "@pdiem/chain-formats/diem/state/resources/validator-set";
import { equal } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { currentTime } from "@pdiem/light-client/diem/state/resources/chain";
import { DIEM_ROOT } from "../well-known-addresses.js";
import { reconfigure } from "./diem-config.js";
import { validatorConfig } from "./framework-resources.js";
import { ensure, moveAbort } from "./move-abort.js";
import { assertDiemRoot } from "./roles.js";
import type { Session } from "./session.js";

const MODULE = "DiemSystem";
const INVALID_PROSPECTIVE_VALIDATOR = 1;
const ALREADY_A_VALIDATOR = 2;
const NOT_AN_ACTIVE_VALIDATOR = 3;
const VOTING_POWER = 1n;

/** Adds the account's validator config to the set, with the next epoch. */
export const addValidator = (session: Session, sender: AccountAddress, address: AccountAddress): void => {
  assertDiemRoot(session, sender);
  const config = session.read(address, validatorConfig)?.config;
  if (config === undefined) throw moveAbort(MODULE, "INVALID_ARGUMENT", INVALID_PROSPECTIVE_VALIDATOR);
  const set = session.get(DIEM_ROOT, validatorSet);
  const known = set.validators.some((validator) => equal(validator.address, address));
  ensure(!known, MODULE, "INVALID_ARGUMENT", ALREADY_A_VALIDATOR);
  const lastConfigUpdateTime = session.get(DIEM_ROOT, currentTime).microseconds;
  const added = { address, votingPower: VOTING_POWER, config, lastConfigUpdateTime };
  session.put(DIEM_ROOT, validatorSet, { ...set, validators: [...set.validators, added] });
  reconfigure(session);
};

/**
 * Removes a validator the way of Move's `swap_remove`: the last one takes the place of the one that
 * leaves.
 */
export const removeValidator = (session: Session, sender: AccountAddress, address: AccountAddress): void => {
  assertDiemRoot(session, sender);
  const set = session.get(DIEM_ROOT, validatorSet);
  const index = set.validators.findIndex((validator) => equal(validator.address, address));
  const last = set.validators.at(-1);
  if (index < 0 || last === undefined) throw moveAbort(MODULE, "INVALID_ARGUMENT", NOT_AN_ACTIVE_VALIDATOR);
  const validators = set.validators.with(index, last).slice(0, -1);
  session.put(DIEM_ROOT, validatorSet, { ...set, validators });
  reconfigure(session);
};
