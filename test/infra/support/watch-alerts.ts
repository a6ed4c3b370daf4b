/** Whether alerts fire for a fault that a test brings about: by real answers and real rules. */
import { eventually } from "@pdiem/devnet/testing/rpc";
import { firingAlerts, type Target } from "./firing.js";
import { prometheusCheckers } from "./run-tool.js";
import { type Scrape, scrape } from "./scrape.js";

export interface AlertWatch {
  /** Takes one more answer of each relayer, which counts as how it was for five minutes. */
  readonly look: () => Promise<void>;
  /**
   * Waits until all of these fire for what the relayers answer from now on.
   * @throws Error where one fired already before, by the answers so far
   */
  readonly fire: (...names: readonly string[]) => Promise<void>;
  /** The same of what fired from the beginning on. */
  readonly fireFromTheStart: (...names: readonly string[]) => Promise<void>;
  /** Lists what fires by the answers so far. */
  readonly firing: () => Promise<readonly string[]>;
}

/** Answers so far apart tell at what pace things change. */
const APART_MS = 2_000;

const missing = (names: readonly string[], firing: readonly string[]): readonly string[] =>
  names.filter((name) => !firing.includes(name));

/**
 * Watches relayers' `/metrics`, from answers on that are taken at once. Where Prometheus' checkers
 * aren't here, nothing is held.
 * @param urls where the relayers' APIs are
 */
export const watchAlerts = async (...urls: readonly string[]): Promise<AlertWatch> => {
  const checkers = prometheusCheckers();
  let targets: readonly Target[] = urls.map(() => []);
  const ask = (): Promise<readonly Scrape[]> => Promise.all(urls.map(scrape));
  const add = (to: readonly Target[], answers: readonly Scrape[]): readonly Target[] =>
    to.map((target, i) => [...target, ...answers.slice(i, i + 1)]);
  const look = async (): Promise<void> => {
    targets = add(targets, await ask());
  };
  await look();
  const nothing = async (): Promise<void> => undefined;
  if (typeof checkers === "string") return { look, fire: nothing, fireFromTheStart: nothing, firing: async () => [] };
  const firing = (of: readonly Target[] = targets) => firingAlerts(checkers, of);

  const fireFromTheStart = async (...names: readonly string[]): Promise<void> => {
    let lacking = names;
    let answers = await ask();
    let asked = performance.now();
    await eventually(async () => {
      if (urls.length > 0 && performance.now() - asked < APART_MS) return undefined;
      const next = await ask();
      asked = performance.now();
      lacking = missing(names, await firing(add(add(targets, answers), next)));
      answers = next;
      return lacking.length === 0 ? true : undefined;
    }).catch((error: unknown) => {
      throw new Error(`expected ${lacking.join(", ")} to fire`, { cause: error });
    });
  };
  const fire = async (...names: readonly string[]): Promise<void> => {
    const before = await firing();
    const already = names.filter((name) => before.includes(name));
    if (already.length > 0) throw new Error(`expected quiet before the fault, ${already.join(", ")} fired`);
    await fireFromTheStart(...names);
  };
  return { look, fire, fireFromTheStart, firing: () => firing() };
};
