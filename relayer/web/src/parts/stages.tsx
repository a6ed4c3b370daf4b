import { bridgeView } from "@pdiem/relayer/views/bridge-view";
import type { ComponentChildren } from "preact";
import { ask } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { usePoll } from "../api/poll.js";
import { shorten } from "../format/short.js";
import { formatSpan, formatTime } from "../format/time.js";
import { TEXTS } from "../texts.js";
import type { Transfer } from "../views.js";

const T = TEXTS.follow;
const STAGES = ["seen", "proven", "settled", "finalized"] as const;
const HOUR_MS = 3_600_000;

type Stage = (typeof STAGES)[number];
type Links = { readonly diem?: string | undefined; readonly parachain?: string | undefined };

const fill = (link: string, values: Readonly<Record<string, string | undefined>>): string =>
  link.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));

const Explorer = ({ link, what }: { link: string | undefined; what: string }) =>
  link === undefined ? null : (
    <a href={link} rel="noreferrer" target="_blank" aria-label={`${T.explorer}: ${what}`}>
      {T.explorer}
    </a>
  );

const OnDiem = ({ version, diem }: { version: string; diem: string | undefined }) => (
  <small>
    {T.version} <span class="mono">{version}</span>{" "}
    <Explorer link={diem === undefined ? undefined : fill(diem, { version })} what={T.version} />
  </small>
);

const InBatch = ({ result, parachain }: { result: NonNullable<Transfer["result"]>; parachain: string | undefined }) => {
  const { block, batch } = result;
  const link = parachain === undefined ? undefined : fill(parachain, { block: block.toString(), hash: batch });
  return (
    <small>
      {T.block} <span class="mono">{block}</span>
      {batch === undefined ? "" : `, ${T.batch.toLowerCase()} `}
      {batch === undefined ? null : (
        <span class="mono" title={batch}>
          {shorten(batch, 10)}
        </span>
      )}{" "}
      <Explorer link={link} what={T.batch} />
    </small>
  );
};

/** Where on its chain a stage was reached. */
const placeOf = (transfer: Transfer, stage: Stage, { diem, parachain }: Links): ComponentChildren => {
  const { result, payout } = transfer;
  if (stage === "seen" && transfer.kind === "deposit" && transfer.payment !== undefined)
    return <OnDiem version={transfer.payment.version} diem={diem} />;
  if (stage === "settled" && result !== undefined) return <InBatch result={result} parachain={parachain} />;
  if (stage === "finalized" && payout?.version !== undefined) return <OnDiem version={payout.version} diem={diem} />;
  return null;
};

const isReached = ({ stage, result }: Transfer, one: Stage): boolean =>
  result !== undefined || STAGES.indexOf(one) <= STAGES.indexOf(stage);

/** Since when the stage before the next one has been reached. */
const waitsSince = ({ at }: Transfer, next: Stage): number | undefined =>
  at?.[STAGES[STAGES.indexOf(next) - 1] ?? "seen"];

const Wait = ({ why, since }: { why: string; since: number | undefined }) => (
  <p class="banner warn" role="status">
    {TEXTS.transfers.waits(why)}
    {since === undefined ? "" : ` · ${T.waitsFor(formatSpan(Math.max(0, Date.now() - since)))}`}
  </p>
);

/** Shows a transfer's states with time and place, and what the next one waits for. */
export const Stages = ({ transfer }: { transfer: Transfer }) => {
  const bridge = usePoll("bridge", () => ask(PATHS.bridge, bridgeView), HOUR_MS);
  const links = bridge.value.value?.explorers ?? {};
  const next = STAGES.find((one) => !isReached(transfer, one));
  return (
    <ol class="stages">
      {STAGES.map((stage) => {
        const at = transfer.at?.[stage];
        const [name, meaning] = T.stages[stage];
        return (
          <li
            key={stage}
            class={isReached(transfer, stage) ? "done" : stage === next ? "now" : ""}
            aria-current={stage === next ? "step" : undefined}
          >
            <strong>{name}</strong>
            {at === undefined ? null : ` · ${formatTime(at)}`}
            <small>{meaning}</small>
            {placeOf(transfer, stage, links)}
            {stage === next && transfer.waitingFor !== undefined ? (
              <Wait why={transfer.waitingFor} since={waitsSince(transfer, stage)} />
            ) : null}
          </li>
        );
      })}
    </ol>
  );
};
