/** `pdiem assets plan` and `create`. */
import { PdiemError } from "@pdiem/light-client/error";
import { readConfig } from "../../config.js";
import { type DryRunOptions, showSendings } from "../dry-run.js";
import type { Output } from "../output.js";
import { type EnclaveOptions, verifiedEnclaveKey } from "../set-up/verified-key.js";
import { allInOne, type CalledStep, dueCalls } from "./calls.js";
import type { HubNode } from "./hub-node.js";
import type { Step } from "./plan.js";
import { callLines, costsOf, planText, shortOf, stepLine } from "./plan-text.js";
import { issuerOf, type Planned, type Planning, type PlanOptions, sourceText, startPlanning } from "./planning.js";
import type { KeyPair } from "./sender.js";
import { readAssetSetUp } from "./set-up.js";
import { submitCall } from "./submit.js";

export interface CreateOptions extends PlanOptions, EnclaveOptions, DryRunOptions {
  readonly json?: boolean;
  /** Signs one call that does all that is due, or nothing. */
  readonly atOnce?: boolean;
}

const callsOf = ({ hub, setUp, parties }: Planning, steps: readonly Step[]): readonly CalledStep[] =>
  dueCalls(hub, setUp.pallet, steps, parties.sender ?? new Uint8Array(32));

const amountsText = (_: string, value: unknown): unknown => (typeof value === "bigint" ? value.toString() : value);

/** What `--json` gives: amounts as decimal strings, calls as 0x-hex. */
const planJson = (planning: Planning, { block, steps }: Planned, calls: readonly CalledStep[]): string =>
  JSON.stringify(
    {
      source: sourceText(planning.hub, block),
      steps: steps.map(({ name, state, told, amount }) => ({ name, state, told, amount })),
      calls: calls.map(({ name, call }) => ({ name, call: call.method.toHex() })),
    },
    amountsText,
  );

const refuseStuck = (steps: readonly Step[]): void => {
  const stuck = steps.find(({ state }) => state === "stuck");
  if (stuck !== undefined) throw new PdiemError("assets/stuck", `${stuck.name}: ${stuck.told}`);
};

/**
 * Tells what is to be done, and what it costs.
 * @throws PdiemError `assets/stuck`; errors of `readAssetSetUp`, `openHub` and `readSender`
 */
export const planCommand = async (
  options: PlanOptions & { readonly json?: boolean },
  output: Output,
): Promise<void> => {
  const setUp = readAssetSetUp(options.config);
  const planning = await startPlanning(options, setUp, await issuerOf(options, setUp, output), output);
  const planned = await planning.plan();
  const { hub, parties } = planning;
  const calls = callsOf(planning, planned.steps);
  if (options.json === true) output.out(planJson(planning, planned, calls));
  else {
    const costs = await costsOf(hub, setUp, calls, parties.sender);
    output.out(sourceText(hub, planned.block));
    for (const line of planText(hub, setUp, parties, planned, costs)) output.out(line);
  }
  refuseStuck(planned.steps);
};

const waiting = (steps: readonly Step[]): PdiemError | undefined => {
  const names = steps.filter(({ state }) => state === "waits").map(({ name, told }) => `${name} waits ${told}`);
  return names.length === 0 ? undefined : new PdiemError("assets/waits", names.join("; "), "later");
};

/** Prints the calls that are due, for a signature made elsewhere. */
const showCalls = async (planning: Planning, json: boolean | undefined, output: Output): Promise<Planned> => {
  const planned = await planning.plan();
  refuseStuck(planned.steps);
  if (planning.parties.sender === undefined)
    throw new PdiemError("config/sender", "expected --key FILE, or --sender ACCOUNT for calls to be signed elsewhere");
  const calls = callsOf(planning, planned.steps);
  if (calls.length === 0) return planned;
  const unsigned = new PdiemError(
    "assets/unsigned",
    "run this again once they are final, to see what came of them",
    "later",
  );
  if (json === true) {
    output.out(planJson(planning, planned, calls));
    throw unsigned;
  }
  output.err("to be signed by the sender, in this order, each once the one before is final:");
  for (const line of calls.flatMap(callLines)) output.out(line);
  if (calls.length > 1) {
    output.err("or all of it at once, as one call that succeeds or fails as a whole:");
    output.out("utility.batchAll");
    output.out(`  ${allInOne(planning.hub, calls).method.toHex()}`);
  }
  throw unsigned;
};

