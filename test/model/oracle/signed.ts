/** What must hold of whatever is signed on true facts, told anew from PROTOCOL 3, 4 and 6. */
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { Call } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { DiemState } from "../chains/diem.js";
import type { ParachainState } from "../chains/parachain.js";
import { checkpointOf, type Kept } from "../enclave/enclave.js";
import type { Basis, SignedDecisionBatch, SignedPayment, SignedSettlement } from "../enclave/signed.js";
import { config, currencies, HOUR, START_SEQUENCE } from "../setting.js";
import { demand } from "../violation.js";
import { type Governed, withDue } from "./governance.js";

const TERM = 14n * 24n * HOUR;

const checkVouched = (kept: Kept, { specVersion, line, time }: ParachainState, diem: DiemState | undefined): void => {
  const checkpoint = checkpointOf(kept);
  const named = checkpoint?.specVersions ?? [config.parachain.specVersion];
  demand(named.includes(specVersion), () => `signed at spec version ${specVersion}, which nobody vouched for`);
  const end = (checkpoint?.time ?? config.rootsTime) + TERM - config.maxSkew;
  demand(time <= end && (diem?.time ?? time) <= end, () => "signed after the checkpoint's term");
  const [set, epoch] = [line.at(-1)?.index ?? 0n, diem?.line.at(-1)?.index];
  demand(set >= (checkpoint?.relay.setId ?? 0n), () => `signed on a block of set ${set} before the checkpoint's`);
  demand(epoch === undefined || epoch >= (checkpoint?.diem.epoch ?? 0n), () => `signed on an info of epoch ${epoch}`);
};

const checkFresh = ({ diem, parachain }: Basis): void => {
  const skew = diem.time > parachain.time ? diem.time - parachain.time : parachain.time - diem.time;
  demand(skew <= config.maxSkew, () => `signed on facts ${skew} ms apart`);
};

const checkOperating = ({ parachain }: Basis, governed: Governed): void => {
  demand(!withDue(governed).isPaused, () => "signed while paused");
  const first = parachain.assets.get(currencies[0]?.assetId ?? 0);
  demand(first?.isFrozen === false, () => "signed while frozen");
};

/** `burn` clamps silently, so what a batch burns it doesn't give at once, nor burn twice. */
const checkCalls = (calls: readonly Call[]): void => {
  const minted = new Set(
    calls.flatMap((call) => (call.type === "mint" ? `${call.asset}/${toHex(call.beneficiary)}` : [])),
  );
  const burned = calls.flatMap((call) => (call.type === "burn" ? `${call.asset}/${toHex(call.who)}` : []));
  demand(new Set(burned).size === burned.length, () => "burned twice from one account");
  demand(!burned.some((name) => minted.has(name)), () => "burned from and minted to one account");
};

/** Roles and single accounts change as guardians have decided alone. */
const checkTeam = ({ amnesty, freezer }: Governed, calls: readonly Call[]): void => {
  for (const call of calls) {
    demand(call.type !== "thaw" || amnesty, () => "thawed an account without an amnesty");
    demand(call.type !== "setTeam" || equal(call.freezer, freezer), () => "another Freezer");
  }
};

/** @param governed at the ledger that the batch starts from */
export const checkSettlement = (kept: Kept, { basis, batch }: SignedSettlement, governed: Governed): void => {
  checkCalls(batch.calls);
  if (basis.diem.isForged || basis.parachain.isForged) return;
  checkVouched(kept, basis.parachain, basis.diem);
  checkFresh(basis);
  checkOperating(basis, governed);
  checkTeam(withDue(governed), batch.calls);
};

/** New guardians have signed, too: a slip in their keys would end the bridge. */
const checkSigners = ({ decision: { actions }, warrant }: SignedDecision): void => {
  const signed = new Set(warrant.type === "signatures" ? warrant.value.map(({ guardian }) => toHex(guardian)) : []);
  for (const action of actions) {
    if (action.type !== "guardians") continue;
    const count = action.value.keys.filter((key) => signed.has(toHex(key))).length;
    demand(count >= action.value.threshold, () => "guardians decided who haven't signed");
  }
};

/** Decisions rest on a block alone, frozen or paused. */
export const checkDecision = (kept: Kept, signed: SignedDecisionBatch): void => {
  const {
    basis,
    decision: { decision },
  } = signed;
  if (basis.parachain.isForged) return;
  checkVouched(kept, basis.parachain, undefined);
  const { time } = basis.parachain;
  const isValid = time <= decision.until && decision.until <= time + 24n * HOUR;
  demand(isValid, () => `decision until ${decision.until} signed at ${time}`);
  checkSigners(signed.decision);
};

export const checkPayment = (kept: Kept, { basis, transaction, index }: SignedPayment, governed: Governed): void => {
  if (basis.diem.isForged || basis.parachain.isForged) return;
  checkVouched(kept, basis.parachain, basis.diem);
  checkFresh(basis);
  checkOperating(basis, governed);
  const { sequenceNumber, expirationTimestampSecs } = transaction;
  const earlier = basis.diem.time < basis.parachain.time ? basis.diem.time : basis.parachain.time;
  demand(expirationTimestampSecs * 1_000n <= earlier + config.maxSkew, () => `a payment of ${earlier} that lives on`);
  const next = basis.diem.sequenceNumber;
  demand(sequenceNumber === START_SEQUENCE + index, () => `release ${index} signed for number ${sequenceNumber}`);
  demand(sequenceNumber >= next && sequenceNumber < next + 64n, () => `number ${sequenceNumber} signed at ${next}`);
};
