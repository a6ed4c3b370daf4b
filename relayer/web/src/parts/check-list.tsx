import { CHECK_GROUPS, type GroupedCheck } from "@pdiem/bridge-client/proof-set/bridge-checks";
import { formatSpan } from "../format/time.js";
import { TEXTS } from "../texts.js";
import { hasFailed, type Report } from "../verify/report.js";

const T = TEXTS.verify;

const MARKS = {
  ok: ["good", T.marks.holds],
  failed: ["bad", T.marks.fails],
  "not-shown": ["warn", T.marks.notShown],
} as const;

const CheckLine = ({ check: { name, outcome, expected, found } }: { check: GroupedCheck }) => {
  const [tone, mark] = MARKS[outcome];
  return (
    <li data-outcome={outcome}>
      <div class="bar apart">
        <strong>{name}</strong>
        <span class={`tag ${tone}`}>{mark}</span>
      </div>
      <dl class="compared">
        <dt>{T.expected}</dt>
        <dd>{expected}</dd>
        <dt>{T.found}</dt>
        <dd class="mono">{found}</dd>
      </dl>
    </li>
  );
};

const Summary = ({ checks }: { checks: readonly GroupedCheck[] }) => {
  const count = (outcome: GroupedCheck["outcome"]): number =>
    checks.filter((check) => check.outcome === outcome).length;
  return (
    <span class="bar">
      {(["failed", "not-shown", "ok"] as const).map((outcome) =>
        count(outcome) === 0 ? null : (
          <span key={outcome} class={`tag ${MARKS[outcome][0]}`}>
            {count(outcome)} {MARKS[outcome][1]}
          </span>
        ),
      )}
    </span>
  );
};

/** Shows what was checked, a section a group; one with nothing amiss may be folded up. */
export const CheckGroups = ({ checks, folded }: { checks: readonly GroupedCheck[]; folded: boolean }) => (
  <>
    {CHECK_GROUPS.map((group) => {
      const own = checks.filter((check) => check.group === group);
      if (own.length === 0) return null;
      const isOpen = !folded || group === "transfer" || own.some(({ outcome }) => outcome === "failed");
      return (
        <details class="card" key={group} open={isOpen}>
          <summary>
            <h2>{T.groups[group]}</h2>
            <Summary checks={own} />
          </summary>
          <ul class="checks">
            {own.map((check) => (
              <CheckLine key={check.name} check={check} />
            ))}
          </ul>
        </details>
      );
    })}
  </>
);

/** Says in one sentence what follows from all of it. */
export const Verdict = ({ report }: { report: Report }) => {
  const isPartly = report.checks.some(({ outcome }) => outcome === "not-shown");
  const [tone, text] = hasFailed(report)
    ? ["bad", T.failed]
    : isPartly
      ? ["warn", T.partly]
      : ["good", T.passed(formatSpan(report.tookMs))];
  return (
    <div class={`banner ${tone}`} role="status" data-verdict={tone} data-took={Math.round(report.tookMs)}>
      <p>{text}</p>
    </div>
  );
};
