/** What honest guardians do: decide, and vouch for both chains. */
import { type Checkpoint, checkpointMessage } from "@pdiem/bridge/checkpoint/checkpoint";
import type { CheckpointStep } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import type { Guardians, Signers } from "@pdiem/bridge/config/guardians";
import { authoritySetHash, epochStateHash } from "@pdiem/bridge/facts/set-hash";
import type { Action } from "@pdiem/bridge/governance/action";
import { decisionMessage } from "@pdiem/bridge/governance/decision";
import { subjectOf } from "@pdiem/bridge/governance/subject";
import { filled } from "@pdiem/bridge/testing/config";
import { PAUSE, RESUME, THAW } from "@pdiem/bridge/testing/guardians";
import { authoritySetOf, epochOf } from "../chains/sets.js";
import { onceIn, pick } from "../choose.js";
import { askForDecision, showCheckpoints } from "../enclave/enclave.js";
import { signAs } from "../keys.js";
import { bodyOf } from "../oracle/governance.js";
import {
  addBatch,
  askHonestly,
  governedNow,
  inForce,
  last,
  note,
  pass,
  type Run,
  submit,
  unlessRefused,
} from "../run.js";
import { BODIES, config, HOUR, ID, MINUTE, NEXT_SPEC_VERSION, STRANGE_SPEC_VERSION } from "../setting.js";

const bodyAt = (index: number) => {
  const body = BODIES[index];
  if (body === undefined) throw new Error(`expected a body of guardians ${index}`);
  return body;
};

const someAction = (run: Run): Action => {
  const { random } = run;
  const currency = onceIn(random, 3) ? "XDX" : "XUS";
  switch (random.below(12)) {
    case 0:
      return PAUSE;
    case 1:
      return RESUME;
    case 2:
      return THAW;
    case 3:
    case 4: {
      const window = pick(random, [10_000n, 12_000n, 15_000n]) ?? 12_000n;
      return { type: "windows", value: { currency, mint: window, release: window, refund: window } };
    }
    case 5:
      return { type: "freezer", value: filled(32, 0x40 + random.below(3)) };
    case 6:
      return { type: "amnesty", value: !onceIn(random, 4) };
    case 7: {
      const [minimum, maximum] = pick(random, [[100n, 10_000n] as const, [200n, 5_000n] as const]) ?? [100n, 10_000n];
      return { type: "bounds", value: { currency, minimum, maximum } };
    }
    case 8:
      return { type: "batch", value: { calls: 64 + random.below(900), bytes: 65_536 } };
    case 9:
      return { type: "guardians", value: bodyAt(1 - governedNow(run).body).guardians };
    default:
      return { type: "handover", value: { transcript: filled(32, 0x80 + random.below(4)) } };
  }
};

const someActions = (run: Run): readonly Action[] => {
  if (last(run.parachain).assets.get(config.currencies[0]?.assetId ?? 0)?.isFrozen && onceIn(run.random, 2))
    return [THAW, RESUME];
  const actions = Array.from({ length: 1 + run.random.below(2) }, () => someAction(run));
  const subjects = new Set<string>();
  return actions.filter((action) => {
    const isNew = !subjects.has(subjectOf(action));
    subjects.add(subjectOf(action));
    return isNew;
  });
};

const signersOf = (run: Run, actions: readonly Action[]): readonly Uint8Array[] => {
  const brought = actions.flatMap((action) => (action.type === "guardians" ? [bodyOf(action.value.keys)] : []));
  // Now and then they forget to ask the new ones.
  if (onceIn(run.random, 4)) brought.length = 0;
  return [governedNow(run).body, ...brought].flatMap((index) => bodyAt(index).seeds.slice(0, 2));
};

/** Guardians decide, and what they have signed is known to everybody from then on. */
export const decide = (run: Run, actions: readonly Action[], validFor: bigint): void => {
  const decision = {
    governance: inForce(run).ledger.governance,
    until: last(run.parachain).time + validFor,
    actions,
  };
  const signatures = signAs(signersOf(run, actions), decisionMessage(ID, decision));
  run.decisions.push({ decision, warrant: { type: "signatures", value: signatures } });
};

