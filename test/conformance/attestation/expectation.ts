/** The outcomes that the manifest's texts ask for. */

export type Verdict = "accept" | "reject" | "reject-by-default";

/** Undefined for a text that says neither. */
export const verdictOf = (expected: string): Verdict | undefined => {
  if (/^\s*reject\b/i.test(expected)) return "reject";
  if (/\breject under default policy\b/i.test(expected)) return "reject-by-default";
  return /^\s*(?:accept|same outcome)\b/i.test(expected) ? "accept" : undefined;
};

/** The code of the refusal where the text names the reason. */
export const refusalOf = (expected: string): string | undefined =>
  /\bdebug\b/i.test(expected) ? "evidence/policy-debug" : undefined;

/** The `tcbEvaluationDataNumber` that a policy must ask for to refuse the item. */
export const refusedUnderEvaluationNumber = (expected: string): number | undefined => {
  const [, number] = /minimum-evaluation-number policy of (\d+): reject/i.exec(expected) ?? [];
  return number === undefined ? undefined : Number(number);
};

export const isRefusedUnderTcbFloor = (expected: string): boolean => /reject under a TCB floor/i.test(expected);