/** Shows the calls that would be signed and sent now. */
const showUnsent = async (planning: Planning, options: CreateOptions, output: Output): Promise<void> => {
  const { steps } = await planning.plan();
  refuseStuck(steps);
  const calls = callsOf(planning, steps);
  const sendings = calls.map(({ name, call }) => ({ what: name, to: planning.hub.url, content: call.method.toHex() }));
  showSendings(sendings, options, output);
};

/** @throws PdiemError `assets/funds`, `later` */
const refuseShort = async (planning: Planning, { state, steps }: Planned): Promise<void> => {
  const { hub, setUp, parties } = planning;
  if (parties.sender === undefined) return;
  const costs = await costsOf(hub, setUp, callsOf(planning, steps), parties.sender);
  const short = shortOf(state.account(parties.sender)?.free ?? 0n, costs, hub);
  if (short !== undefined) throw new PdiemError("assets/funds", short, "later");
};

/**
 * Makes sure that what was done has had its effect.
 * @throws PdiemError `assets/without-effect`
 */
const checkEffect = (hub: HubNode, done: readonly Step[], { steps }: Planned, block: number, output: Output): void => {
  for (const { name } of done) {
    const after = steps.find((step) => step.name === name);
    if (after?.state !== "done")
      throw new PdiemError("assets/without-effect", `${name} is final and had no effect: ${after?.told ?? "?"}`);
    output.err(`${stepLine(after, hub)}, final in block ${block}`);
  }
};

/** Does what is due, a step or all at a time, and looks after each whether it had its effect. */
const perform = async (planning: Planning, pair: KeyPair, atOnce: boolean, output: Output): Promise<Planned> => {
  const { hub } = planning;
  let planned = await planning.plan();
  await refuseShort(planning, planned);
  for (;;) {
    refuseStuck(planned.steps);
    const due = callsOf(planning, planned.steps);
    const [next] = due;
    if (next === undefined) return planned;
    const now = atOnce ? due : [next];
    for (const step of now) output.err(stepLine(step, hub));
    const block = await submitCall(hub, now.length === 1 ? next.call : allInOne(hub, now), pair);
    planned = await planning.plan();
    checkEffect(hub, now, planned, block, output);
  }
};

/**
 * Makes the assets and gives them to the enclave's key, or prints the calls that do. What is done
 * already is left alone. Nothing is given to a key that neither evidence nor the operator vouches
 * for.
 * @throws PdiemError `assets/stuck`, `assets/failed`, `assets/without-effect`; `assets/funds`,
 * `assets/waits`, `assets/unsigned` and `assets/not-included`, `later`; those of
 * `verifiedEnclaveKey`
 */
export const createCommand = async (options: CreateOptions, output: Output): Promise<void> => {
  const setUp = readAssetSetUp(options.config);
  const told = await issuerOf(options, setUp, output);
  const mustVerify = told !== undefined && options.issuer === undefined;
  const issuer = mustVerify ? await verifiedEnclaveKey(readConfig(options.config), options, output) : told;
  const planning = await startPlanning(options, setUp, issuer, output);
  const { pair } = planning.sender;
  if (options.dryRun === true) return showUnsent(planning, options, output);
  const done =
    pair === undefined
      ? await showCalls(planning, options.json, output)
      : await perform(planning, pair, options.atOnce === true, output);
  const waits = waiting(done.steps);
  if (waits !== undefined) throw waits;
  output.out(
    options.json === true
      ? JSON.stringify({ steps: done.steps.map(({ name, state }) => ({ name, state })) })
      : "done: pdiem assets check proves it",
  );
};