/** Asks for the batch of the newest decision, and submits it. */
export const takeNewest = (run: Run): string | undefined => {
  const basis = { known: inForce(run), parachain: last(run.parachain) };
  const signed = unlessRefused(run, "decision", () =>
    askHonestly(run, (kept) => askForDecision(kept, basis, last(run.decisions))),
  );
  if (signed === undefined) return undefined;
  addBatch(run, run.kept, signed);
  run.now += 12_000n;
  const result = submit(run, signed);
  note(run, `decision ${result}`);
  if (result === "executed") for (const { type } of signed.decision.decision.actions) note(run, `decided ${type}`);
  return result;
};

/** Decides at random; the batch is made at once, or the decision is left to whoever finds it. */
export const guard = (run: Run): void => {
  if (onceIn(run.random, 2)) pass(run, 12_000n);
  const validFor = pick(run.random, [10n * MINUTE, 2n * HOUR, 24n * HOUR, 25n * HOUR]) ?? HOUR;
  decide(run, someActions(run), validFor);
  if (!onceIn(run.random, 4)) takeNewest(run);
};

const toSigners = ({ keys, threshold }: Guardians): Signers => ({ keys, threshold });

const isNamed = (run: Run, body: number): boolean => {
  const named = run.checkpoints.at(-1)?.signed.checkpoint.signers ?? [toSigners(config.guardians)];
  return named.some(({ keys }) => bodyOf(keys) === body);
};

/** The decision that brought a body which the checkpoint before doesn't name. */
const broughtBy = (run: Run, body: number): CheckpointStep["decision"] =>
  isNamed(run, body)
    ? undefined
    : [...run.taken].find(({ decision }) =>
        decision.actions.some((action) => action.type === "guardians" && bodyOf(action.value.keys) === body),
      );

/**
 * Guardians in force vouch for both chains as they see them; false where nothing newer is to be
 * vouched for.
 */
export const vouch = (run: Run): boolean => {
  const [diem, parachain] = [last(run.diem), last(run.parachain)];
  const time = diem.time < parachain.time ? diem.time : parachain.time;
  if (time <= (run.checkpoints.at(-1)?.signed.checkpoint.time ?? config.rootsTime)) return false;
  const { body, delayed } = governedNow(run);
  const coming = delayed.flatMap(({ action }) => (action.type === "guardians" ? [toSigners(action.value)] : []));
  const [epoch, set] = [epochOf(last(diem.line)), authoritySetOf(last(parachain.line))];
  const { specVersion } = parachain;
  const vouched = specVersion === STRANGE_SPEC_VERSION ? config.parachain.specVersion : specVersion;
  const checkpoint: Checkpoint = {
    diem: { epoch: epoch.epoch, hash: epochStateHash(epoch) },
    relay: { setId: set.setId, hash: authoritySetHash(set) },
    time,
    nonces: undefined,
    specVersions: onceIn(run.random, 2) ? [vouched] : [...new Set([vouched, NEXT_SPEC_VERSION])],
    signers: [toSigners(bodyAt(body).guardians), ...coming],
  };
  const decision = broughtBy(run, body);
  const signatures = signAs(bodyAt(body).seeds.slice(1), checkpointMessage(ID, checkpoint));
  run.checkpoints.push({ signed: { checkpoint, signatures }, decision });
  return true;
};

/** Shows the enclave that nobody rolls back what guardians have signed. */
export const showHonestly = (run: Run): void => {
  const basis = { known: inForce(run), diem: last(run.diem), parachain: last(run.parachain) };
  const kept = unlessRefused(run, "checkpoint", () => showCheckpoints(run.kept, basis, run.checkpoints));
  if (kept === undefined) return;
  note(run, "checkpoint accepted");
  run.kept = kept;
  run.sealed.push(kept);
};

export const checkpoint = (run: Run): void => {
  pass(run, 12_000n);
  if (vouch(run) && !onceIn(run.random, 4)) showHonestly(run);
};
